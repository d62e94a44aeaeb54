import { UNKNOWN, type Vocabulary } from '../../corpus/vocabulary.ts';
import { LONGEST_CONTEXT } from './longestContext.ts';

/** Stands for whatever is between two words. */
export const BETWEEN_WORDS = UNKNOWN;

/** Whether a character belongs to a word, in prose or code. */
export function isWordCharacter(character: string): boolean {
  return /[\p{L}\p{N}_$]/u.test(character);
}

/**
 * A text by its words: their characters, and one id for all that stands between two of them. What follows `(name` and
 * `, name` is then known by one context.
 */
export class WordStream {
  /** [vocabulary] 1 for characters of words. */
  readonly #isOfWord: Uint8Array;

  constructor(vocabulary: Vocabulary) {
    this.#isOfWord = Uint8Array.from({ length: vocabulary.size }, (_, id) =>
      Number(isWordCharacter(vocabulary.characterOf(id))),
    );
  }

  isOfWord(id: number): boolean {
    return this.#isOfWord[id] === 1;
  }

  /** A text by words. */
  of(ids: ArrayLike<number>): Uint16Array {
    const words: number[] = [];
    this.append(words, ids);
    return Uint16Array.from(words);
  }

  /**
   * Goes on with a text by words.
   *
   * @param words what was there before; is added to
   */
  append(words: number[], ids: ArrayLike<number>): void {
    for (let index = 0; index < ids.length; index++) {
      const id = this.isOfWord(ids[index]!) ? ids[index]! : BETWEEN_WORDS;
      if (id !== BETWEEN_WORDS || words.at(-1) !== BETWEEN_WORDS) words.push(id);
    }
  }

  /** The last ids by words, as many as count, after some more characters. */
  after(context: Uint16Array, ids: ArrayLike<number>): Uint16Array {
    const words = [...context];
    this.append(words, ids);
    return words.length === context.length ? context : Uint16Array.from(words.slice(-LONGEST_CONTEXT));
  }
}
