import type { ExpertOutput } from '../experts/expert.ts';

/** Limits between steps of the length of the counted context. */
const MATCHES = [0, 1, 2, 3, 4, 5, 6, 8, 11, 16, 24];
/** Step of an expert that counts no contexts. */
const NO_MATCH = MATCHES.length;
export const MATCH_STEPS = NO_MATCH + 1;
/** Step of the longest context, which is met where text was copied. */
export const LONGEST_MATCH = MATCHES.length - 1;

/** Limits between steps of an expert's largest probability. */
const CONFIDENCES = [0.3, 0.6, 0.85, 0.97];
export const CONFIDENCE_STEPS = CONFIDENCES.length + 1;

/** Added to probabilities before their logarithm is taken. */
export const SMALLEST = 1e-9;

/** Expert's output with the features by which its weights are chosen. */
export interface MixerInput {
  /** [vocabulary] logarithms of the probabilities. */
  readonly logs: Float64Array;
  /** Most probable id. */
  readonly favourite: number;
  /** Step of its probability, 0 to {@link CONFIDENCE_STEPS} − 1. */
  readonly confidence: number;
  /** Step of the length of the counted context, 0 to {@link MATCH_STEPS} − 1. */
  readonly match: number;
}

/**
 * Features of an output.
 *
 * @param logs [vocabulary] is filled, and belongs to what is returned
 */
export function mixerInput({ probabilities, matched }: ExpertOutput, logs: Float64Array): MixerInput {
  let favourite = 0;
  for (let id = 0; id < logs.length; id++) {
    const probability = probabilities[id]!;
    if (probability > probabilities[favourite]!) favourite = id;
    logs[id] = Math.log(probability + SMALLEST);
  }
  return {
    logs,
    favourite,
    confidence: stepOf(probabilities[favourite]!, CONFIDENCES),
    match: matched === undefined ? NO_MATCH : stepOf(matched, MATCHES),
  };
}

/** Number of ascending limits that a value exceeds. */
export function stepOf(value: number, limits: readonly number[]): number {
  let step = 0;
  while (step < limits.length && value > limits[step]!) step++;
  return step;
}

/**
 * Derivative of an id's log-probability in a normalized product of powers, by the exponent of one factor, within bounds:
 * the factor's log-probability of the id, less its mean under the mixture.
 *
 * @param mixed [vocabulary] the mixture
 * @param logs [vocabulary] logarithms of the factor
 */
export function gradientOf(mixed: ArrayLike<number>, logs: Float64Array, id: number): number {
  let expected = 0;
  for (let other = 0; other < mixed.length; other++) expected += mixed[other]! * logs[other]!;
  return Math.max(-STEEPEST, Math.min(STEEPEST, logs[id]! - expected));
}

const STEEPEST = 4;
