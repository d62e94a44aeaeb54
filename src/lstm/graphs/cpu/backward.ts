import type { Graph } from '../../../onnx/graph.ts';
import { scan } from '../../../onnx/loops.ts';
import type { Tensor, Value } from '../../../onnx/values.ts';
import { backThroughCell } from '../cell.ts';
import type { LayerGradient } from '../parameters.ts';
import type { TrainingSizes } from '../trainingStep.ts';
import type { ForwardPass } from './forward.ts';
import { letThrough } from './outputLayer.ts';
import { isLookedUp, type LayerWeights } from './weights.ts';

/** What the way back begins with. */
export interface Backward {
  readonly weights: readonly LayerWeights[];
  readonly outputW: Tensor; // [V, H]
  readonly mask: Tensor | undefined; // [H, B]
  readonly loss: 'every' | 'last';
  readonly dLogits: Tensor; // [T, V, B], or [V, B] of the last step
}

/** From ∂loss/∂logits to ∂loss/∂z of each layer's gates, [T, B, 4H] per layer: see `backThroughCell`. */
export function backwardThroughTime(
  op: Graph,
  { H, B }: TrainingSizes,
  { layers }: ForwardPass,
  { weights, outputW, mask, loss, dLogits }: Backward,
): readonly Tensor[] {
  const outputBack = op.transpose(outputW, [1, 0]); // [H, V]
  const nothing = op.zeros([H, B]);
  const fromLogits = (at: Graph, gradients: Tensor) => letThrough(at, mask, at.matMul(outputBack, gradients)); // [H, B]
  const fromLoss = loss === 'last' ? fromLogits(op, dLogits) : nothing;
  const { stacked } = scan(op, {
    reverse: true,
    states: {
      hidden: layers.map((_, layer) => (layer === layers.length - 1 ? fromLoss : nothing)), // δh from the step after
      cell: layers.map(() => nothing), // δc from the step after
    },
    inputs: {
      layers: layers.map(({ gateFactors, cellFactor, forgetGate }) => ({ gateFactors, cellFactor, forgetGate })),
      dLogits: loss === 'every' ? dLogits : undefined,
    },
    body: (inner, after, slices) => {
      const hidden: Tensor[] = [];
      const cell: Tensor[] = [];
      const dGates: Tensor[] = [];
      let fromAbove = slices.dLogits === undefined ? undefined : fromLogits(inner, slices.dLogits);
      for (let layer = layers.length - 1; layer >= 0; layer--) {
        const derivatives = slices.layers[layer]!;
        const afterwards = { hidden: after.hidden[layer]!, cell: after.cell[layer]! };
        const back = backThroughCell(inner, derivatives, afterwards, fromAbove, { axis: 0 });
        const dColumns = inner.matMul(weights[layer]!.back, back.dGates); // [H, B], or [2H, B] with a layer below
        const { h, x } =
          layer === 0 ? { h: dColumns, x: undefined } : inner.split(dColumns, { h: H, x: H }, { axis: 0 });
        hidden[layer] = h;
        cell[layer] = inner.mul(back.dCell, derivatives.forgetGate);
        dGates[layer] = inner.transpose(back.dGates, [1, 0]); // [B, 4H]
        fromAbove = x;
      }
      return { states: { hidden, cell }, stacked: dGates };
    },
  });
  return stacked;
}

/** What a layer's gradient is made of. */
export interface LayerHistory {
  readonly layer: number;
  readonly dGates: Tensor; // [T, B, 4H]
  readonly columns: Tensor; // [K, T·B]: h before each step, then x
  readonly inputs: Value<'int32'>; // [T, B]
}

/** δW = Σ δz·xᵀ, δR = Σ δz·hᵀ and δb = Σ δz of one layer, flat: one product over all steps at once. */
export function layerGradient(
  op: Graph,
  { V, H, B, T }: TrainingSizes,
  { layer, dGates, columns, inputs }: LayerHistory,
): LayerGradient {
  const rows = op.reshape(dGates, [T * B, 4 * H]);
  const product = op.transpose(op.matMul(columns, rows), [1, 0]); // [4H, K]
  const { dR, dW } =
    layer === 0 && isLookedUp(V)
      ? { dR: product, dW: lookedUpGradient(op, V, H, rows, inputs) }
      : op.split(product, { dR: H, dW: layer === 0 ? V : H }, { axis: 1 });
  // A character's column of dW sums δz where it stood, so layer 0's columns together sum all of it.
  const dB = layer === 0 ? op.reduceSum(dW, { axes: [1] }) : op.reduceSum(rows, { axes: [0] });
  return { dW: op.reshape(dW, [-1]), dR: op.reshape(dR, [-1]), dB };
}

/** δW [4H, V] where characters are looked up. @param rows δz [T·B, 4H] */
function lookedUpGradient(op: Graph, V: number, H: number, rows: Tensor, inputs: Value<'int32'>): Tensor {
  const indices = op.reshape(op.cast(inputs, 'int64'), [-1, 1]);
  return op.transpose(op.scatterAdd(op.zeros([V, 4 * H]), { indices, updates: rows }), [1, 0]);
}
