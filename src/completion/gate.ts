/** Longest contexts of the memory are told apart up to here: 0, 1, 2, 3, 4, 5, 6, 8, 11, 16, 24. */
const MATCHES = [0, 1, 2, 3, 4, 5, 6, 8, 11, 16, 24];
/** How sure the network is of its favourite. */
const SURENESS = [0.3, 0.6, 0.85, 0.97];
const SETS = MATCHES.length * (SURENESS.length + 1) * 2;
const PAIRS = (SURENESS.length + 1) ** 2 * 2;

/** Weights before anything was learnt: both voices are heard, neither is believed twice. */
const FIRST_WEIGHT = 0.5;
const LEARNING_RATE = 0.012;
const SMALLEST = 1e-9;

/** What one voice says, [vocabulary]. */
type Voice = ArrayLike<number>;

/**
 * Joins what the network and the memory expect, by logistic mixing: the logarithms of their probabilities, each times a
 * weight, are added and made probabilities again. Which weights are used depends on how sure the network is, how long a
 * context the memory knows, and whether both have the same favourite; they are learnt as the text is read, by following
 * the gradient of what the mixture has to pay for each character (Mahoney, "Adaptive weighing of context models", 2005,
 * for more than two characters).
 */
export class Gate {
  readonly #weights = new Float64Array(2 * SETS).fill(FIRST_WEIGHT);
  readonly #seen = new Float64Array(SETS);
  /** Added to those, by how sure both are. */
  readonly #corrections = new Float64Array(2 * PAIRS);
  readonly #pairsSeen = new Float64Array(PAIRS);
  readonly #logs: readonly [Float64Array, Float64Array];
  readonly #mixed: Float64Array;
  #set = 0;
  #pair = 0;

  constructor(vocabularySize: number) {
    this.#logs = [new Float64Array(vocabularySize), new Float64Array(vocabularySize)];
    this.#mixed = new Float64Array(vocabularySize);
  }

  /**
   * @param matched length of the longest context that the memory knew
   * @returns probabilities that sum to 1; valid until the next call
   */
  mix(network: Voice, memory: Voice, matched: number): Float64Array {
    const [a, b] = this.#logs;
    const mixed = this.#mixed;
    let [favouriteA, favouriteB] = [0, 0];
    for (let id = 0; id < mixed.length; id++) {
      if (network[id]! > network[favouriteA]!) favouriteA = id;
      if (memory[id]! > memory[favouriteB]!) favouriteB = id;
      a[id] = Math.log(network[id]! + SMALLEST);
      b[id] = Math.log(memory[id]! + SMALLEST);
    }
    let sure = 0;
    while (sure < SURENESS.length && network[favouriteA]! > SURENESS[sure]!) sure++;
    let memorySure = 0;
    while (memorySure < SURENESS.length && memory[favouriteB]! > SURENESS[memorySure]!) memorySure++;
    const agree = favouriteA === favouriteB ? 1 : 0;
    this.#pair = (sure * (SURENESS.length + 1) + memorySure) * 2 + agree;
    const match = Math.max(0, MATCHES.lastIndexOf(matched));
    this.#set = (match * (SURENESS.length + 1) + sure) * 2 + (favouriteA === favouriteB ? 1 : 0);
    const [wA, wB] = [this.#weight(0), this.#weight(1)];
    let largest = Number.NEGATIVE_INFINITY;
    for (let id = 0; id < mixed.length; id++) {
      const value = wA * a[id]! + wB * b[id]!;
      mixed[id] = value;
      if (value > largest) largest = value;
    }
    let sum = 0;
    for (let id = 0; id < mixed.length; id++) sum += mixed[id] = Math.exp(mixed[id]! - largest);
    for (let id = 0; id < mixed.length; id++) mixed[id]! /= sum;
    return mixed;
  }

  /** Learns from what came after the last {@link mix}. */
  learn(id: number): void {
    const mixed = this.#mixed;
    for (const [voice, logs] of this.#logs.entries()) {
      let expected = 0;
      for (let other = 0; other < mixed.length; other++) expected += mixed[other]! * logs[other]!;
      const gradient = clipped(logs[id]! - expected);
      this.#weights[2 * this.#set + voice]! += rateAfter(this.#seen[this.#set]!) * gradient;
      this.#corrections[2 * this.#pair + voice]! += rateAfter(this.#pairsSeen[this.#pair]!) * gradient;
    }
    this.#seen[this.#set]!++;
    this.#pairsSeen[this.#pair]!++;
  }

  #weight(voice: 0 | 1): number {
    return this.#weights[2 * this.#set + voice]! + this.#corrections[2 * this.#pair + voice]!;
  }

  /** What the network's voice counts in the mixture just made, 0 to 1. */
  get networkShare(): number {
    const [wA, wB] = [this.#weight(0), this.#weight(1)];
    return wA / (wA + wB);
  }
}

function rateAfter(seen: number): number {
  return LEARNING_RATE / Math.sqrt(1 + seen / 100);
}

function clipped(gradient: number): number {
  return Math.max(-4, Math.min(4, gradient));
}
