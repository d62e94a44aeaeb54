/** Lets others in: resolves when whoever has to be let in has been. */
export type GiveWay = () => Promise<void>;

/** Lets messages in that have come in the meantime. */
export const giveWay: GiveWay = () => new Promise((resolve) => setImmediate(resolve));

/** Asked between two pieces of work: whoever waits for what it returns lets others in now and then. */
export type Pace = () => Promise<void> | undefined;

/** Gives way, whenever asked, if the last time was so many milliseconds ago. */
export function pacer(milliseconds: number, way: GiveWay = giveWay): Pace {
  let last = performance.now();
  return () => {
    if (performance.now() - last < milliseconds) return undefined;
    return way().then(() => {
      last = performance.now();
    });
  };
}

/** Somebody waits for the answers of some work; other work gives way to it. */
export class Precedence {
  #running = 0;
  #over: (() => void)[] = [];

  /** Does work that goes first. */
  async first<T>(work: () => Promise<T>): Promise<T> {
    this.#running++;
    try {
      return await work();
    } finally {
      if (--this.#running === 0) for (const over of this.#over.splice(0)) over();
    }
  }

  /** Resolves when messages have been let in, and nothing that goes first is going on. */
  readonly giveWay: GiveWay = async () => {
    await giveWay();
    while (this.#running > 0) await new Promise<void>((resolve) => this.#over.push(resolve));
  };
}
