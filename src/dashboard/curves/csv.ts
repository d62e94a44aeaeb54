import type { Run } from '../../protocol/page.ts';
import type { Evaluation } from '../../protocol/runs.ts';
import type { RunCurve } from './runCurve.ts';

export interface CsvRun {
  readonly run: Pick<Run, 'id' | 'name'>;
  readonly curve: RunCurve;
  readonly evaluations: readonly Evaluation[];
}

const HEADER = [
  'run',
  'step',
  'seconds',
  'epochs',
  'train_bits_per_character',
  'held_out_bits_per_character',
  'learning_rate',
  'gradient_norm',
  'characters_per_second',
];

/** All points of some runs (RFC 4180); the held-out loss stands at the steps at which it was measured. */
export function csvOf(runs: readonly CsvRun[]): string {
  const lines = runs.flatMap(({ run, curve: { columns }, evaluations }) => {
    const heldOut = new Map(evaluations.map(({ step, heldOutBits }) => [step, heldOutBits]));
    const rows = columns.step.map((step, index) => {
      const measured = heldOut.get(step);
      heldOut.delete(step);
      return [
        step,
        columns.seconds[index],
        columns.epochs[index],
        columns.trainBits[index],
        measured,
        columns.learningRate[index],
        columns.gradientNorm[index],
        columns.charactersPerSecond[index],
      ];
    });
    const between = evaluations
      .filter(({ step }) => heldOut.has(step))
      .map(({ step, seconds, epochs, heldOutBits }) => [step, seconds, epochs, undefined, heldOutBits, '', '', '']);
    const ordered = [...rows, ...between].sort((a, b) => Number(a[0]) - Number(b[0]));
    return ordered.map((cells) => [quoted(run.name), ...cells.map((cell) => cell ?? '')].join(','));
  });
  return `${[HEADER.join(','), ...lines].join('\r\n')}\r\n`;
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
