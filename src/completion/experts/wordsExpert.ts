import { BETWEEN_WORDS, WordStream } from '../context/wordStream.ts';
import type { Expert } from './expert.ts';
import { BESIDE_NETWORK, BESIDE_WORKSPACE } from './initialWeights.ts';
import type { ExpertRegistration, KnowledgeSources } from './registration.ts';

/** Expert by counts of what followed which words in the open document, whatever stood between them. */
export const WORDS_EXPERT: ExpertRegistration = {
  id: 'words',
  pairs: [
    { with: 'lstm', ...BESIDE_NETWORK },
    { with: 'workspace', ...BESIDE_WORKSPACE },
  ],
  create: (sources) => new WordsExpert(sources) as Expert,
};

/** Expert whose states are the last ids by words. It falls back on the workspace's expert. */
class WordsExpert implements Expert<Uint16Array> {
  readonly id = 'words';
  readonly #documentCache: KnowledgeSources['documentCache'];
  readonly #words: WordStream;
  readonly #base: Float64Array;
  readonly #next: Float64Array;

  constructor({ vocabulary, documentCache }: KnowledgeSources) {
    this.#documentCache = documentCache;
    this.#words = new WordStream(vocabulary);
    this.#base = new Float64Array(vocabulary.size);
    this.#next = new Float64Array(vocabulary.size);
  }

  start(): Uint16Array {
    return NOTHING;
  }

  read(state: Uint16Array, ids: ArrayLike<number>): Uint16Array {
    return this.#words.after(state, ids);
  }

  advance(states: readonly Uint16Array[], ids: readonly number[]): Uint16Array[] {
    return states.map((state, index) => this.#words.after(state, [ids[index]!]));
  }

  predict: Expert<Uint16Array>['predict'] = (words, { document }, outputs) => {
    const cache = document === undefined ? undefined : this.#documentCache(document);
    const workspace = outputs.get('workspace')?.probabilities;
    if (cache === undefined || workspace === undefined) return undefined;
    const base = this.#base;
    const next = this.#next;
    let between = 0;
    for (let id = 0; id < base.length; id++) {
      const isOfWord = this.#words.isOfWord(id);
      base[id] = isOfWord ? workspace[id]! : 0;
      if (!isOfWord) between += workspace[id]!;
    }
    base[BETWEEN_WORDS] = between;
    const matched = cache.words.predict(words, words.length, next, base);
    // The counts say what a word goes on with. Where the next one begins, and what stands between, is the workspace's.
    const isInWord = words.length > 0 && words.at(-1) !== BETWEEN_WORDS;
    const ends = isInWord ? next[BETWEEN_WORDS]! : between;
    const goesOn = quotient(Math.max(0, 1 - ends), 1 - next[BETWEEN_WORDS]!);
    const part = quotient(ends, between);
    const probabilities = new Float32Array(base.length);
    for (let id = 0; id < base.length; id++) {
      probabilities[id] = this.#words.isOfWord(id) ? next[id]! * goesOn : workspace[id]! * part;
    }
    return { probabilities, matched };
  };

  learn: NonNullable<Expert<Uint16Array>['learn']> = (words, { document }, id) => {
    const after = [...words];
    this.#words.append(after, [id]);
    if (document !== undefined) this.#documentCache(document)?.words.learn(after, words.length);
  };
}

const NOTHING = new Uint16Array(0);

function quotient(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0;
}
