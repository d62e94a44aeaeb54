import type { Command } from 'commander';
import type { Latency } from '../evaluation/statistics.ts';
import { defaultThreads, numberWithin, threadsRule } from './arguments.ts';

/** Options of what types with suggestions. */
export interface TypingFlags {
  readonly characters: number;
  readonly minimumProbability: number;
  readonly threads: number;
  readonly json?: boolean;
}

/** What is suggested in the editor, by default. */
export const EDITORS_POLICY = { maxLength: 120, minimumProbability: 0.3, multiline: true } as const;
/** UTF-16 units of the workspace that are indexed at most, as in the editor by default. */
export const MOST_INDEXED = 2_000_000;

export function addTypingOptions(command: Command): Command {
  return command
    .option(
      '--characters <n>',
      'how many are typed',
      numberWithin({ option: 'characters', minimum: 1, maximum: 1e9, whole: true }),
      20_000,
    )
    .option(
      '--minimum-probability <x>',
      'suggest nothing that is less probable to be right as a whole',
      numberWithin({ option: 'minimum-probability', minimum: 0.001, maximum: 1 }),
      EDITORS_POLICY.minimumProbability,
    )
    .option('--threads <n>', 'processor threads', numberWithin(threadsRule), defaultThreads())
    .option('--json', 'one JSON object on standard output');
}

export function percent(part: number): string {
  return `${(100 * part).toFixed(1)} %`;
}

export function describeLatency({ p50, p95 }: Latency): string {
  return `computed in ${p50.toFixed(1)} ms (half of them), ${p95.toFixed(1)} ms (95 %)`;
}
