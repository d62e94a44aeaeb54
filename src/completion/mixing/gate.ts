import type { Vocabulary } from '../../corpus/vocabulary.ts';
import { Words } from '../context/wordStream.ts';
import { gradientOf, IN_A_COPY, Opinion, PairGate, rankOf } from './pairGate.ts';

/**
 * Who speaks of the next character: the network, the memory of the workspace, and that of the open document, by its
 * characters and by its words.
 */
export const VOICES = ['network', 'memory', 'document', 'words'] as const;
export type Voice = (typeof VOICES)[number];

/** What a memory says. */
interface Remembered {
  /** [vocabulary] */
  readonly probabilities: ArrayLike<number>;
  /** Length of the longest context that it knew. */
  readonly matched: number;
}

/** What is said of one character, by those who speak. */
export interface Heard {
  /** [vocabulary] */
  readonly network?: ArrayLike<number> | undefined;
  readonly memory?: Remembered | undefined;
  readonly document?: Remembered | undefined;
  readonly words?: Remembered | undefined;
}

/** Who is listened to together. */
const PAIRS = [
  ['network', 'memory'],
  ['network', 'document'],
  ['network', 'words'],
  ['memory', 'document'],
  ['memory', 'words'],
] as const satisfies readonly (readonly [Voice, Voice])[];

/** Kinds of characters; those of one kind are often followed alike. */
const KINDS = [/\p{Ll}/u, /\p{Lu}/u, /\p{N}/u, / /, /\n/, /["'`]/, /[([{]/, /[)\]}]/, /[.,;:]/, /[_$]/, /\p{L}/u];
/** Beside the kinds: another character, and none. */
const ALL_KINDS = KINDS.length + 2;

/** Before anything was learnt: nobody is believed twice, and the document least. */
const FIRST_WEIGHTS = [0.5, 0.5] as const;
/** Where a memory knows the longest context. */
const FIRST_WEIGHTS_IN_A_COPY = [0.4, 0.8] as const;
const FIRST_WEIGHTS_OF_MEMORIES = [0.9, 0.15] as const;

/** Letters of a word that are told apart, and lengths of what the memory knows: there the pairs are weighed. */
const LONGEST_WORD = 6;
const MATCHED = [3, 5, 10];
/** How far one character moves what the pairs count. */
const PAIR_RATE = 0.04;
const LEAST_SHARE = 0.01;

/** How probable the favourite is; there the mixture is made surer or less sure. */
const FAVOURITE = [0.15, 0.3, 0.5, 0.7, 0.85, 0.95];
const SHARPNESS_RATE = 0.01;
const [LEAST_SHARPNESS, GREATEST_SHARPNESS] = [0.3, 3];
const SMALLEST = 1e-9;

/**
 * Joins what the network and the memories expect. Each pair of voices is joined by a {@link PairGate} of its own, which
 * has little to learn and learns it soon. The pairs' distributions are averaged, each weighed by how well it did lately in
 * like places (a Bayesian mixture that forgets), by how far into a word that was and how long a context the memory knew.
 * What comes out, which averaging made less sure than it should be, is raised to a power that is learnt, too.
 */
export class Gate {
  readonly #kinds: Uint8Array;
  readonly #words: Words;
  readonly #opinions: Readonly<Record<Voice, Opinion>>;
  readonly #pairs: readonly { readonly voices: readonly [Voice, Voice]; readonly gate: PairGate }[];
  /** [situations × pairs] what each counts. */
  readonly #counts = new Float64Array((LONGEST_WORD + 1) * (MATCHED.length + 1) * PAIRS.length).fill(1 / PAIRS.length);
  /** [situations] */
  readonly #sharpness = new Float64Array((FAVOURITE.length + 1) * 2).fill(1);
  readonly #sharpened = new Float64Array(this.#sharpness.length);
  readonly #speaks = { network: false, memory: false, document: false, words: false };
  /** Of the pairs that speak now; 0 for others. */
  readonly #shares = new Float64Array(PAIRS.length);
  readonly #average: Float64Array;
  readonly #logs: Float64Array;
  readonly #mixed: Float64Array;
  #situation = 0;
  #sharpnessAt = 0;

  constructor(vocabulary: Vocabulary) {
    const { size } = vocabulary;
    this.#kinds = Uint8Array.from({ length: size }, (_, id) => kindOf(vocabulary.characterOf(id)));
    this.#words = new Words(vocabulary);
    const opinion = () => new Opinion(size);
    this.#opinions = { network: opinion(), memory: opinion(), document: opinion(), words: opinion() };
    this.#pairs = PAIRS.map((voices) => ({
      voices,
      gate: new PairGate(
        size,
        ALL_KINDS ** 2,
        voices[0] === 'network' ? besideNetwork : () => FIRST_WEIGHTS_OF_MEMORIES,
      ),
    }));
    this.#average = new Float64Array(size);
    this.#logs = new Float64Array(size);
    this.#mixed = new Float64Array(size);
  }

  /**
   * @param heard two voices at least, and where a document speaks, the memory
   * @param before ids before the character, of which the last few count
   * @returns probabilities that sum to 1; valid until the next call
   */
  mix({ network, memory, document, words }: Heard, before: ArrayLike<number>): Float64Array {
    this.#hear('network', network, undefined);
    this.#hear('memory', memory?.probabilities, memory?.matched);
    this.#hear('document', document?.probabilities, document?.matched);
    this.#hear('words', words?.probabilities, words?.matched);
    const kinds = this.#kindAt(before, 1) * ALL_KINDS + this.#kindAt(before, 2);
    const letters = this.#wordSoFar(before);
    this.#situation = letters * (MATCHED.length + 1) + rankOf(memory?.matched ?? 0, MATCHED);
    const average = this.#average.fill(0);
    this.#updateShares();
    for (const [index, { voices, gate }] of this.#pairs.entries()) {
      const share = this.#shares[index]!;
      if (share === 0) continue;
      gate.mix(this.#opinions[voices[0]], this.#opinions[voices[1]], kinds);
      for (let id = 0; id < average.length; id++) average[id]! += share * gate.mixed[id]!;
    }
    return this.#sharpen(letters > 0);
  }

  /** Learns from what came after the last {@link mix}. */
  learn(id: number): void {
    this.#reweigh(id);
    for (const [index, { gate }] of this.#pairs.entries()) if (this.#shares[index]! > 0) gate.learn(id);
    const rate = SHARPNESS_RATE / Math.sqrt(1 + this.#sharpened[this.#sharpnessAt]!++ / 100);
    const sharpness = this.#sharpness[this.#sharpnessAt]! + rate * gradientOf(this.#mixed, this.#logs, id);
    this.#sharpness[this.#sharpnessAt] = Math.max(LEAST_SHARPNESS, Math.min(GREATEST_SHARPNESS, sharpness));
  }

  /** Lets each pair that spoke count as much as it was right. What they count together stays. */
  #reweigh(id: number): void {
    const counts = this.#counts;
    const first = this.#situation * PAIRS.length;
    let [before, after] = [0, 0];
    for (const [index, { gate }] of this.#pairs.entries()) {
      const share = this.#shares[index]!;
      if (share === 0) continue;
      const posterior = (share * gate.mixed[id]!) / (this.#average[id]! + SMALLEST);
      before += counts[first + index]!;
      after += counts[first + index] = Math.max(LEAST_SHARE, share + PAIR_RATE * (posterior - share));
    }
    for (const [index, share] of this.#shares.entries()) if (share > 0) counts[first + index]! *= before / after;
  }

  /** What each voice counts in the mixture just made; together 1. */
  get shares(): Readonly<Record<Voice, number>> {
    const shares = { network: 0, memory: 0, document: 0, words: 0 };
    for (const [index, { voices, gate }] of this.#pairs.entries()) {
      // Where both are better turned round, neither counts more than the other.
      const [a, b] = gate.weights.map((weight) => Math.max(0, weight)) as [number, number];
      const part = a + b > 0 ? a / (a + b) : 0.5;
      shares[voices[0]] += this.#shares[index]! * part;
      shares[voices[1]] += this.#shares[index]! * (1 - part);
    }
    return shares;
  }

  #hear(voice: Voice, probabilities: ArrayLike<number> | undefined, matched: number | undefined): void {
    this.#speaks[voice] = probabilities !== undefined;
    if (probabilities !== undefined) this.#opinions[voice].set(probabilities, matched);
  }

  #updateShares(): void {
    const first = this.#situation * PAIRS.length;
    let sum = 0;
    for (const [index, [a, b]] of PAIRS.entries()) {
      const share = this.#speaks[a] && this.#speaks[b] ? this.#counts[first + index]! : 0;
      this.#shares[index] = share;
      sum += share;
    }
    for (let index = 0; index < PAIRS.length; index++) this.#shares[index]! /= sum;
  }

  #sharpen(isInWord: boolean): Float64Array {
    const average = this.#average;
    const logs = this.#logs;
    const mixed = this.#mixed;
    let most = 0;
    for (const probability of average) if (probability > most) most = probability;
    this.#sharpnessAt = rankOf(most, FAVOURITE) * 2 + Number(isInWord);
    const power = this.#sharpness[this.#sharpnessAt]!;
    let sum = 0;
    for (let id = 0; id < mixed.length; id++) {
      logs[id] = Math.log(average[id]! + SMALLEST);
      sum += mixed[id] = Math.exp(power * logs[id]!);
    }
    for (let id = 0; id < mixed.length; id++) mixed[id]! /= sum;
    return mixed;
  }

  #kindAt(before: ArrayLike<number>, back: number): number {
    return before.length < back ? ALL_KINDS - 1 : this.#kinds[before[before.length - back]!]!;
  }

  /** Letters of a word that stand before the character, so many at most. */
  #wordSoFar(before: ArrayLike<number>): number {
    let letters = 0;
    while (letters < LONGEST_WORD && letters < before.length) {
      if (!this.#words.isOfWord(before[before.length - 1 - letters]!)) break;
      letters++;
    }
    return letters;
  }
}

function besideNetwork(match: number): readonly [number, number] {
  return match === IN_A_COPY ? FIRST_WEIGHTS_IN_A_COPY : FIRST_WEIGHTS;
}

function kindOf(character: string): number {
  const kind = KINDS.findIndex((pattern) => pattern.test(character));
  return kind < 0 ? KINDS.length : kind;
}
