import type { Vocabulary } from '../../corpus/vocabulary.ts';
import { isWordCharacter } from '../context/wordStream.ts';

/** Patterns of the kinds of characters; those of one kind are often followed alike. */
const KINDS = [/\p{Ll}/u, /\p{Lu}/u, /\p{N}/u, / /, /\n/, /["'`]/, /[([{]/, /[)\]}]/, /[.,;:]/, /[_$]/, /\p{L}/u];
/** Number of kinds, with another character and none. */
const ALL_KINDS = KINDS.length + 2;

/** Most letters of a word that are counted. */
export const LONGEST_WORD = 6;

/** Features of the characters before a position, by which the mixer's weights are chosen. */
export class CharacterKinds {
  /** Number of kinds of two characters. */
  static readonly COMBINATIONS = ALL_KINDS ** 2;
  /** [vocabulary] kind of each character. */
  readonly #kinds: Uint8Array;
  /** [vocabulary] 1 for characters of words. */
  readonly #isOfWord: Uint8Array;

  constructor(vocabulary: Vocabulary) {
    const characters = Array.from({ length: vocabulary.size }, (_, id) => vocabulary.characterOf(id));
    this.#kinds = Uint8Array.from(characters, kindOf);
    this.#isOfWord = Uint8Array.from(characters, (character) => Number(isWordCharacter(character)));
  }

  /** Number of ids. */
  get size(): number {
    return this.#kinds.length;
  }

  /** Kinds of the last two characters, as one number below {@link COMBINATIONS}. */
  kindBefore(context: ArrayLike<number>): number {
    return this.#kindAt(context, 1) * ALL_KINDS + this.#kindAt(context, 2);
  }

  /** Number of a word's letters before a position, {@link LONGEST_WORD} at most. */
  lettersBefore(context: ArrayLike<number>): number {
    let letters = 0;
    while (letters < LONGEST_WORD && letters < context.length) {
      if (this.#isOfWord[context[context.length - 1 - letters]!] === 0) break;
      letters++;
    }
    return letters;
  }

  #kindAt(context: ArrayLike<number>, back: number): number {
    return context.length < back ? ALL_KINDS - 1 : this.#kinds[context[context.length - back]!]!;
  }
}

function kindOf(character: string): number {
  const kind = KINDS.findIndex((pattern) => pattern.test(character));
  return kind < 0 ? KINDS.length : kind;
}
