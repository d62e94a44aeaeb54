import type { Graph } from '../../onnx/graph.ts';
import type { Tensor } from '../../onnx/values.ts';

/** One layer at one time step; all of H units on the axis of the features, but the sigmoids of 3H. */
export interface CellStep {
  readonly i: Tensor;
  readonly o: Tensor;
  readonly f: Tensor;
  readonly g: Tensor;
  /** i, o and f in one piece. */
  readonly sigmoids: Tensor;
  readonly cell: Tensor; // c′
  readonly tanhCell: Tensor;
  readonly hidden: Tensor; // h′
}

/**
 * The equations of the LSTM (docs/lstm.md), after z = W·x + R·h + b:
 *
 *     i = σ(zᵢ)   o = σ(zₒ)   f = σ(z_f)   g = tanh(z_g)
 *     c′ = f∘c + i∘g
 *     h′ = o∘tanh(c′)
 *
 * @param z what enters the gates i, o, f and the candidate g: 4H features, on the axis named by `axis`
 * @param previousCell c
 * @param H hidden units
 */
export function cell(
  op: Graph,
  z: Tensor,
  previousCell: Tensor,
  { H, axis }: { readonly H: number; readonly axis: number },
): CellStep {
  const entering = op.split(z, { sigmoids: 3 * H, g: H }, { axis });
  const sigmoids = op.sigmoid(entering.sigmoids);
  const { i, o, f } = op.split(sigmoids, { i: H, o: H, f: H }, { axis });
  const g = op.tanh(entering.g);
  const nextCell = op.add(op.mul(f, previousCell), op.mul(i, g));
  const tanhCell = op.tanh(nextCell);
  return { i, o, f, g, sigmoids, cell: nextCell, tanhCell, hidden: op.mul(o, tanhCell) };
}

/** What of the derivatives of one time step does not depend on later ones. A type, so that loops can stack it. */
export type CellDerivatives = {
  /** What δc, δh, δc, δc are multiplied by to become δz of i, o, f, g: 4H features. */
  readonly gateFactors: Tensor;
  readonly cellFactor: Tensor; // ∂h′/∂c′ = o∘(1 − tanh² c′)
  readonly forgetGate: Tensor; // ∂c′/∂c = f
};

/**
 * The way back through {@link cell}, with δ for ∂loss/∂ and +1 for what comes from the next time step:
 *
 *     δh = δh₊₁ + (δh from above)
 *     δc = δh∘o∘(1 − tanh² c′) + δc₊₁
 *     δz = (δc, δh, δc, δc)∘gate factors
 *
 * @param after δh₊₁, which is Rᵀ·δz₊₁, and δc₊₁, which is δc∘f of the next step
 * @param fromAbove δh from the layer above or the output layer; none at steps that nothing reads
 */
export function backThroughCell(
  op: Graph,
  { gateFactors, cellFactor }: CellDerivatives,
  after: { readonly hidden: Tensor; readonly cell: Tensor },
  fromAbove: Tensor | undefined,
  { axis }: { readonly axis: number },
): { readonly dCell: Tensor; readonly dGates: Tensor } {
  const dHidden = fromAbove === undefined ? after.hidden : op.add(after.hidden, fromAbove);
  const dCell = op.add(op.mul(dHidden, cellFactor), after.cell);
  const dGates = op.mul(op.concat([dCell, dHidden, dCell, dCell], { axis }), gateFactors);
  return { dCell, dGates };
}
