interface ThrottlerOptions {
  /** Milliseconds from a call to the work; what is asked for meanwhile is done with it. Default: 0. */
  readonly delay?: number;
  /** Milliseconds from the start of the work to its next start, however long it takes. Default: 0. */
  readonly interval?: number;
}

/**
 * Runs some work soon after it was asked for, and not too often; calls while it is scheduled are one. A call while the work
 * runs asks for it once more; it is not waited for. What it throws is thrown in the timer, so it handles its errors itself.
 * The timer keeps no process alive.
 */
export class Throttler {
  readonly #work: () => unknown;
  readonly #delay: number;
  readonly #interval: number;
  #timer: NodeJS.Timeout | undefined;
  #lastRun = Number.NEGATIVE_INFINITY;
  #isDisposed = false;

  constructor(work: () => unknown, { delay = 0, interval = 0 }: ThrottlerOptions) {
    this.#work = work;
    this.#delay = delay;
    this.#interval = interval;
  }

  /** Asks for the work. */
  schedule(): void {
    if (this.#isDisposed) return;
    const due = Math.max(this.#delay, this.#lastRun + this.#interval - performance.now());
    this.#timer ??= setTimeout(() => this.#run(), due).unref();
  }

  /** Does now what is scheduled, if it is. */
  flush(): void {
    if (this.#timer !== undefined) this.#run();
  }

  /** Takes back what was asked for. */
  cancel(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Takes back what was asked for, and lets the next work come without regard to the last one. */
  reset(): void {
    this.cancel();
    this.#lastRun = Number.NEGATIVE_INFINITY;
  }

  /** Takes back what was asked for; what is asked for after that is not done. */
  dispose(): void {
    this.cancel();
    this.#isDisposed = true;
  }

  #run(): void {
    this.cancel();
    this.#lastRun = performance.now();
    this.#work();
  }
}
