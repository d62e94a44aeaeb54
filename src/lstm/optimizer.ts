import type { Graph, Value } from '../onnx/graph.ts';

type Tensor = Value<'float32'>;

/** Adam: Kingma & Ba, 2015. */
export interface AdamOptions {
  readonly kind: 'adam';
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/** RMSprop: Hinton's lecture 6e. PyTorch adds ε to the root, Keras to what stands under it. */
export interface RmspropOptions {
  readonly kind: 'rmsprop';
  /** Decay of the mean square, PyTorch's `alpha`, Keras's `rho`. */
  readonly rho: number;
  readonly epsilon: number;
  readonly epsilonInsideSqrt: boolean;
}

export type OptimizerOptions = AdamOptions | RmspropOptions;

/**
 * What changes from step to step in the optimizer's formula, as the graph's input `step`: the learning rate and ε. For
 * Adam both carry the bias corrections of step `t` (from 1).
 */
export function stepScalars(optimizer: OptimizerOptions, learningRate: number, t: number): Float32Array {
  if (optimizer.kind === 'rmsprop') return Float32Array.of(learningRate, optimizer.epsilon);
  const correction1 = 1 - optimizer.beta1 ** t;
  const correction2 = Math.sqrt(1 - optimizer.beta2 ** t);
  return Float32Array.of((learningRate * correction2) / correction1, optimizer.epsilon * correction2);
}

/**
 * Clips by global norm as PyTorch's `clip_grad_norm_` does, then takes the optimizer's step. Adds to the graph the inputs
 * `moment1` (Adam), `moment2` [P] and `step` [2], and the outputs `nextParameters`, `nextMoment1`, `nextMoment2` [P].
 *
 * @param clip bound on the gradient's global norm; null for none
 */
export function applyOptimizer(
  g: Graph,
  { optimizer, clip }: { readonly optimizer: OptimizerOptions; readonly clip: number | null },
  P: number,
  { parameters, gradient, norm }: { parameters: Tensor; gradient: Tensor; norm: Tensor },
): void {
  const moment2 = g.input('moment2', 'float32', [P]);
  const [rate, epsilon] = g.split(g.input('step', 'float32', [2]), [1, 1], 0) as [Tensor, Tensor];
  const clipping = clip === null ? g.scalar(1) : g.min(g.scalar(1), g.div(g.scalar(clip), g.add(norm, g.scalar(1e-6))));
  const decay = optimizer.kind === 'adam' ? optimizer.beta2 : optimizer.rho;
  const squareScale = g.mul(g.mul(clipping, clipping), g.scalar(1 - decay));
  const nextMoment2 = g.add(g.mul(moment2, g.scalar(decay)), g.mul(g.mul(gradient, gradient), squareScale));
  const denominator =
    optimizer.kind === 'rmsprop' && optimizer.epsilonInsideSqrt
      ? g.sqrt(g.add(nextMoment2, epsilon))
      : g.add(g.sqrt(nextMoment2), epsilon);
  let direction: Tensor;
  if (optimizer.kind === 'adam') {
    const moment1 = g.input('moment1', 'float32', [P]);
    direction = g.add(
      g.mul(moment1, g.scalar(optimizer.beta1)),
      g.mul(gradient, g.mul(clipping, g.scalar(1 - optimizer.beta1))),
    );
    g.output('nextMoment1', direction, [P]);
  } else {
    direction = g.mul(gradient, clipping);
  }
  g.output('nextParameters', g.sub(parameters, g.mul(g.div(direction, denominator), rate)), [P]);
  g.output('nextMoment2', nextMoment2, [P]);
}
