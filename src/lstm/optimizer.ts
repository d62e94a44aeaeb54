import type { OptimizerOptions } from '../protocol/trainerState.ts';

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
