import type { ModelState } from '../models/models.ts';
import type { TrainingState } from '../training/trainingController.ts';

/** All that decides what Inkling shows and offers, at one moment. */
export interface AppState {
  readonly training: TrainingState;
  /** Why the last training failed, in a sentence; undefined: it did not. */
  readonly failure: string | undefined;
  readonly model: ModelState;
  /** Whether the workspace has a model of its own, whichever serves. */
  readonly hasOwnModel: boolean;
  /** Why the model that the settings name does not serve. */
  readonly modelProblem: string | undefined;
  /** Changed, new and removed files ÷ files learnt. */
  readonly changedPart: number;
  /** Characters of the workspace that are indexed; undefined: none are. */
  readonly indexed: number | undefined;
  /** Rules for files that could not be used, and what was done instead, in sentences. */
  readonly notices: readonly string[];
  /** Whether the LSTM runs on this platform. */
  readonly isSupported: boolean;
  readonly hasFolder: boolean;
  readonly hasRuns: boolean;
  /** Whether figures are kept of what would have been saved. */
  readonly hasSavings: boolean;
  /** In the language that is written just now. */
  readonly areCompletionsEnabled: boolean;
}
