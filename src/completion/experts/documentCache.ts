import type { Vocabulary } from '../../corpus/vocabulary.ts';
import { BETWEEN_WORDS, type Words } from '../context/wordStream.ts';
import { ContextMemory } from './kneserNeyModel.ts';
import type { Expectation } from './memoryPredictor.ts';

/** A place in a document: the last ids before it, and the last by words, see {@link Words}. */
export interface DocumentPlace {
  readonly context: Uint16Array;
  readonly words: Uint16Array;
}

/**
 * What is known of one document from its own text: what follows which characters, and what follows which words, whatever
 * stands between them. Where it leaves open what comes, the memory of the workspace decides.
 */
export class DocumentMemory {
  readonly vocabulary: Vocabulary;
  /** To learn the document. */
  readonly characters: ContextMemory;
  /** To learn the same by words. */
  readonly byWords: ContextMemory;
  readonly #words: Words;
  readonly #below: Float64Array;
  readonly #next: Float64Array;

  constructor(vocabulary: Vocabulary, words: Words) {
    this.vocabulary = vocabulary;
    this.characters = new ContextMemory(vocabulary.size);
    this.byWords = new ContextMemory(vocabulary.size);
    this.#words = words;
    this.#below = new Float64Array(vocabulary.size);
    this.#next = new Float64Array(vocabulary.size);
  }

  /**
   * @param memory [vocabulary] what the memory of the workspace expects there
   * @returns what the document makes of it, by its characters and by its words
   */
  expect(
    { context, words }: DocumentPlace,
    memory: ArrayLike<number>,
  ): { readonly document: Expectation; readonly words: Expectation } {
    const probabilities = new Float32Array(this.vocabulary.size);
    const matched = this.characters.predict(context, context.length, probabilities, memory);
    return { document: { probabilities, matched }, words: this.#expectByWords(words, memory) };
  }

  #expectByWords(context: Uint16Array, memory: ArrayLike<number>): Expectation {
    const below = this.#below;
    const next = this.#next;
    let between = 0;
    for (let id = 0; id < below.length; id++) {
      const isOfWord = this.#words.isOfWord(id);
      below[id] = isOfWord ? memory[id]! : 0;
      if (!isOfWord) between += memory[id]!;
    }
    below[BETWEEN_WORDS] = between;
    const matched = this.byWords.predict(context, context.length, next, below);
    // Between two words it does not know where the next begins, nor, anywhere, what stands between them.
    const isInWord = context.length > 0 && context.at(-1) !== BETWEEN_WORDS;
    const ends = isInWord ? next[BETWEEN_WORDS]! : between;
    const goesOn = quotient(Math.max(0, 1 - ends), 1 - next[BETWEEN_WORDS]!);
    const part = quotient(ends, between);
    const probabilities = new Float32Array(below.length);
    for (let id = 0; id < below.length; id++) {
      probabilities[id] = this.#words.isOfWord(id) ? next[id]! * goesOn : memory[id]! * part;
    }
    return { probabilities, matched };
  }
}

/** The memory of a document that is read, or typed, from its beginning on. */
export class GrowingDocument {
  readonly memory: DocumentMemory;
  readonly #words: Words;
  readonly #ids: number[] = [];
  readonly #byWords: number[] = [];

  constructor(vocabulary: Vocabulary, words: Words) {
    this.memory = new DocumentMemory(vocabulary, words);
    this.#words = words;
  }

  /** Learns what comes next. */
  learn(ids: ArrayLike<number>): void {
    const first = this.#ids.length;
    for (let index = 0; index < ids.length; index++) this.#ids.push(ids[index]!);
    this.memory.characters.learn(this.#ids, first);
    const firstByWords = this.#byWords.length;
    this.#words.append(this.#byWords, ids);
    this.memory.byWords.learn(this.#byWords, firstByWords);
  }
}

function quotient(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0;
}
