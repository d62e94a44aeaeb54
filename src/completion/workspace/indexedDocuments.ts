import { LONGEST_CONTEXT } from '../context/longestContext.ts';
import type { KneserNeyModel } from '../experts/kneserNeyModel.ts';

/** Most characters that are kept. */
const DEFAULT_MAXIMUM = 2_000_000;

/**
 * Documents that are counted by a {@link KneserNeyModel}, kept so that they can be changed and unlearnt exactly. There is
 * room for so many characters; when it is used up, the documents that were touched longest ago are unlearnt.
 */
export class IndexedDocuments {
  readonly counts: KneserNeyModel;
  readonly #maximum: number;
  /** In the order in which they were last touched. */
  readonly #documents = new Map<string, Uint16Array>();

  /** @param maximum characters in all */
  constructor(counts: KneserNeyModel, maximum: number = DEFAULT_MAXIMUM) {
    this.counts = counts;
    this.#maximum = maximum;
  }

  has(path: string): boolean {
    return this.#documents.has(path);
  }

  /** Ids of a document as they were learnt. */
  get(path: string): Uint16Array | undefined {
    return this.#documents.get(path);
  }

  paths(): string[] {
    return [...this.#documents.keys()];
  }

  /** Learns a document, in the place of what was known of it. What does not fit at its end is left out. */
  set(path: string, ids: Uint16Array): void {
    this.delete(path);
    const fitting = ids.length > this.#maximum ? ids.slice(0, this.#maximum) : ids;
    this.#makeRoom(fitting.length);
    this.counts.learn(fitting);
    this.#documents.set(path, fitting);
  }

  /**
   * Replaces a part of a document. Only what stands there, and what it is a context of, is learnt anew.
   *
   * @param start the first id that is replaced
   * @param deleted how many are
   * @param inserted what takes their place
   */
  edit(path: string, start: number, deleted: number, inserted: ArrayLike<number>): void {
    const before = this.#documents.get(path);
    if (before === undefined) throw new RangeError(`${path} was not learnt.`);
    const length = before.length - deleted + inserted.length;
    if (length > this.#maximum) {
      this.set(path, spliced(before, start, deleted, inserted));
      return;
    }
    this.#documents.delete(path);
    this.#makeRoom(length, before.length);
    this.counts.unlearn(before, start, Math.min(before.length, start + deleted + LONGEST_CONTEXT));
    const after = spliced(before, start, deleted, inserted);
    this.counts.learn(after, start, Math.min(after.length, start + inserted.length + LONGEST_CONTEXT));
    this.#documents.set(path, after);
  }

  delete(path: string): void {
    const ids = this.#documents.get(path);
    if (ids === undefined) return;
    this.counts.unlearn(ids);
    this.#documents.delete(path);
  }

  /** Unlearns the oldest until so much fits, beside what is about to be replaced. */
  #makeRoom(characters: number, replaced = 0): void {
    for (const [path] of this.#documents) {
      if (this.counts.characters - replaced + characters <= this.#maximum) return;
      this.delete(path);
    }
  }
}

function spliced(ids: Uint16Array, start: number, deleted: number, inserted: ArrayLike<number>): Uint16Array {
  const result = new Uint16Array(ids.length - deleted + inserted.length);
  result.set(ids.subarray(0, start));
  result.set(inserted, start);
  result.set(ids.subarray(start + deleted), start + inserted.length);
  return result;
}
