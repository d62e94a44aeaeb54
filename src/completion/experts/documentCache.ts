import type { Vocabulary } from '../../corpus/vocabulary.ts';
import { WordStream } from '../context/wordStream.ts';
import { KneserNeyModel } from './kneserNeyModel.ts';

/**
 * Counts over one document: what follows which characters, and which words, whatever stands between these. A cache language
 * model in the sense of Kuhn & De Mori ("A cache-based natural language model for speech recognition", 1990): what a text
 * has used it uses again. Theirs counts the last words alone; these count contexts in all of the document.
 */
export class DocumentCache {
  readonly characters: KneserNeyModel;
  /** Over the document's {@link WordStream}. */
  readonly words: KneserNeyModel;

  constructor({ size }: Vocabulary) {
    this.characters = new KneserNeyModel(size);
    this.words = new KneserNeyModel(size);
  }
}

/** Counts over a document that grows at its end alone, as it is read from its beginning on. */
export class GrowingDocumentCache extends DocumentCache {
  readonly #stream: WordStream;
  readonly #ids: number[] = [];
  readonly #words: number[] = [];

  constructor(vocabulary: Vocabulary) {
    super(vocabulary);
    this.#stream = new WordStream(vocabulary);
  }

  /** Learns the ids that come next. */
  append(ids: ArrayLike<number>): void {
    const first = this.#ids.length;
    for (let index = 0; index < ids.length; index++) this.#ids.push(ids[index]!);
    this.characters.learn(this.#ids, first);
    const firstWord = this.#words.length;
    this.#stream.append(this.#words, ids);
    this.words.learn(this.#words, firstWord);
  }
}
