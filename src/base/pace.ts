/** Lets messages in that have come in the meantime. */
export function giveWay(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Gives way, whenever asked, if the last time was so many milliseconds ago. */
export function pacer(milliseconds: number): () => Promise<void> | undefined {
  let last = performance.now();
  return () => {
    if (performance.now() - last < milliseconds) return undefined;
    return giveWay().then(() => {
      last = performance.now();
    });
  };
}
