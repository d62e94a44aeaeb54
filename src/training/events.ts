import type { Recipe } from '../lstm/modelCard.ts';
import type { Baselines } from './baselines.ts';
import type { Device, EngineName, EnginePreference } from './engines/engines.ts';

/** What a run is asked to do. What is left out is chosen by the recipe, or by measuring this machine. */
export interface TrainingOptions {
  readonly recipe: Recipe;
  readonly budget: { readonly minutes: number } | { readonly epochs: number };
  readonly hidden?: number | undefined;
  readonly layers?: number | undefined;
  /** Parallel streams (windows, in recipe `classic`) per step. */
  readonly batch?: number | undefined;
  /** Characters that gradients flow back through; the window length in recipe `classic`. */
  readonly timeSteps?: number | undefined;
  /** Highest learning rate of the schedule. */
  readonly learningRate?: number | undefined;
  /** Probability that the output layer does not see a hidden unit in a step of training; 0 for no dropout. */
  readonly dropout?: number | undefined;
  /** What computes the steps. Default: the fastest that works. */
  readonly engine?: EnginePreference['engine'];
  readonly device?: EnginePreference['device'];
  readonly threads: number;
  readonly seed: number;
}

/**
 * How a run begins: with a new network; with the checkpoint of one that was paused or broken off, to use up its budget;
 * or with the network and vocabulary of a finished one, for another budget over the text as it is now.
 */
export type Beginning = 'new' | 'resume' | 'continue';

/** What is known of a way to compute training steps on this machine. */
export interface EngineReport {
  readonly engine: EngineName;
  readonly device: Device;
  /** For people: "ONNX Runtime 1.27.0". */
  readonly title: string;
  /** It would train the network with so many; undefined where that did not have to be known. */
  readonly charactersPerSecond: number | undefined;
  /** Why it is not used, as a part of a sentence; undefined where it works. */
  readonly problem: string | undefined;
  readonly chosen: boolean;
}

/** What a trainer tells while it works. Rates are per second, times in seconds, losses in bits per character. */
export type TrainingEvent =
  /** Before the start, and whenever an engine has failed and another one taken its place. */
  | { readonly type: 'engines'; readonly engines: readonly EngineReport[] }
  /** The engine has failed: back to this step, with another one. What was told of later ones is void. */
  | { readonly type: 'engine-replaced'; readonly step: number; readonly reason: string }
  | {
      readonly type: 'start';
      readonly recipe: Recipe;
      readonly engine: string;
      readonly device: string;
      readonly threads: number;
      readonly hidden: number;
      readonly layers: number;
      readonly batch: number;
      readonly timeSteps: number;
      readonly learningRate: number;
      readonly dropout: number;
      readonly parameters: number;
      readonly vocabulary: number;
      readonly trainCharacters: number;
      readonly heldOutCharacters: number;
      readonly resumed: boolean;
      /** Where a resumed run goes on; what was told of later steps is void. Otherwise 0, as are the next two. */
      readonly step: number;
      readonly epochs: number;
      readonly elapsedSeconds: number;
    }
  | {
      readonly type: 'progress';
      readonly step: number;
      /** Part of the budget that is used up, 0 to 1. */
      readonly fraction: number;
      readonly epochs: number;
      /** Mean over the steps since the last progress event. */
      readonly trainBitsPerCharacter: number;
      readonly learningRate: number;
      readonly gradientNorm: number;
      /** Of the steps since the last progress event, without evaluations and checkpoints in between. */
      readonly charactersPerSecond: number;
      readonly elapsedSeconds: number;
      readonly remainingSeconds: number;
      /** Resident memory of this process, bytes. */
      readonly memory: number;
    }
  | {
      readonly type: 'evaluation';
      readonly step: number;
      readonly epochs: number;
      readonly heldOutBitsPerCharacter: number;
      /** Whether this is the best model so far. */
      readonly best: boolean;
      /** Text that the model wrote. */
      readonly sample: string;
      readonly elapsedSeconds: number;
    }
  | { readonly type: 'checkpoint'; readonly path: string }
  /** The loss was no number: back to this step. What was told of later ones is void. */
  | { readonly type: 'rollback'; readonly step: number; readonly learningRateScale: number; readonly attempt: number }
  | { readonly type: 'stop'; readonly reason: 'budget' | 'early-stop' | 'interrupted' }
  /** Some time after the start, perhaps only after the run's end. */
  | ({ readonly type: 'baselines' } & Baselines)
  /** After the last step: how far the measurement on all the held-out files is, 0 to 1. */
  | { readonly type: 'measuring'; readonly fraction: number };

/** How a run ended. */
export interface TrainingResult {
  readonly reason: 'budget' | 'early-stop' | 'interrupted' | 'paused';
  readonly heldOutBitsPerCharacter: number;
  readonly trainCharacters: number;
  readonly heldOutCharacters: number;
  readonly vocabulary: number;
  readonly parameters: number;
  readonly hidden: number;
  readonly layers: number;
  readonly epochs: number;
  /** From the first to the last step, evaluations and checkpoints included. */
  readonly seconds: number;
  /** Characters trained on ÷ `seconds`. */
  readonly charactersPerSecond: number;
  readonly engine: string;
  readonly device: string;
  readonly threads: number;
}
