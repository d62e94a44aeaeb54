import * as l10n from '@vscode/l10n';
import { UserFacingError } from '../base/errors.ts';
import type { Document } from './document.ts';
import { header } from './document.ts';

/** Id of every character that is not in the vocabulary. */
export const UNKNOWN = 0;
/** Id that stands before every document. */
export const SEPARATOR = 1;
/** First id that is a character of the text. */
export const FIRST_CHARACTER = 2;

/** Cost of an unknown character beside its id, in bits: about what naming any code point takes. */
export const UNKNOWN_CHARACTER_BITS = 20;

/** Most characters a vocabulary holds. */
const MAXIMUM_CHARACTERS = 4096;
const MAXIMUM_MINIMUM_COUNT = 5;
const CHARACTERS_PER_COUNT = 20_000;

/** Text that `decode` gives for `UNKNOWN`. */
const REPLACEMENT = '\uFFFD';

export interface VocabularyOptions {
  /** Number of times that a character must occur to get an id. Default: `minimumCountFor` the length of the text. */
  readonly minimumCount?: number;
  /** Default and upper limit: 4 096. */
  readonly maximumCharacters?: number;
}

/**
 * One-to-one map between characters (Unicode code points) and ids. Id 0 is *unknown*, id 1 the document separator,
 * characters follow from 2 on, the most frequent first and equally frequent ones by code point.
 *
 * Lone surrogates are never known: they are no characters, and UTF-8, in which the vocabulary is stored, cannot hold
 * them.
 */
export class Vocabulary {
  /** Character of id `index + 2`. */
  readonly characters: readonly string[];
  /** Number of ids: the characters, *unknown* and the separator. */
  readonly size: number;
  /** Ids of the code points below U+10000: a table, as this is what nearly all text is made of. */
  readonly #basic = new Uint16Array(0x10000);
  readonly #supplementary = new Map<number, number>();

  /** @param characters distinct single code points, no surrogates; the public ways in check that. */
  private constructor(characters: readonly string[]) {
    this.characters = characters;
    this.size = characters.length + FIRST_CHARACTER;
    for (const [index, character] of characters.entries()) {
      const codePoint = character.codePointAt(0)!;
      if (codePoint < 0x10000) this.#basic[codePoint] = index + FIRST_CHARACTER;
      else this.#supplementary.set(codePoint, index + FIRST_CHARACTER);
    }
  }

  /** Learns the characters of some texts. */
  static fromTexts(texts: Iterable<string>, options: VocabularyOptions = {}): Vocabulary {
    return Vocabulary.fromCounts(countsOf(texts), options);
  }

  /** Learns the characters that were counted. */
  static fromCounts(counts: CharacterCounts, options: VocabularyOptions = {}): Vocabulary {
    const minimumCount = options.minimumCount ?? minimumCountFor(counts.total);
    const known = counts.byFrequency().filter(([codePoint, count]) => count >= minimumCount && !isSurrogate(codePoint));
    const limit = Math.min(options.maximumCharacters ?? MAXIMUM_CHARACTERS, MAXIMUM_CHARACTERS);
    return new Vocabulary(known.slice(0, limit).map(([codePoint]) => String.fromCodePoint(codePoint)));
  }

  /** Learns the characters of documents as they are fed to the network, their headers included. */
  static fromDocuments(documents: readonly Document[], options: VocabularyOptions = {}): Vocabulary {
    return Vocabulary.fromTexts(textsOf(documents), options);
  }

  /**
   * Reads what `toJSON` wrote.
   *
   * @throws UserFacingError when the value is something else.
   */
  static fromJSON(value: unknown): Vocabulary {
    const text = (value as { characters?: unknown } | null)?.characters;
    if (typeof text !== 'string') throw foreign(l10n.t('it has no characters'));
    const characters = [...text];
    if (characters.length > MAXIMUM_CHARACTERS) {
      throw foreign(l10n.t('it has more than {0} characters', MAXIMUM_CHARACTERS));
    }
    if (new Set(characters).size !== characters.length) throw foreign(l10n.t('a character is in it twice'));
    if (characters.some((character) => isSurrogate(character.codePointAt(0)!))) {
      throw foreign(l10n.t('it is not Unicode'));
    }
    return new Vocabulary(characters);
  }

  /** Whether the same characters have the same ids. */
  equals(other: Vocabulary): boolean {
    return (
      this === other ||
      (this.size === other.size && this.characters.every((character, index) => character === other.characters[index]))
    );
  }

  /** All characters in the order of their ids, as one string: a reader in any language splits it by code points. */
  toJSON(): { characters: string } {
    return { characters: this.characters.join('') };
  }

  /** Ids of a text, one for each code point; a lone surrogate counts as one and is unknown. */
  encode(text: string): Uint16Array {
    const ids = new Uint16Array(text.length);
    const length = this.encodeInto(text, ids, 0);
    return length === ids.length ? ids : ids.slice(0, length);
  }

  /**
   * Writes the ids of a text into `ids` from `offset` on.
   *
   * @param ids with room for `text.length` more ids.
   * @returns the offset behind the last id written.
   */
  encodeInto(text: string, ids: Uint16Array, offset: number): number {
    let end = offset;
    for (let index = 0; index < text.length; index++) {
      const unit = text.charCodeAt(index);
      if ((unit & 0xfc00) !== 0xd800) {
        ids[end++] = this.#basic[unit]!;
        continue;
      }
      const codePoint = text.codePointAt(index)!;
      if (codePoint > 0xffff) index++;
      ids[end++] = this.idOf(codePoint);
    }
    return end;
  }

  /** Text of some ids: *unknown* becomes U+FFFD, the separator nothing. */
  decode(ids: ArrayLike<number>): string {
    const pieces: string[] = [];
    for (let index = 0; index < ids.length; index++) pieces.push(this.characterOf(ids[index]!));
    return pieces.join('');
  }

  /**
   * Character of an id: U+FFFD for *unknown*, the empty string for the separator.
   *
   * @throws RangeError when the vocabulary has no such id.
   */
  characterOf(id: number): string {
    if (id === UNKNOWN) return REPLACEMENT;
    if (id === SEPARATOR) return '';
    const character = this.characters[id - FIRST_CHARACTER];
    if (character === undefined) throw new RangeError(`No character has the id ${id}.`);
    return character;
  }

  /** Id of a code point, `UNKNOWN` when it is not in the vocabulary. */
  idOf(codePoint: number): number {
    if (codePoint < 0x10000) return this.#basic[codePoint]!;
    return this.#supplementary.get(codePoint) ?? UNKNOWN;
  }
}

/**
 * Number of times that a character must occur in a text of so many characters to get an id: 5 in 100 000 characters or
 * more, and one time less for every 20 000 that are missing. So the rarest known characters are seen at least about
 * once in 20 000, and a text under 40 000 characters, which is a demonstration and not a workspace, loses none.
 */
export function minimumCountFor(characters: number): number {
  return Math.min(MAXIMUM_MINIMUM_COUNT, Math.max(1, Math.floor(characters / CHARACTERS_PER_COUNT)));
}

/**
 * Counts of each character in documents, their headers included, the most frequent first and equally frequent
 * ones by code point.
 */
export function characterCounts(documents: readonly Document[]): { character: string; count: number }[] {
  return countsOf(textsOf(documents))
    .byFrequency()
    .map(([codePoint, count]) => ({ character: String.fromCodePoint(codePoint), count }));
}

function* textsOf(documents: readonly Document[]): Generator<string> {
  for (const document of documents) {
    yield header(document.path);
    yield document.text;
  }
}

/** Counter of characters, text by text. */
export class CharacterCounts {
  /** By code point; 32 bits would not hold the spaces of 100 GB. */
  readonly #basic = new Float64Array(0x10000);
  readonly #supplementary = new Map<number, number>();
  #total = 0;

  /** Code points. */
  get total(): number {
    return this.#total;
  }

  add(text: string): void {
    this.#count(text, 1);
  }

  /** Takes back what `add` counted. */
  remove(text: string): void {
    this.#count(text, -1);
  }

  #count(text: string, by: 1 | -1): void {
    for (let index = 0; index < text.length; index++) {
      this.#total += by;
      const unit = text.charCodeAt(index);
      const codePoint = (unit & 0xfc00) === 0xd800 ? text.codePointAt(index)! : unit;
      if (codePoint < 0x10000) this.#basic[codePoint]! += by;
      else {
        index++;
        this.#supplementary.set(codePoint, (this.#supplementary.get(codePoint) ?? 0) + by);
      }
    }
  }

  /** Most frequent first, equally frequent ones by code point. */
  byFrequency(): [codePoint: number, count: number][] {
    const counts = [...this.#supplementary].filter(([, count]) => count > 0);
    for (const [codePoint, count] of this.#basic.entries()) if (count > 0) counts.push([codePoint, count]);
    return counts.sort(([a, countOfA], [b, countOfB]) => countOfB - countOfA || a - b);
  }
}

function countsOf(texts: Iterable<string>): CharacterCounts {
  const counts = new CharacterCounts();
  for (const text of texts) counts.add(text);
  return counts;
}

function isSurrogate(codePoint: number): boolean {
  return codePoint >= 0xd800 && codePoint <= 0xdfff;
}

function foreign(reason: string): UserFacingError {
  return new UserFacingError(l10n.t('This is not a vocabulary of Inkling: {0}.', reason));
}
