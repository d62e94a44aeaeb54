import * as v from 'valibot';
import { Amount, DateText, Finite, listOf, objectOf, textUpTo, wholeNumber } from '../base/schema.ts';
import { CorpusDetails } from './corpus.ts';
import { Baselines } from './trainingEvents.ts';

const Name = textUpTo(1000);

/** JSON has `null` for what is no finite number. */
const FiniteOrNone = v.custom<number>((value) => value === null || Number.isFinite(value));

/** How a run ended. */
const TrainingResult = objectOf({
  reason: v.picklist(['budget', 'early-stop', 'interrupted', 'paused']),
  heldOutBitsPerCharacter: FiniteOrNone,
  trainCharacters: FiniteOrNone,
  heldOutCharacters: FiniteOrNone,
  vocabulary: FiniteOrNone,
  parameters: FiniteOrNone,
  hidden: FiniteOrNone,
  layers: FiniteOrNone,
  epochs: FiniteOrNone,
  /** From the first to the last step, evaluations and checkpoints included. */
  seconds: FiniteOrNone,
  /** Characters trained on ÷ `seconds`. */
  charactersPerSecond: FiniteOrNone,
  engine: Name,
  device: Name,
  threads: FiniteOrNone,
});
export type TrainingResult = v.InferOutput<typeof TrainingResult>;

/** `paused` and `broken-off` may be gone on with, if nothing else was trained since. */
const Outcome = v.picklist(['running', 'broken-off', ...TrainingResult.entries.reason.options]);
export type Outcome = v.InferOutput<typeof Outcome>;

/** What a run was begun with, beside its size and recipe. */
const Hyperparameters = objectOf({
  batch: Amount,
  timeSteps: Amount,
  learningRate: Amount,
  parameters: Amount,
  vocabulary: Amount,
  trainCharacters: Amount,
  heldOutCharacters: Amount,
  engine: Name,
  device: Name,
  threads: Amount,
  seed: Finite,
  /** The budget. */
  minutes: Amount,
});

const { folders, files, heldOutFiles, bytes, characters, excluded, scrubbed } = CorpusDetails.entries;

/** What is kept of what there is to say about a corpus. */
const CorpusSummary = objectOf({ folders, files, heldOutFiles, bytes, characters, excluded, scrubbed });
export type CorpusSummary = v.InferOutput<typeof CorpusSummary>;

/** What the page shows of a run. */
const RunSummary = objectOf({
  id: Name,
  name: Name,
  /** ISO 8601. */
  date: DateText,
  hidden: Amount,
  layers: Amount,
  recipe: Name,
  /** Held-out bits per character at its end; undefined while it has none. */
  bits: v.optional(Finite),
  seconds: Amount,
  baselines: v.optional(Baselines),
});
export type RunSummary = v.InferOutput<typeof RunSummary>;

/** What is kept of a run beside its points and evaluations. */
const KeptRun = objectOf({
  ...RunSummary.entries,
  hyperparameters: Hyperparameters,
  corpus: CorpusSummary,
  outcome: Outcome,
  /** Of a run that has ended. */
  result: v.optional(TrainingResult),
});
export type KeptRun = v.InferOutput<typeof KeptRun>;

const Evaluation = objectOf({
  step: Amount,
  seconds: Amount,
  epochs: Amount,
  heldOutBits: Finite,
  isBest: v.boolean(),
  /** Text that the network wrote then. */
  sample: v.string(),
});
export type Evaluation = v.InferOutput<typeof Evaluation>;

/** A curve at rest: each column as base64 of 32-bit floats, which is quick to write and to read. */
const StoredCurve = objectOf({
  origin: Amount,
  stride: wholeNumber(1),
  inLast: wholeNumber(),
  columns: objectOf({
    step: v.string(),
    seconds: v.string(),
    epochs: v.string(),
    trainBits: v.string(),
    learningRate: v.string(),
    gradientNorm: v.string(),
    charactersPerSecond: v.string(),
  }),
});
export type StoredCurve = v.InferOutput<typeof StoredCurve>;

/** Columns of one length each. */
export type Curve = { readonly [Column in keyof StoredCurve['columns']]: readonly number[] };

/** The file of a run; the columns of the curve are looked at when it is restored. */
export const StoredRun = objectOf({
  version: v.literal(1),
  run: KeptRun,
  evaluations: listOf(Evaluation),
  curve: StoredCurve,
});
export type StoredRun = v.InferOutput<typeof StoredRun>;
