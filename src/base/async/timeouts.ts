/** What VS Code's cancellation tokens have. */
interface CancellationToken {
  readonly onCancellationRequested: (listener: () => unknown) => { dispose(): void };
}

/** Waits for some milliseconds, or until it is cancelled; resolves to whether it has waited to the end. */
export function delay(milliseconds: number, token: CancellationToken): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => end(true), milliseconds);
    const cancelling = token.onCancellationRequested(() => end(false));
    const end = (hasWaited: boolean) => {
      clearTimeout(timer);
      cancelling.dispose();
      resolve(hasWaited);
    };
  });
}

/**
 * Waits for something, but so many milliseconds at most; resolves to whether it has ended by then, be it with an error. The
 * timer keeps no process alive.
 */
export async function settlesWithin(promise: Promise<unknown>, milliseconds: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), milliseconds).unref();
  });
  const ended = promise.then(
    () => true,
    () => true,
  );
  try {
    return await Promise.race([ended, tooLong]);
  } finally {
    clearTimeout(timer);
  }
}
