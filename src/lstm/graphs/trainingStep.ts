import type { Graph } from '../../onnx/graph.ts';
import type { Tensor, Value } from '../../onnx/values.ts';
import type { NetworkShape, TrainingGraphOptions } from '../../protocol/trainerState.ts';
import { parameterCount } from '../network.ts';
import { applyOptimizer } from './optimizer.ts';
import { stackStates } from './states.ts';

/** Sizes that a training graph is written for, by the letters that stand in shapes. */
export interface TrainingSizes {
  readonly layers: number;
  readonly V: number; // vocabulary
  readonly H: number; // hidden
  readonly B: number; // batch
  readonly T: number; // time steps
  readonly P: number; // parameters
  readonly N: number; // predicted characters
}

export function sizesOf(shape: NetworkShape, { batch: B, timeSteps: T, loss }: TrainingGraphOptions): TrainingSizes {
  const { layers, vocabulary: V, hidden: H } = shape;
  return { layers, V, H, B, T, P: parameterCount(shape), N: loss === 'every' ? T * B : B };
}

/** What a step reads, beside what the optimizer does. */
export interface TrainingInputs {
  readonly parameters: Tensor; // [P]
  readonly hidden: Tensor; // [layers, H, B]
  readonly cell: Tensor; // [layers, H, B]
  readonly inputs: Value<'int32'>; // [T, B]
  readonly targets: Value<'int32'>; // [T, B], or [B] for loss on the last step
  readonly mask: Tensor | undefined; // [H, B] from `dropoutMask`
}

export function trainingInputs(
  op: Graph,
  { layers, H, B, T, P }: TrainingSizes,
  { loss, dropout }: TrainingGraphOptions,
): TrainingInputs {
  return {
    parameters: op.input('parameters', 'float32', [P]),
    hidden: op.input('hidden', 'float32', [layers, H, B]),
    cell: op.input('cell', 'float32', [layers, H, B]),
    inputs: op.input('inputs', 'int32', [T, B]),
    targets: op.input('targets', 'int32', loss === 'every' ? [T, B] : [B]),
    mask: dropout ? op.input('mask', 'float32', [H, B]) : undefined,
  };
}

/** What is known once the gradient is. */
export interface ComputedStep {
  readonly parameters: Tensor; // [P]
  readonly gradient: Tensor; // [P]
  readonly loss: Tensor; // []
  readonly lastHidden: readonly Tensor[]; // [H, B] per layer, or [B, H]
  readonly lastCell: readonly Tensor[];
}

/**
 * Ends a training graph: takes the optimizer's step and declares the outputs.
 *
 * @param batchFirst whether the last states are [B, H]
 * @param exposeGradient adds the output `gradient` [P]
 */
export function endTrainingStep(
  op: Graph,
  { layers, H, B, P }: TrainingSizes,
  options: TrainingGraphOptions,
  { parameters, gradient, loss, lastHidden, lastCell }: ComputedStep,
  { batchFirst = false, exposeGradient }: { readonly batchFirst?: boolean; readonly exposeGradient: boolean },
): void {
  const norm = op.sqrt(op.reduceSumSquare(gradient));
  applyOptimizer(op, options, P, { parameters, gradient, norm });
  op.output('nextHidden', stackStates(op, lastHidden, { swapped: batchFirst }), [layers, H, B]);
  op.output('nextCell', stackStates(op, lastCell, { swapped: batchFirst }), [layers, H, B]);
  op.output('loss', loss, []);
  op.output('gradientNorm', norm, []);
  if (exposeGradient) op.output('gradient', gradient, [P]);
}
