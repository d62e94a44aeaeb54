/** Lets messages in that have come in the meantime. */
export function giveWay(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Asked between two pieces of work: whoever waits for what it returns lets others in now and then. */
export type Pace = () => Promise<void> | undefined;

/** Gives way, whenever asked, if the last time was so many milliseconds ago. */
export function pacer(milliseconds: number): Pace {
  let last = performance.now();
  return () => {
    if (performance.now() - last < milliseconds) return undefined;
    return giveWay().then(() => {
      last = performance.now();
    });
  };
}
