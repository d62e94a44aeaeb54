/** More than this nobody reads. */
const MOST = 20;

/** What could not be used of rules and settings, and what was done instead. */
export class Notices {
  readonly #sentences = new Set<string>();

  add(sentence: string): void {
    if (this.#sentences.size < MOST) this.#sentences.add(sentence);
  }

  /** Each once, in the order in which they came; the first 20. */
  sentences(): string[] {
    return [...this.#sentences];
  }
}
