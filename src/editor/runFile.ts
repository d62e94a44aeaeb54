import type { Evaluation, Run } from '../dashboard/messages.ts';
import type { TrainingResult } from '../training/client.ts';
import { GrowingCurve, type StoredCurve } from './curve.ts';

/** What is kept of a run beside its points and evaluations. */
export interface KeptRun extends Omit<Run, 'isRunning'> {
  readonly hyperparameters: Hyperparameters;
  readonly corpus: CorpusSummary;
  readonly outcome: Outcome;
  /** Of a run that has ended. */
  readonly result?: TrainingResult;
}

/** `paused` and `broken-off` may be gone on with, if nothing else was trained since. */
export type Outcome = 'running' | 'broken-off' | TrainingResult['reason'];

/** What a run was begun with, beside its size and recipe. */
export interface Hyperparameters {
  readonly batch: number;
  readonly timeSteps: number;
  readonly learningRate: number;
  readonly parameters: number;
  readonly vocabulary: number;
  readonly trainCharacters: number;
  readonly heldOutCharacters: number;
  readonly engine: string;
  readonly device: string;
  readonly threads: number;
  readonly seed: number;
  /** The budget. */
  readonly minutes: number;
}

export interface CorpusSummary {
  readonly folders: readonly string[];
  readonly files: number;
  readonly heldOutFiles: number;
  readonly bytes: number;
  readonly characters: number;
  /** By reason. */
  readonly excluded: Readonly<Record<string, number>>;
  /** By rule. */
  readonly scrubbed: Readonly<Record<string, number>>;
}

/** All of a run. */
export interface Recording {
  run: KeptRun;
  evaluations: Evaluation[];
  curve: GrowingCurve;
}

const VERSION = 1;

export function encodeRun({ run, evaluations, curve }: Recording): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ version: VERSION, run, evaluations, curve: curve.store() }));
}

/** Undefined when the text is not a whole run of this version. */
export function decodeRun(text: string): Recording | undefined {
  try {
    const { version, run, evaluations, curve } = JSON.parse(text) as {
      readonly version: unknown;
      readonly run: KeptRun;
      readonly evaluations: Evaluation[];
      readonly curve: StoredCurve;
    };
    if (version !== VERSION || !isRun(run) || !evaluations.every(isEvaluation)) return undefined;
    return { run, evaluations, curve: GrowingCurve.restore(curve) };
  } catch {
    return undefined;
  }
}

function isRun(run: KeptRun): boolean {
  const { id, name, date, recipe, outcome, hidden, layers, seconds, hyperparameters, corpus } = run;
  return (
    [id, name, date, recipe, outcome].every((text) => typeof text === 'string') &&
    [hidden, layers, seconds, ...(run.bits === undefined ? [] : [run.bits])].every(Number.isFinite) &&
    [hyperparameters, corpus].every((part) => typeof part === 'object' && part !== null)
  );
}

function isEvaluation({ step, seconds, epochs, heldOutBits, isBest, sample }: Evaluation): boolean {
  return (
    [step, seconds, epochs, heldOutBits].every(Number.isFinite) &&
    typeof isBest === 'boolean' &&
    typeof sample === 'string'
  );
}
