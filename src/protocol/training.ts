import * as v from 'valibot';
import { type Calls, type Functions, takes } from '../base/rpcMessage.ts';
import { Amount, Finite, listOf, objectOf, Real, wholeNumber, within } from '../base/schema.ts';
import { CorpusDetails, CorpusLimits, FoldersToRead } from './corpus.ts';
import { Recipe } from './modelCard.ts';
import type { TrainingResult } from './runs.ts';
import { Budget } from './trainerState.ts';
import { Device, EngineName, TrainingEvent } from './trainingEvents.ts';

const Size = wholeNumber(1);

/** What a run is asked to do. What is left out is chosen by the recipe, or by measuring this machine. */
const TrainingOptions = objectOf({
  recipe: Recipe,
  budget: Budget,
  hidden: v.optional(Size),
  layers: v.optional(Size),
  /** Parallel streams (windows, in recipe `classic`) per step. */
  batch: v.optional(Size),
  /** Characters that gradients flow back through; the window length in recipe `classic`. */
  timeSteps: v.optional(Size),
  /** Highest learning rate of the schedule. */
  learningRate: v.optional(Amount),
  /** Probability that the output layer does not see a hidden unit in a step of training; 0 for no dropout. */
  dropout: v.optional(within(0, 1)),
  /** What computes the steps. Default: the fastest that works. */
  engine: v.optional(v.picklist([...EngineName.options, 'auto'])),
  device: v.optional(v.picklist([...Device.options, 'auto'])),
  threads: Size,
  seed: Finite,
});
export type TrainingOptions = v.InferOutput<typeof TrainingOptions>;

/**
 * How a run begins: with a new network; with the checkpoint of one that was paused or broken off, to use up its budget;
 * or with the network and vocabulary of a finished one, for another budget over the text as it is now.
 */
const Beginning = v.picklist(['new', 'resume', 'continue']);
export type Beginning = v.InferOutput<typeof Beginning>;

/** What the training worker is asked for. Everything in it can be posted to a thread. */
const TrainingRequest = objectOf({
  /** Names the run; a resumed one keeps its name. */
  run: v.string(),
  folders: FoldersToRead,
  beginning: Beginning,
  options: TrainingOptions,
  scan: CorpusLimits,
  /** The folder of the workspace's model and checkpoint. */
  storage: v.string(),
  /** Where speeds of this machine are kept. */
  cache: v.string(),
  /** Where a tfjs-node may be, in the order of preference. */
  tensorflowFolders: listOf(v.string()),
});
export type TrainingRequest = v.InferOutput<typeof TrainingRequest>;

export type TrainingOutcome =
  | { readonly type: 'done'; readonly result: TrainingResult; readonly isLive: boolean }
  /** Nothing could be trained, for a reason that the user can do something about. */
  | { readonly type: 'refused'; readonly message: string }
  /** It was stopped while files were still being read. */
  | { readonly type: 'cancelled' };

/** What an engine on a device is good for. */
export interface DeviceReport {
  readonly engine: EngineName;
  readonly device: Device;
  readonly title: string;
  /** Characters per second that a network of one layer is trained with, by hidden units; empty where it does not work. */
  readonly speeds: Readonly<Record<number, number>>;
  /** Why it does not work, as a part of a sentence. */
  readonly problem: string | undefined;
}

/** What the worker does for the extension host. */
export const TRAINING_CALLS = {
  /** One run at a time. Answers when it is over. */
  run: takes(TrainingRequest).answers<TrainingOutcome>(),
  /** Ends the run after the current step: with a model, or to be gone on with later. */
  end: takes(v.picklist(['stop', 'pause'])).answers<void>(),
  /**
   * Checks and times what this machine can train with, given the folders where a tfjs-node may be and a number of
   * threads. Not while a run goes on.
   */
  devices: takes(listOf(v.string()), Size).answers<readonly DeviceReport[]>(),
} as const satisfies Calls;
export type TrainingService = Functions<typeof TRAINING_CALLS>;

/** What the worker tells. */
export const TRAINING_NEWS = {
  /** Files seen and, of these, files kept. */
  onReading: takes(Real, Real).answers<void>(),
  onCorpus: takes(CorpusDetails).answers<void>(),
  onEvent: takes(TrainingEvent).answers<void>(),
  /** A model has become the live one: its path. */
  onLive: takes(v.string()).answers<void>(),
} as const satisfies Calls;
export type TrainingListener = Functions<typeof TRAINING_NEWS>;
