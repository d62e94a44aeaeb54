import type { Graph } from '../../../onnx/graph.ts';
import type { Tensor, Value } from '../../../onnx/values.ts';
import { type CellDerivatives, cell } from '../cell.ts';
import type { LayerParameters } from '../parameters.ts';
import type { TrainingSizes } from '../trainingStep.ts';
import type { LoopOverTime } from './loopOverTime.ts';

/** A layer over all time steps. */
export interface LayerPass {
  readonly hidden: Tensor; // h′ [T, B, H]
  readonly hiddenBefore: Tensor; // h [T, B, H]
  readonly lastHidden: Tensor; // [B, H]
  readonly lastCell: Tensor; // [B, H]
  readonly derivatives: CellDerivatives; // [T, B, ·]
}

/** What a layer reads. */
export interface LayerInputs {
  readonly x: Tensor | Value<'int32'>; // the layer below [T, B, H], or the characters' ids [T·B]
  readonly hidden: Tensor; // [B, H], before the first step
  readonly cell: Tensor; // [B, H]
}

/** Runs one layer over all time steps. Only what is recurrent is in the loop. */
export function forward(
  op: Graph,
  loop: LoopOverTime,
  { B, T, H }: TrainingSizes,
  { w, r, b }: LayerParameters,
  { x, hidden: hidden0, cell: cell0 }: LayerInputs,
): LayerPass {
  const wT = op.transpose(w, [1, 0]);
  const product = x.type === 'int32' ? op.reshape(op.gather(wT, x), [T, B, 4 * H]) : op.matMul(x, wT); // [T, B, 4H]
  const fromInput = op.add(product, b);
  const rT = op.transpose(r, [1, 0]);
  const { states, stacked } = loop({
    states: { hidden: hidden0, cell: cell0 },
    inputs: { fromInput },
    body: (inner, before, slices) => {
      const z = inner.gemm(before.hidden, rT, { c: slices.fromInput }); // [B, 4H]
      const step = cell(inner, z, before.cell, { H, axis: 1 });
      const { sigmoids, g, tanhCell, hidden } = step;
      return {
        states: { hidden: step.hidden, cell: step.cell },
        stacked: { sigmoids, g, cell: step.cell, tanhCell, hidden },
      };
    },
  });
  /** A sequence one step later, [T, B, H], with what was before the first step [B, H]. */
  const before = (first: Tensor, sequence: Tensor) => {
    const start = op.unsqueeze(first, 0);
    if (T === 1) return start;
    return op.concat([start, op.slice(sequence, { start: 0, end: T - 1, axis: 0 })], { axis: 0 });
  };
  const { i, o, f } = op.split(stacked.sigmoids, { i: H, o: H, f: H }, { axis: 2 });
  const slopes = sigmoidSlopes(op, stacked.sigmoids, H);
  const hiddenBefore = before(hidden0, stacked.hidden);
  const { g, tanhCell } = stacked;
  const gateFactors = op.concat(
    [
      op.mul(g, slopes.i),
      op.mul(tanhCell, slopes.o),
      op.mul(before(cell0, stacked.cell), slopes.f),
      op.mul(i, tanhSlope(op, g)),
    ],
    { axis: 2 },
  );
  const cellFactor = op.mul(o, tanhSlope(op, tanhCell));
  return {
    hidden: stacked.hidden,
    hiddenBefore,
    lastHidden: states.hidden,
    lastCell: states.cell,
    derivatives: { gateFactors, cellFactor, forgetGate: f },
  };
}

/** σ(1 − σ) of each gate. @param sigmoids [T, B, 3H] */
function sigmoidSlopes(op: Graph, sigmoids: Tensor, H: number) {
  return op.split(op.sub(sigmoids, op.mul(sigmoids, sigmoids)), { i: H, o: H, f: H }, { axis: 2 });
}

/** 1 − tanh² */
function tanhSlope(op: Graph, tanh: Tensor): Tensor {
  return op.sub(op.scalar(1), op.mul(tanh, tanh));
}
