import type { Graph } from '../../../onnx/graph.ts';
import type { Tensor } from '../../../onnx/values.ts';
import { backThroughCell } from '../cell.ts';
import type { LayerGradient, LayerParameters } from '../parameters.ts';
import type { TrainingSizes } from '../trainingStep.ts';
import type { LayerPass } from './forward.ts';
import type { LoopOverTime } from './loopOverTime.ts';

/** ∂loss/∂h′ from above: of all steps [T, B, H], or of the last one alone [B, H]. */
export type FromAbove = { readonly ofAll: Tensor } | { readonly ofLast: Tensor };

/** From ∂loss/∂h′ of a layer to ∂loss/∂z of its gates [T, B, 4H]: see `backThroughCell`. */
export function backward(
  op: Graph,
  loop: LoopOverTime,
  { B, H }: TrainingSizes,
  { r }: LayerParameters,
  { derivatives }: LayerPass,
  above: FromAbove,
): Tensor {
  const nothing = op.constant(new Float32Array(B * H), { shape: [B, H] });
  const { stacked } = loop({
    reverse: true,
    states: { hidden: 'ofLast' in above ? above.ofLast : nothing, cell: nothing },
    inputs: { derivatives, fromAbove: 'ofAll' in above ? above.ofAll : undefined },
    body: (inner, after, slices) => {
      const { dCell, dGates } = backThroughCell(inner, slices.derivatives, after, slices.fromAbove, { axis: 1 });
      return {
        states: { hidden: inner.matMul(dGates, r), cell: inner.mul(dCell, slices.derivatives.forgetGate) },
        stacked: dGates,
      };
    },
  });
  return stacked;
}

/**
 * δW = Σ δz·xᵀ, δR = Σ δz·hᵀ and δb = Σ δz of one layer, flat: one product over all steps at once.
 *
 * @param rows δz [T·B, 4H]
 * @param x [T·B, ·]
 * @param hiddenBefore [T, B, H]
 */
export function layerGradient(
  op: Graph,
  { H }: TrainingSizes,
  { rows, x, hiddenBefore }: { readonly rows: Tensor; readonly x: Tensor; readonly hiddenBefore: Tensor },
): LayerGradient {
  return {
    dW: op.reshape(op.gemm(rows, x, { transA: true }), [-1]),
    dR: op.reshape(op.gemm(rows, op.reshape(hiddenBefore, [-1, H]), { transA: true }), [-1]),
    dB: op.reduceSum(rows, { axes: [0] }),
  };
}
