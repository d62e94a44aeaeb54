/** Listens until the answer is disposed of, as VS Code's events do. */
export type Event<T> = (listener: (value: T) => unknown) => { dispose(): void };

/** An event and who may fire it, where there is no VS Code. */
export class Emitter<T> {
  readonly #listeners = new Set<(value: T) => unknown>();

  readonly event: Event<T> = (listener) => {
    const own = (value: T) => listener(value);
    this.#listeners.add(own);
    return { dispose: () => void this.#listeners.delete(own) };
  };

  fire(value: T): void {
    for (const listener of [...this.#listeners]) listener(value);
  }
}
