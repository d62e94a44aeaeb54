/**
 * Runs some work once nobody has asked for it during a while. Whoever asks again meanwhile puts it off, but not longer than
 * the longest delay after the first of these calls. A call while the work runs asks for it once more; it is not waited for.
 * What it throws is thrown in the timer, so it handles its errors itself. The timer keeps no process alive.
 */
export class Debouncer {
  readonly #work: () => unknown;
  readonly #delay: number;
  readonly #longestDelay: number;
  #timer: NodeJS.Timeout | undefined;
  /** When it was first asked for what is scheduled. */
  #since = 0;
  #isDisposed = false;

  /**
   * @param delay milliseconds from the last call to the work
   * @param longestDelay milliseconds from the first call to the work; default: any number of them
   */
  constructor(work: () => unknown, delay: number, longestDelay = Number.POSITIVE_INFINITY) {
    this.#work = work;
    this.#delay = delay;
    this.#longestDelay = longestDelay;
  }

  /** Asks for the work, or puts it off. */
  schedule(): void {
    if (this.#isDisposed) return;
    const now = performance.now();
    if (this.#timer === undefined) this.#since = now;
    clearTimeout(this.#timer);
    const left = this.#since + this.#longestDelay - now;
    this.#timer = setTimeout(() => this.#run(), Math.max(0, Math.min(this.#delay, left))).unref();
  }

  /** Takes back what was asked for. */
  cancel(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Takes back what was asked for; what is asked for after that is not done. */
  dispose(): void {
    this.cancel();
    this.#isDisposed = true;
  }

  #run(): void {
    this.#timer = undefined;
    this.#work();
  }
}
