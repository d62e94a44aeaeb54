import type { Curve, Evaluation } from './messages.ts';

const HEADER = [
  'step',
  'seconds',
  'epochs',
  'train_bits_per_character',
  'learning_rate',
  'gradient_norm',
  'characters_per_second',
  'held_out_bits_per_character',
];

/**
 * A run as a table for other programs (RFC 4180): a row for each point and each evaluation, by step; what a row does not
 * know is empty.
 */
export function csvOf(curve: Curve, evaluations: readonly Evaluation[]): string {
  const rows = curve.step.map((step, index) => [
    step,
    curve.seconds[index],
    curve.epochs[index],
    curve.trainBits[index],
    curve.learningRate[index],
    curve.gradientNorm[index],
    curve.charactersPerSecond[index],
    undefined,
  ]);
  for (const { step, seconds, epochs, heldOutBits } of evaluations) {
    rows.push([step, seconds, epochs, undefined, undefined, undefined, undefined, heldOutBits]);
  }
  rows.sort((a, b) => a[0]! - b[0]!);
  return [HEADER, ...rows].map((row) => `${row.map((cell) => cell ?? '').join(',')}\r\n`).join('');
}
