type Work = (signal: AbortSignal) => Promise<void>;

interface Run {
  readonly abort: AbortController;
  /** Settles when the work has ended. */
  readonly over: Promise<void>;
  /** What the caller waits for. */
  settled: Promise<void>;
}

/**
 * Does one piece of work at a time: whoever begins another one aborts the one before, which is waited for first. What aborted
 * work throws is dropped; work that is aborted before it has begun is not done. A signal is aborted also when its work has
 * ended, for what that has left to go on.
 */
export class RestartableTask {
  #latest: Run | undefined;
  #isDisposed = false;

  /**
   * Does some work once what went on before has ended.
   *
   * @returns settles when the work has ended. If another one has taken its place meanwhile, it settles as that one does.
   */
  restart(work: Work): Promise<void> {
    if (this.#isDisposed) return Promise.resolve();
    const before = this.stop();
    const abort = new AbortController();
    const { signal } = abort;
    const over = before
      .then(() => (signal.aborted ? undefined : work(signal)))
      .catch((error: unknown) => {
        if (!signal.aborted) throw error;
      });
    const run: Run = { abort, over, settled: over };
    this.#latest = run;
    run.settled = over.then(() => (this.#latest === run ? undefined : this.#latest!.settled));
    return run.settled;
  }

  /** Aborts what goes on; resolves when it has ended, however it has. */
  async stop(): Promise<void> {
    this.#latest?.abort.abort();
    await this.#latest?.over.catch(() => {});
  }

  /** Stops for good: what is to be begun after that is not done. */
  async dispose(): Promise<void> {
    this.#isDisposed = true;
    await this.stop();
  }
}
