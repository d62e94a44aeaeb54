/**
 * Signals of which only the latest is not aborted: for work whose result counts, or which is to go on, only until it is begun
 * anew. Whoever did not ask the work itself to end looks at the signal when the result is there. Nothing is waited for.
 */
export class Latest {
  #latest: AbortController | undefined;
  #isDisposed = false;

  /** What has begun last; aborted if nothing has. */
  get signal(): AbortSignal {
    return this.#latest?.signal ?? AbortSignal.abort();
  }

  /** Aborts the signal before. */
  begin(): AbortSignal {
    this.abort();
    this.#latest = new AbortController();
    if (this.#isDisposed) this.#latest.abort();
    return this.#latest.signal;
  }

  /** Aborts the latest signal, until it begins anew. */
  abort(): void {
    this.#latest?.abort();
  }

  /** Aborts the latest signal; what begins after that is aborted from the start. */
  dispose(): void {
    this.#isDisposed = true;
    this.abort();
  }
}
