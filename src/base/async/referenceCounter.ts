/**
 * Counts who uses something, and disposes of it once it is retired and used no more: then, and only once. What is retired
 * may still be used by those who have begun; whoever comes after it was disposed of is refused.
 */
export class ReferenceCounter {
  readonly #disposeOf: () => Promise<void>;
  #uses = 0;
  #isRetired = false;
  #isDisposed = false;

  /** @param disposeOf what it throws is thrown to whoever has used it last, or retired it */
  constructor(disposeOf: () => Promise<void>) {
    this.#disposeOf = disposeOf;
  }

  /**
   * Does work with it. It lasts until the work has ended.
   *
   * @throws Error when it has been disposed of
   */
  async use<T>(work: () => Promise<T>): Promise<T> {
    if (this.#isDisposed) throw new Error('What is to be used has been disposed of.');
    this.#uses++;
    try {
      return await work();
    } finally {
      this.#uses--;
      await this.#disposeWhenUnused();
    }
  }

  /** Disposes of it now, or when it is used no more, which is not waited for. */
  async retire(): Promise<void> {
    this.#isRetired = true;
    await this.#disposeWhenUnused();
  }

  async #disposeWhenUnused(): Promise<void> {
    if (!this.#isRetired || this.#uses > 0 || this.#isDisposed) return;
    this.#isDisposed = true;
    await this.#disposeOf();
  }
}
