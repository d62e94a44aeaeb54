import { UNKNOWN, type Vocabulary } from '../../corpus/vocabulary.ts';
import { LONGEST_CONTEXT } from './longestContext.ts';

/** Id in the place of whatever is between two words. */
export const BETWEEN_WORDS = UNKNOWN;

/** Whether a character belongs to a word, in prose or code. */
export function isWordCharacter(character: string): boolean {
  return /[\p{L}\p{N}_$]/u.test(character);
}

/**
 * View of a text by its words: their characters, and one id for all that stands between two of them. What follows `(name`
 * and `, name` is then counted in one context.
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

  /** Ids of a text by words. */
  of(ids: ArrayLike<number>): Uint16Array {
    const words: number[] = [];
    this.append(words, ids);
    return Uint16Array.from(words);
  }

  /**
   * Appends more of a text.
   *
   * @param words ids by words of what was before; is added to
   */
  append(words: number[], ids: ArrayLike<number>): void {
    for (let index = 0; index < ids.length; index++) {
      const id = this.isOfWord(ids[index]!) ? ids[index]! : BETWEEN_WORDS;
      if (id !== BETWEEN_WORDS || words.at(-1) !== BETWEEN_WORDS) words.push(id);
    }
  }

  /** Last ids by words, {@link LONGEST_CONTEXT} at most, after some more characters. */
  after(context: Uint16Array, ids: ArrayLike<number>): Uint16Array {
    const words = [...context];
    this.append(words, ids);
    return words.length === context.length ? context : Uint16Array.from(words.slice(-LONGEST_CONTEXT));
  }
}
