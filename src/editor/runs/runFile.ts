import {
  type Check,
  isAmount,
  isBoolean,
  isDate,
  isNumber,
  isText,
  listOf,
  maybe,
  objectOf,
  oneOf,
  recordOf,
  textUpTo,
  wholeNumber,
} from '../../base/checks.ts';
import type { Baselines, Evaluation, Run } from '../../dashboard/messages.ts';
import type { TrainingResult } from '../../training/client.ts';
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
interface Hyperparameters {
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

const VERSION = 1 as const;

export function encodeRun({ run, evaluations, curve }: Recording): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ version: VERSION, run, evaluations, curve: curve.store() }));
}

/** Undefined when the text is not a whole run of this version. */
export function decodeRun(text: string): Recording | undefined {
  try {
    const stored: unknown = JSON.parse(text);
    if (!isStored(stored)) return undefined;
    const { run, evaluations, curve } = stored;
    return { run, evaluations, curve: GrowingCurve.restore(curve) };
  } catch {
    return undefined;
  }
}

interface Stored {
  readonly version: typeof VERSION;
  readonly run: KeptRun;
  readonly evaluations: Evaluation[];
  readonly curve: StoredCurve;
}

const isName = textUpTo(1000);

/** JSON has `null` for what is no finite number. */
const isNumberOrNone: Check<number> = (value): value is number => value === null || isNumber(value);

const isResult = objectOf<TrainingResult>({
  reason: oneOf('budget', 'early-stop', 'interrupted', 'paused'),
  heldOutBitsPerCharacter: isNumberOrNone,
  trainCharacters: isNumberOrNone,
  heldOutCharacters: isNumberOrNone,
  vocabulary: isNumberOrNone,
  parameters: isNumberOrNone,
  hidden: isNumberOrNone,
  layers: isNumberOrNone,
  epochs: isNumberOrNone,
  seconds: isNumberOrNone,
  charactersPerSecond: isNumberOrNone,
  engine: isName,
  device: isName,
  threads: isNumberOrNone,
});

const isRun = objectOf<KeptRun>({
  id: isName,
  name: isName,
  date: isDate,
  hidden: isAmount,
  layers: isAmount,
  recipe: isName,
  bits: maybe(isNumber),
  seconds: isAmount,
  baselines: maybe(
    objectOf<Baselines>({ uniform: isNumber, unigram: isNumber, brotli: isNumber, brotliPart: isNumber }),
  ),
  hyperparameters: objectOf<Hyperparameters>({
    batch: isAmount,
    timeSteps: isAmount,
    learningRate: isAmount,
    parameters: isAmount,
    vocabulary: isAmount,
    trainCharacters: isAmount,
    heldOutCharacters: isAmount,
    engine: isName,
    device: isName,
    threads: isAmount,
    seed: isNumber,
    minutes: isAmount,
  }),
  corpus: objectOf<CorpusSummary>({
    folders: listOf(isText),
    files: isAmount,
    heldOutFiles: isAmount,
    bytes: isAmount,
    characters: isAmount,
    excluded: recordOf(isAmount),
    scrubbed: recordOf(isAmount),
  }),
  outcome: oneOf('running', 'broken-off', 'budget', 'early-stop', 'interrupted', 'paused'),
  result: maybe(isResult),
});

/** Whether a value is what {@link encodeRun} writes; the columns of the curve are looked at when it is restored. */
const isStored = objectOf<Stored>({
  version: oneOf(VERSION),
  run: isRun,
  evaluations: listOf(
    objectOf<Evaluation>({
      step: isAmount,
      seconds: isAmount,
      epochs: isAmount,
      heldOutBits: isNumber,
      isBest: isBoolean,
      sample: isText,
    }),
  ),
  curve: objectOf<StoredCurve>({
    origin: isAmount,
    stride: wholeNumber(1),
    inLast: wholeNumber(),
    columns: objectOf<StoredCurve['columns']>({
      step: isText,
      seconds: isText,
      epochs: isText,
      trainBits: isText,
      learningRate: isText,
      gradientNorm: isText,
      charactersPerSecond: isText,
    }),
  }),
});
