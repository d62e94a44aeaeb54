const LEARNING_RATE = 0.02;

/** Longest contexts of a memory are told apart up to here. */
const MATCHES = [0, 1, 2, 3, 4, 5, 6, 8, 11, 16, 24];
const NO_MATCH = MATCHES.length;
const ALL_MATCHES = NO_MATCH + 1;
/** The longest match. */
export const IN_A_COPY = MATCHES.length - 1;
/** How sure a voice is of its favourite. */
const SURENESS = [0.3, 0.6, 0.85, 0.97];
const ALL_SURENESSES = SURENESS.length + 1;

const SMALLEST = 1e-9;

/** What one voice expects, as a gate looks at it. */
export class Opinion {
  /** [vocabulary] logarithms of probabilities. */
  readonly logs: Float64Array;
  /** The most probable id. */
  favourite = 0;
  /** How probable that is, in five steps. */
  sureness = 0;
  /** How long a context a memory knows, in steps; one step more where it is no memory. */
  match = NO_MATCH;

  constructor(size: number) {
    this.logs = new Float64Array(size);
  }

  /** @param matched characters of the longest context that a memory knows; undefined: it is no memory */
  set(probabilities: ArrayLike<number>, matched: number | undefined): void {
    const { logs } = this;
    let favourite = 0;
    for (let id = 0; id < logs.length; id++) {
      const probability = probabilities[id]!;
      if (probability > probabilities[favourite]!) favourite = id;
      logs[id] = Math.log(probability + SMALLEST);
    }
    this.favourite = favourite;
    this.sureness = rankOf(probabilities[favourite]!, SURENESS);
    this.match = matched === undefined ? NO_MATCH : rankOf(matched, MATCHES);
  }
}

/** How many of some ascending limits a value exceeds. */
export function rankOf(value: number, limits: readonly number[]): number {
  let rank = 0;
  while (rank < limits.length && value > limits[rank]!) rank++;
  return rank;
}

/** Two weights for each situation, of which those of one are used at a time. */
class WeightSet {
  readonly weights: Float64Array;
  readonly #seen: Float64Array;
  #situation = 0;

  constructor(situations: number) {
    this.weights = new Float64Array(situations * 2);
    this.#seen = new Float64Array(situations);
  }

  choose(situation: number): void {
    this.#situation = situation;
  }

  weight(voice: 0 | 1): number {
    return this.weights[this.#situation * 2 + voice]!;
  }

  learn(first: number, second: number): void {
    const rate = LEARNING_RATE / Math.sqrt(1 + this.#seen[this.#situation]!++ / 100);
    this.weights[this.#situation * 2]! += rate * first;
    this.weights[this.#situation * 2 + 1]! += rate * second;
  }
}

/**
 * Joins what two voices expect, by logistic mixing: the logarithms of their probabilities, each times a weight, are added
 * and made probabilities again. A voice's weight is a sum of four: one chosen by how long a context the second knows, how
 * sure it is and whether both have one favourite, the others by how long a context the first knows, by how sure it is, and
 * by the kinds of characters before. They are learnt as the text is read, by following the gradient of what the mixture
 * has to pay for each character (Mahoney, "Adaptive weighing of context models", 2005, for more than two characters).
 */
export class PairGate {
  /** [vocabulary] what the two make of it. */
  readonly mixed: Float64Array;
  /** Of the two, in the mixture just made. */
  readonly weights: [number, number] = [0, 0];
  readonly #bySecond = new WeightSet(ALL_MATCHES * ALL_SURENESSES * 2);
  readonly #byMatch = new WeightSet(ALL_MATCHES);
  readonly #bySureness = new WeightSet(ALL_SURENESSES);
  readonly #byKinds: WeightSet;
  readonly #sets: readonly WeightSet[];
  #first: Opinion | undefined;
  #second: Opinion | undefined;

  /**
   * @param kinds how many situations the characters before make
   * @param firstWeights before anything was learnt, by the length that the second knows; see {@link Opinion.match}
   */
  constructor(size: number, kinds: number, firstWeights: (match: number) => readonly [number, number]) {
    this.mixed = new Float64Array(size);
    this.#byKinds = new WeightSet(kinds);
    this.#sets = [this.#bySecond, this.#byMatch, this.#bySureness, this.#byKinds];
    for (let match = 0; match < ALL_MATCHES; match++) {
      for (let rest = 0; rest < ALL_SURENESSES * 2; rest++) {
        this.#bySecond.weights.set(firstWeights(match), (match * ALL_SURENESSES * 2 + rest) * 2);
      }
    }
  }

  mix(first: Opinion, second: Opinion, kinds: number): void {
    this.#first = first;
    this.#second = second;
    const agree = Number(first.favourite === second.favourite);
    this.#bySecond.choose((second.match * ALL_SURENESSES + second.sureness) * 2 + agree);
    this.#byMatch.choose(first.match);
    this.#bySureness.choose(first.sureness);
    this.#byKinds.choose(kinds);
    for (const voice of [0, 1] as const) {
      this.weights[voice] = this.#sets.reduce((sum, set) => sum + set.weight(voice), 0);
    }
    const [a, b] = this.weights;
    const { mixed } = this;
    let largest = Number.NEGATIVE_INFINITY;
    for (let id = 0; id < mixed.length; id++) {
      const value = a * first.logs[id]! + b * second.logs[id]!;
      mixed[id] = value;
      if (value > largest) largest = value;
    }
    let sum = 0;
    for (let id = 0; id < mixed.length; id++) sum += mixed[id] = Math.exp(mixed[id]! - largest);
    for (let id = 0; id < mixed.length; id++) mixed[id]! /= sum;
  }

  /** Learns from what came after the last {@link mix}. */
  learn(id: number): void {
    if (this.#first === undefined || this.#second === undefined) return;
    const first = gradientOf(this.mixed, this.#first.logs, id);
    const second = gradientOf(this.mixed, this.#second.logs, id);
    for (const set of this.#sets) set.learn(first, second);
  }
}

/**
 * How much less a distribution would have to pay for an id if these logarithms counted more, within bounds.
 *
 * @param mixed [vocabulary] the distribution that they are a part of
 */
export function gradientOf(mixed: Float64Array, logs: Float64Array, id: number): number {
  let expected = 0;
  for (let other = 0; other < mixed.length; other++) expected += mixed[other]! * logs[other]!;
  return Math.max(-4, Math.min(4, logs[id]! - expected));
}
