import type { ExpertPair } from '../experts/expert.ts';
import { CONFIDENCE_STEPS, gradientOf, LONGEST_MATCH, MATCH_STEPS, type MixerInput } from './mixerInput.ts';

type InitialWeights = Pick<ExpertPair, 'initialWeights' | 'initialWeightsInCopies'>;

const LEARNING_RATE = 0.02;

/** Table of two exponents for each of some contexts, learnt by gradient descent with a rate that falls with use. */
class WeightTable {
  /** [contexts × 2] */
  readonly weights: Float64Array;
  readonly #uses: Float64Array;

  constructor(contexts: number) {
    this.weights = new Float64Array(contexts * 2);
    this.#uses = new Float64Array(contexts);
  }

  update(context: number, first: number, second: number): void {
    const rate = LEARNING_RATE / Math.sqrt(1 + this.#uses[context]!++ / 100);
    this.weights[context * 2]! += rate * first;
    this.weights[context * 2 + 1]! += rate * second;
  }
}

/** Mix of two outputs, with all that is needed to learn from it; a value. */
export interface PairMix {
  /** [vocabulary], summing to 1. */
  readonly probabilities: Float64Array;
  /** Exponents of the first and the second. */
  readonly weights: readonly [number, number];
  readonly first: MixerInput;
  readonly second: MixerInput;
  /** Context in each weight table. */
  readonly contexts: readonly number[];
}

/**
 * Weighted product of two experts: p(x) ∝ p₁(x)^a · p₂(x)^b. The exponents are sums of four weights each, from tables that
 * are indexed by the length of the context that the second expert has counted, its largest probability and whether both
 * hold the same character most probable; the length of the context that the first has counted; its largest probability;
 * and the kinds of the characters before. All are learnt online, by the gradient of −log p.
 *
 * Sources: Hinton, "Training products of experts by minimizing contrastive divergence", 2002, for the product; Mahoney,
 * *Data Compression Explained*, 2013, for weights that are chosen by context and learnt online, on two symbols (PAQ7's
 * logistic mixing); Mattern, "Mixing strategies in data compression", 2012, for the same on more symbols.
 */
export class PairMixer {
  readonly #tables: readonly [WeightTable, WeightTable, WeightTable, WeightTable];

  /**
   * @param kinds number of kinds of characters before, combined
   * @param initialWeights before anything was learnt
   */
  constructor(kinds: number, { initialWeights, initialWeightsInCopies = initialWeights }: InitialWeights) {
    const bySecond = new WeightTable(MATCH_STEPS * CONFIDENCE_STEPS * 2);
    for (let match = 0; match < MATCH_STEPS; match++) {
      for (let rest = 0; rest < CONFIDENCE_STEPS * 2; rest++) {
        const weights = match === LONGEST_MATCH ? initialWeightsInCopies : initialWeights;
        bySecond.weights.set(weights, (match * CONFIDENCE_STEPS * 2 + rest) * 2);
      }
    }
    this.#tables = [bySecond, new WeightTable(MATCH_STEPS), new WeightTable(CONFIDENCE_STEPS), new WeightTable(kinds)];
  }

  /**
   * @param kind of the characters before
   * @param probabilities [vocabulary] is filled, and belongs to what is returned
   */
  mix(first: MixerInput, second: MixerInput, kind: number, probabilities: Float64Array): PairMix {
    const agree = Number(first.favourite === second.favourite);
    const bySecond = (second.match * CONFIDENCE_STEPS + second.confidence) * 2 + agree;
    const contexts = [bySecond, first.match, first.confidence, kind];
    let [a, b] = [0, 0];
    for (const [index, { weights }] of this.#tables.entries()) {
      a += weights[contexts[index]! * 2]!;
      b += weights[contexts[index]! * 2 + 1]!;
    }
    let largest = Number.NEGATIVE_INFINITY;
    for (let id = 0; id < probabilities.length; id++) {
      const value = a * first.logs[id]! + b * second.logs[id]!;
      probabilities[id] = value;
      if (value > largest) largest = value;
    }
    let sum = 0;
    for (let id = 0; id < probabilities.length; id++) {
      sum += probabilities[id] = Math.exp(probabilities[id]! - largest);
    }
    for (let id = 0; id < probabilities.length; id++) probabilities[id]! /= sum;
    return { probabilities, weights: [a, b], first, second, contexts };
  }

  /** Learns from the id that came after a mix. */
  learn({ probabilities, first, second, contexts }: PairMix, id: number): void {
    const [a, b] = [gradientOf(probabilities, first.logs, id), gradientOf(probabilities, second.logs, id)];
    for (const [index, table] of this.#tables.entries()) table.update(contexts[index]!, a, b);
  }
}
