import type { Vocabulary } from '../../corpus/vocabulary.ts';
import type { ExpertOutputs, ExpertPair } from '../experts/expert.ts';
import { CharacterKinds, LONGEST_WORD } from './characterKinds.ts';
import { gradientOf, type MixerInput, mixerInput, SMALLEST, stepOf } from './mixerInput.ts';
import { type PairMix, PairMixer } from './pairMixer.ts';

/** Limits between steps of the length of the counted context, by which shares of pairs are chosen. */
const MATCHED = [3, 5, 10];
/** Part of the way to its posterior that one character moves the share of a pair. */
const PAIR_RATE = 0.04;
const LEAST_SHARE = 0.01;

/** Limits between steps of the largest probability, by which the exponent of the whole is chosen. */
const FAVOURITE = [0.15, 0.3, 0.5, 0.7, 0.85, 0.95];
const EXPONENT_RATE = 0.01;
const [LEAST_EXPONENT, GREATEST_EXPONENT] = [0.3, 3];

/** Mix of the outputs of experts, with all that is needed to learn from it; a value. */
export interface Mix {
  /** [vocabulary], summing to 1. */
  readonly probabilities: Float64Array;
  /** [vocabulary] logarithms of `average`, before the exponent. */
  readonly logs: Float64Array;
  /** [vocabulary] average of the pairs' distributions. */
  readonly average: Float64Array;
  /** Pairs of which both experts have an output, and their shares of the average, which sum to 1. */
  readonly pairs: readonly { readonly pair: number; readonly share: number; readonly mix: PairMix }[];
  /** Row of the shares. */
  readonly row: number;
  /** Index of the exponent. */
  readonly exponent: number;
}

/**
 * Mixer that makes one distribution of the outputs of experts, and learns from each character how to. It has three steps:
 *
 * 1. Each pair of experts is mixed by a {@link PairMixer} of its own, which has few weights and learns them soon.
 * 2. The pairs' distributions are averaged. A pair's share is an exponentially decaying mean of its posterior probabilities
 *    in like places, by the number of a word's letters before them and the length of the counted context.
 * 3. The average is raised to a learnt power and normalized. That is temperature scaling (Guo et al., "On calibration of
 *    modern neural networks", 2017) with temperature 1/power, here learnt online and one for each of several steps of the
 *    largest probability: averages of calibrated distributions are less sure than they should be (Ranjan & Gneiting,
 *    "Combining probability forecasts", 2010).
 */
export class Mixer {
  readonly #kinds: CharacterKinds;
  readonly #pairs: readonly (ExpertPair & { readonly mixer: PairMixer })[];
  /** [rows × pairs] shares. */
  readonly #shares: Float64Array;
  readonly #exponents = new Float64Array((FAVOURITE.length + 1) * 2).fill(1);
  readonly #exponentUses = new Float64Array(this.#exponents.length);
  /** Arrays [vocabulary] of mixes that nobody keeps. */
  readonly #scratch: Float64Array[] = [];

  constructor(vocabulary: Vocabulary, pairs: readonly ExpertPair[]) {
    this.#kinds = new CharacterKinds(vocabulary);
    this.#pairs = pairs.map((pair) => ({
      ...pair,
      mixer: new PairMixer(CharacterKinds.COMBINATIONS, pair),
    }));
    const rows = (LONGEST_WORD + 1) * (MATCHED.length + 1);
    this.#shares = new Float64Array(rows * pairs.length).fill(1 / pairs.length);
  }

  /**
   * Mix of some outputs, to learn from.
   *
   * @param outputs of two experts at least that are a pair
   * @param context ids before the character, of which the last few count
   * @throws RangeError when no two of the experts are a pair
   */
  mix(outputs: ExpertOutputs, context: ArrayLike<number>): Mix {
    return this.#mix(outputs, context, () => new Float64Array(this.#kinds.size));
  }

  /**
   * Probabilities [vocabulary] of the same mix, without what is needed to learn from it: no arrays are made but this one.
   *
   * @throws RangeError as {@link mix} does
   */
  probabilities(outputs: ExpertOutputs, context: ArrayLike<number>): Float32Array {
    const scratch = this.#scratch;
    let used = 0;
    const { probabilities } = this.#mix(outputs, context, () => {
      if (used === scratch.length) scratch.push(new Float64Array(this.#kinds.size));
      return scratch[used++]!;
    });
    return new Float32Array(probabilities);
  }

  /** @param array gives arrays [vocabulary] of any content, each once */
  #mix(outputs: ExpertOutputs, context: ArrayLike<number>, array: () => Float64Array): Mix {
    const inputs = new Map<string, MixerInput>();
    let matched: number | undefined;
    for (const [id, output] of outputs) {
      inputs.set(id, mixerInput(output, array()));
      matched ??= output.matched;
    }
    const letters = this.#kinds.lettersBefore(context);
    const row = letters * (MATCHED.length + 1) + stepOf(matched ?? 0, MATCHED);
    const kind = this.#kinds.kindBefore(context);
    const pairs = this.#pairsOf(inputs, row, kind, array);
    const average = array().fill(0);
    for (const { share, mix } of pairs) {
      for (let id = 0; id < average.length; id++) average[id]! += share * mix.probabilities[id]!;
    }
    return { ...this.#sharpened(average, letters > 0, array), average, pairs, row };
  }

  /** Learns from the id that came after a mix. */
  learn(mix: Mix, id: number): void {
    this.#reweigh(mix, id);
    for (const { pair, mix: pairMix } of mix.pairs) this.#pairs[pair]!.mixer.learn(pairMix, id);
    const rate = EXPONENT_RATE / Math.sqrt(1 + this.#exponentUses[mix.exponent]!++ / 100);
    const exponent = this.#exponents[mix.exponent]! + rate * gradientOf(mix.probabilities, mix.logs, id);
    this.#exponents[mix.exponent] = Math.max(LEAST_EXPONENT, Math.min(GREATEST_EXPONENT, exponent));
  }

  /** Weight of each expert in a mix; together 1. */
  weightsOf({ pairs }: Mix): ReadonlyMap<string, number> {
    const weights = new Map<string, number>();
    const add = (id: string, weight: number) => weights.set(id, (weights.get(id) ?? 0) + weight);
    for (const { pair, share, mix } of pairs) {
      // Where both are better turned round, neither counts more than the other.
      const [a, b] = mix.weights.map((weight) => Math.max(0, weight)) as [number, number];
      const part = a + b > 0 ? a / (a + b) : 0.5;
      add(this.#pairs[pair]!.first, share * part);
      add(this.#pairs[pair]!.second, share * (1 - part));
    }
    return weights;
  }

  #pairsOf(
    inputs: ReadonlyMap<string, MixerInput>,
    row: number,
    kind: number,
    array: () => Float64Array,
  ): Mix['pairs'] {
    const present = this.#pairs.flatMap(({ first, second, mixer }, pair) => {
      const [a, b] = [inputs.get(first), inputs.get(second)];
      if (a === undefined || b === undefined) return [];
      return [{ pair, share: this.#shares[row * this.#pairs.length + pair]!, mix: mixer.mix(a, b, kind, array()) }];
    });
    if (present.length === 0) throw new RangeError(`No two of ${[...inputs.keys()].join(', ')} are mixed.`);
    const sum = present.reduce((total, { share }) => total + share, 0);
    return present.map(({ share, ...rest }) => ({ ...rest, share: share / sum }));
  }

  /** Moves the share of each pair towards its posterior probability, given the id. The sum of these shares stays. */
  #reweigh({ pairs, row, average }: Mix, id: number): void {
    const shares = this.#shares;
    const first = row * this.#pairs.length;
    let [before, after] = [0, 0];
    for (const { pair, share, mix } of pairs) {
      const posterior = (share * mix.probabilities[id]!) / (average[id]! + SMALLEST);
      before += shares[first + pair]!;
      after += shares[first + pair] = Math.max(LEAST_SHARE, share + PAIR_RATE * (posterior - share));
    }
    for (const { pair } of pairs) shares[first + pair]! *= before / after;
  }

  #sharpened(
    average: Float64Array,
    isInWord: boolean,
    array: () => Float64Array,
  ): Pick<Mix, 'probabilities' | 'logs' | 'exponent'> {
    let most = 0;
    for (const probability of average) if (probability > most) most = probability;
    const exponent = stepOf(most, FAVOURITE) * 2 + Number(isInWord);
    const power = this.#exponents[exponent]!;
    const logs = array();
    const probabilities = array();
    let sum = 0;
    for (let id = 0; id < average.length; id++) {
      logs[id] = Math.log(average[id]! + SMALLEST);
      sum += probabilities[id] = Math.exp(power * logs[id]!);
    }
    for (let id = 0; id < average.length; id++) probabilities[id]! /= sum;
    return { probabilities, logs, exponent };
  }
}
