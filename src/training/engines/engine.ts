import type { NetworkShape, TrainingGraphOptions } from '../../protocol/trainerState.ts';

/** One step's characters: `inputs` [timeSteps, batch], and as `targets` what follows each, or [batch] for loss `last`. */
export interface Batch {
  readonly inputs: Int32Array;
  readonly targets: Int32Array;
}

export interface StepResult {
  /** Mean loss of each step, nats per predicted character. */
  readonly losses: Float32Array;
  /** Global norm of each step's gradient, before clipping. */
  readonly gradientNorms: Float32Array;
}

/** All that an engine holds, in host memory. Arrays are copies. */
export interface EngineSnapshot {
  /** Flat, in the order of `parameterSlots`. */
  readonly parameters: Float32Array;
  /** Adam's first moment; empty for RMSprop. Same order. */
  readonly moment1: Float32Array;
  /** Mean square of the gradient. Same order. */
  readonly moment2: Float32Array;
  /** Recurrent state [layers, hidden, batch]. */
  readonly hidden: Float32Array;
  readonly cell: Float32Array;
  /** Optimizer steps taken. */
  readonly optimizerSteps: number;
}

export interface EngineOptions {
  readonly shape: NetworkShape;
  readonly graph: TrainingGraphOptions;
  readonly threads: number;
  /** Initial parameters, flat in the order of `parameterSlots`. */
  readonly parameters: Float32Array;
  /** Of the dropout masks. Default: 0. */
  readonly seed?: number;
}

/**
 * How a training step is computed. An engine owns parameters, optimizer state and recurrent state on its device; what
 * is trained on, for how long and at which learning rate is the trainer's business.
 */
export interface TrainingEngine {
  readonly name: string;
  readonly device: string;
  readonly threads: number;
  readonly options: EngineOptions;
  /** Takes one optimizer step per batch. Callers keep one call under half a second. */
  steps(batches: readonly Batch[], learningRates: readonly number[]): Promise<StepResult>;
  /** Sets the recurrent state of training to zero. */
  resetState(): void;
  /** Copies of everything. */
  snapshot(): Promise<EngineSnapshot>;
  /** Goes back to a snapshot of an engine with the same options. */
  restore(snapshot: EngineSnapshot): void;
  dispose(): Promise<void>;
}
