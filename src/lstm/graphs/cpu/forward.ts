import type { Graph } from '../../../onnx/graph.ts';
import { scan } from '../../../onnx/loops.ts';
import type { Tensor } from '../../../onnx/values.ts';
import { type CellDerivatives, type CellStep, cell } from '../cell.ts';
import type { NetworkParameters } from '../parameters.ts';
import { type LayerStates, unstackStates } from '../states.ts';
import type { TrainingInputs, TrainingSizes } from '../trainingStep.ts';
import { letThrough, logitsOf } from './outputLayer.ts';
import { type Characters, characters, enterGates, type LayerWeights } from './weights.ts';

/** What the way back needs of one layer, stacked over time. */
type LayerPass = CellDerivatives & {
  readonly columns: Tensor; // [T, K, B]: [h; x] before each step, h first
};

export interface ForwardPass {
  readonly layers: readonly LayerPass[];
  readonly logits: Tensor; // [T, V, B], or [V, B] of the last step
  /** What the output layer read, [T, H, B] or [H, B] of the last step; undefined: h′ of all steps, undropped. */
  readonly read: Tensor | undefined;
  readonly last: LayerStates; // [H, B]
}

/** Runs all layers over all time steps, and predicts. */
export function forwardThroughTime(
  op: Graph,
  sizes: TrainingSizes,
  { hidden, cell, inputs, mask }: TrainingInputs,
  {
    weights,
    output,
    loss,
  }: {
    readonly weights: readonly LayerWeights[];
    readonly output: NetworkParameters['output'];
    readonly loss: 'every' | 'last';
  },
): ForwardPass {
  const { layers, V } = sizes;
  const { states: last, stacked } = scan(op, {
    states: { hidden: unstackStates(op, hidden, layers), cell: unstackStates(op, cell, layers) },
    inputs: { character: characters(op, V, inputs) },
    body: (inner, before, { character }) => {
      const steps = stepThroughLayers(inner, sizes, weights, before, character);
      const read = loss === 'every' ? letThrough(inner, mask, steps.at(-1)!.hidden) : undefined;
      const logits = read === undefined ? undefined : logitsOf(inner, output, read);
      return {
        states: { hidden: steps.map((step) => step.hidden), cell: steps.map((step) => step.cell) },
        stacked: {
          layers: steps.map((step): LayerPass => ({ columns: step.columns, ...localDerivatives(inner, step) })),
          logits,
          read: mask === undefined ? undefined : read,
        },
      };
    },
  });
  if (stacked.logits !== undefined) return { ...stacked, logits: stacked.logits, last };
  const read = letThrough(op, mask, last.hidden.at(-1)!);
  return { layers: stacked.layers, logits: logitsOf(op, output, read), read, last };
}

/** One layer at one time step, all [·, B]. */
interface LayerStep extends CellStep {
  readonly columns: Tensor;
  readonly previousCell: Tensor;
}

/**
 * One time step.
 *
 * @param before h and c of each layer
 * @param character what the first layer reads: a slice of {@link characters}
 */
function stepThroughLayers(
  op: Graph,
  { H }: TrainingSizes,
  weights: readonly LayerWeights[],
  before: LayerStates,
  character: Characters,
): readonly LayerStep[] {
  const steps: LayerStep[] = [];
  let x = character;
  for (const [layer, of] of weights.entries()) {
    const previousCell = before.cell[layer]!;
    const { columns, z } = enterGates(op, of, before.hidden[layer]!, x);
    const step = cell(op, z, previousCell, { H, axis: 0 });
    steps.push({ ...step, columns, previousCell });
    x = step.hidden;
  }
  return steps;
}

/** The factors of δz, δh and δc, multiplied while the step's values are still in the processor's cache; all [·, B]. */
function localDerivatives(op: Graph, { sigmoids, i, o, f, g, tanhCell, previousCell }: LayerStep): CellDerivatives {
  const one = op.scalar(1);
  const sigmoidSlope = op.sub(sigmoids, op.mul(sigmoids, sigmoids)); // σ(1 − σ)
  const gated = op.concat([g, tanhCell, previousCell], { axis: 0 }); // what i, o and f multiply
  const tanhSlope = op.sub(one, op.mul(g, g));
  const gateFactors = op.concat([op.mul(sigmoidSlope, gated), op.mul(i, tanhSlope)], { axis: 0 }); // [4H, B]
  const cellFactor = op.mul(o, op.sub(one, op.mul(tanhCell, tanhCell)));
  return { gateFactors, cellFactor, forgetGate: f };
}
