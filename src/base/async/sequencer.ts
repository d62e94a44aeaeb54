/** Does pieces of work one after the other, in the order in which they were asked for. */
export class Sequencer {
  #last: Promise<unknown> = Promise.resolve();

  /**
   * Does some work when all that was queued before has ended, however it ended.
   *
   * @returns what the work returns, or rejects with what it throws
   */
  queue<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => {});
    return turn;
  }

  /** Resolves when all that has been queued until now has ended, however it ended. */
  async settled(): Promise<void> {
    await this.#last;
  }
}
