import type { Vocabulary } from '../corpus/vocabulary.ts';

/** Who speaks of the next character: the network, the memory of the workspace, and that of the open document. */
export const VOICES = ['network', 'memory', 'document'] as const;
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
}

/** Longest contexts of a memory are told apart up to here. */
const MATCHES = [0, 1, 2, 3, 4, 5, 6, 8, 11, 16, 24];
/** How sure a voice is of its favourite. */
const SURENESS = [0.3, 0.6, 0.85, 0.97];
/** Instead of a match or a sureness, where a voice is missing. */
const NO_MATCH = MATCHES.length;
const NOT_SURE = SURENESS.length + 1;
const [ALL_MATCHES, ALL_SURENESSES] = [NO_MATCH + 1, NOT_SURE + 1];

/** Kinds of characters; those of one kind are often followed alike. */
const KINDS = [/\p{Ll}/u, /\p{Lu}/u, /\p{N}/u, / /, /\n/, /["'`]/, /[([{]/, /[)\]}]/, /[.,;:]/, /[_$]/, /\p{L}/u];
/** Beside the kinds: another character, and none. */
const ALL_KINDS = KINDS.length + 2;

/** Before anything was learnt: nobody is believed twice, and the document least. */
const FIRST_WEIGHTS: readonly number[] = [0.5, 0.5, 0.15];
/** Where the memory knows the longest context. */
const FIRST_WEIGHTS_IN_A_COPY: readonly number[] = [0.4, 0.8, 0.15];
const FIRST_WEIGHTS_WITHOUT_NETWORK: readonly number[] = [0, 0.9, 0.15];
const LEARNING_RATE = 0.01;
const SMALLEST = 1e-9;

/** Weights for each voice, of which those of one situation are used at a time. */
class WeightSet {
  readonly weights: Float64Array;
  readonly #seen: Float64Array;
  #situation = 0;

  constructor(situations: number) {
    this.weights = new Float64Array(situations * VOICES.length);
    this.#seen = new Float64Array(situations);
  }

  choose(situation: number): void {
    this.#situation = situation;
  }

  weight(voice: number): number {
    return this.weights[this.#situation * VOICES.length + voice]!;
  }

  learn(gradients: readonly number[]): void {
    const rate = LEARNING_RATE / Math.sqrt(1 + this.#seen[this.#situation]!++ / 100);
    for (const [voice, gradient] of gradients.entries()) {
      this.weights[this.#situation * VOICES.length + voice]! += rate * gradient;
    }
  }
}

/**
 * Joins what the network and the memories expect, by logistic mixing: the logarithms of their probabilities, each times
 * a weight, are added and made probabilities again. A voice's weight is a sum of four, chosen by how long a context the
 * memory knows, by how sure each of the voices is, by whose favourites are the same, and by the kinds of the two
 * characters before; they are learnt as the text is read, by following the gradient of what the mixture has to pay for
 * each character (Mahoney, "Adaptive weighing of context models", 2005, for more than two characters).
 */
export class Gate {
  readonly #kinds: Uint8Array;
  readonly #logs: readonly Float64Array[];
  readonly #mixed: Float64Array;
  readonly #byMatch = new WeightSet(ALL_MATCHES * ALL_SURENESSES * 2);
  readonly #bySureness = new WeightSet(ALL_SURENESSES ** 2 * 2);
  readonly #byDocument = new WeightSet(ALL_MATCHES * ALL_SURENESSES * 4);
  readonly #byKinds = new WeightSet(ALL_KINDS ** 2);
  readonly #sets = [this.#byMatch, this.#bySureness, this.#byDocument, this.#byKinds];
  /** Of those who speak now; 0 for others. */
  readonly #weights = VOICES.map(() => 0);
  readonly #speak = VOICES.map(() => false);

  constructor(vocabulary: Vocabulary) {
    this.#kinds = Uint8Array.from({ length: vocabulary.size }, (_, id) => kindOf(vocabulary, id));
    this.#logs = VOICES.map(() => new Float64Array(vocabulary.size));
    this.#mixed = new Float64Array(vocabulary.size);
    for (let match = 0; match < ALL_MATCHES; match++) {
      for (let sure = 0; sure < ALL_SURENESSES; sure++) {
        for (const agree of [0, 1]) {
          this.#byMatch.weights.set(firstWeights(match, sure), situationOf(match, sure, agree) * VOICES.length);
        }
      }
    }
  }

  /**
   * @param heard two voices at least
   * @param before ids before the character, of which the last two count
   * @returns probabilities that sum to 1; valid until the next call
   */
  mix({ network, memory, document }: Heard, before: ArrayLike<number>): Float64Array {
    const favourites = [network, memory?.probabilities, document?.probabilities].map((probabilities, voice) => {
      this.#speak[voice] = probabilities !== undefined;
      return probabilities && this.#hear(voice, probabilities);
    });
    const [sure, memorySure, documentSure] = favourites.map((favourite) =>
      favourite === undefined ? NOT_SURE : rankOf(favourite.probability),
    ) as [number, number, number];
    const agree = (a: number, b: number) => Number(favourites[a]?.id === favourites[b]?.id);
    this.#byMatch.choose(situationOf(matchOf(memory), sure, agree(0, 1)));
    this.#bySureness.choose((sure * ALL_SURENESSES + memorySure) * 2 + agree(0, 1));
    this.#byDocument.choose(situationOf(matchOf(document), documentSure, agree(1, 2)) * 2 + agree(0, 2));
    this.#byKinds.choose(this.#kindAt(before, 1) * ALL_KINDS + this.#kindAt(before, 2));
    for (const voice of VOICES.keys()) {
      this.#weights[voice] = this.#speak[voice] ? this.#sets.reduce((sum, set) => sum + set.weight(voice), 0) : 0;
    }
    return this.#join();
  }

  /** Learns from what came after the last {@link mix}. */
  learn(id: number): void {
    const mixed = this.#mixed;
    const gradients = this.#logs.map((logs, voice) => {
      if (!this.#speak[voice]) return 0;
      let expected = 0;
      for (let other = 0; other < mixed.length; other++) expected += mixed[other]! * logs[other]!;
      return clipped(logs[id]! - expected);
    });
    for (const set of this.#sets) set.learn(gradients);
  }

  /** What each voice counts in the mixture just made; together 1. */
  get shares(): Readonly<Record<Voice, number>> {
    // Where all of them are better turned round, none counts more than another.
    const isAnyHeard = this.#weights.some((weight) => weight > 0);
    const counted = this.#weights.map((weight, voice) =>
      isAnyHeard ? Math.max(0, weight) : Number(this.#speak[voice]),
    ) as [number, number, number];
    const sum = counted.reduce((a, b) => a + b);
    return { network: counted[0] / sum, memory: counted[1] / sum, document: counted[2] / sum };
  }

  /** Keeps the logarithms. */
  #hear(voice: number, probabilities: ArrayLike<number>): { readonly id: number; readonly probability: number } {
    const logs = this.#logs[voice]!;
    let favourite = 0;
    for (let id = 0; id < logs.length; id++) {
      const probability = probabilities[id]!;
      if (probability > probabilities[favourite]!) favourite = id;
      logs[id] = Math.log(probability + SMALLEST);
    }
    return { id: favourite, probability: probabilities[favourite]! };
  }

  #join(): Float64Array {
    const mixed = this.#mixed.fill(0);
    for (const [voice, logs] of this.#logs.entries()) {
      const weight = this.#weights[voice]!;
      if (weight !== 0) for (let id = 0; id < mixed.length; id++) mixed[id]! += weight * logs[id]!;
    }
    let largest = Number.NEGATIVE_INFINITY;
    for (const value of mixed) if (value > largest) largest = value;
    let sum = 0;
    for (let id = 0; id < mixed.length; id++) sum += mixed[id] = Math.exp(mixed[id]! - largest);
    for (let id = 0; id < mixed.length; id++) mixed[id]! /= sum;
    return mixed;
  }

  #kindAt(before: ArrayLike<number>, back: number): number {
    return before.length < back ? ALL_KINDS - 1 : this.#kinds[before[before.length - back]!]!;
  }
}

function firstWeights(match: number, sure: number): readonly number[] {
  if (sure === NOT_SURE) return FIRST_WEIGHTS_WITHOUT_NETWORK;
  return match === MATCHES.length - 1 ? FIRST_WEIGHTS_IN_A_COPY : FIRST_WEIGHTS;
}

function situationOf(match: number, sure: number, agree: number): number {
  return (match * ALL_SURENESSES + sure) * 2 + agree;
}

function matchOf(remembered: Remembered | undefined): number {
  return remembered === undefined ? NO_MATCH : Math.max(0, MATCHES.lastIndexOf(remembered.matched));
}

function rankOf(probability: number): number {
  let rank = 0;
  while (rank < SURENESS.length && probability > SURENESS[rank]!) rank++;
  return rank;
}

function kindOf(vocabulary: Vocabulary, id: number): number {
  const kind = KINDS.findIndex((pattern) => pattern.test(vocabulary.characterOf(id)));
  return kind < 0 ? KINDS.length : kind;
}

function clipped(gradient: number): number {
  return Math.max(-4, Math.min(4, gradient));
}
