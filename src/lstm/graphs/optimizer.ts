import type { Graph } from '../../onnx/graph.ts';
import type { Tensor } from '../../onnx/values.ts';
import type { OptimizerOptions } from '../../protocol/trainerState.ts';

/**
 * Clips by global norm as PyTorch's `clip_grad_norm_` does, then takes the optimizer's step. Adds to the graph the inputs
 * `moment1` (Adam), `moment2` [P] and `step` [2], and the outputs `nextParameters`, `nextMoment1`, `nextMoment2` [P].
 *
 * @param clip bound on the gradient's global norm; null for none
 * @param tensors `parameters` and `gradient` [P], and the gradient's `norm` []
 */
export function applyOptimizer(
  op: Graph,
  { optimizer, clip }: { readonly optimizer: OptimizerOptions; readonly clip: number | null },
  P: number,
  { parameters, gradient, norm }: { readonly parameters: Tensor; readonly gradient: Tensor; readonly norm: Tensor },
): void {
  const moment2 = op.input('moment2', 'float32', [P]);
  const { rate, epsilon } = op.split(op.input('step', 'float32', [2]), { rate: 1, epsilon: 1 }, { axis: 0 });
  const clipping =
    clip === null ? op.scalar(1) : op.min(op.scalar(1), op.div(op.scalar(clip), op.add(norm, op.scalar(1e-6))));
  const decay = optimizer.kind === 'adam' ? optimizer.beta2 : optimizer.rho;
  const squareScale = op.mul(op.mul(clipping, clipping), op.scalar(1 - decay));
  const nextMoment2 = op.add(op.mul(moment2, op.scalar(decay)), op.mul(op.mul(gradient, gradient), squareScale));
  const denominator =
    optimizer.kind === 'rmsprop' && optimizer.epsilonInsideSqrt
      ? op.sqrt(op.add(nextMoment2, epsilon))
      : op.add(op.sqrt(nextMoment2), epsilon);
  let direction: Tensor; // [P]
  if (optimizer.kind === 'adam') {
    const moment1 = op.input('moment1', 'float32', [P]);
    direction = op.add(
      op.mul(moment1, op.scalar(optimizer.beta1)),
      op.mul(gradient, op.mul(clipping, op.scalar(1 - optimizer.beta1))),
    );
    op.output('nextMoment1', direction, [P]);
  } else {
    direction = op.mul(gradient, clipping);
  }
  op.output('nextParameters', op.sub(parameters, op.mul(op.div(direction, denominator), rate)), [P]);
  op.output('nextMoment2', nextMoment2, [P]);
}
