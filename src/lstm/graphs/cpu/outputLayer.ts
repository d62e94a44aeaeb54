import type { Graph } from '../../../onnx/graph.ts';
import type { Tensor, Value } from '../../../onnx/values.ts';
import type { LayerGradient, NetworkParameters } from '../parameters.ts';
import type { TrainingSizes } from '../trainingStep.ts';

/** What dropout lets through of hidden units, or of what flows back to them, [H, B]: all of it without a mask. */
export function letThrough(op: Graph, mask: Tensor | undefined, x: Tensor): Tensor {
  return mask === undefined ? x : op.mul(x, mask);
}

/** W_out·h′ + b_out [V, B]. @param hidden [H, B] */
export function logitsOf(op: Graph, { w, b }: NetworkParameters['output'], hidden: Tensor): Tensor {
  return op.add(op.matMul(w, hidden), b);
}

/**
 * Mean softmax cross-entropy [] in nats, and ∂loss/∂logits = (p − onehot)/N.
 *
 * @param logits [T, V, B], or [V, B] of the last step
 * @param targets the same without V
 * @param axis where the logits have V
 */
export function crossEntropy(
  op: Graph,
  { V, N }: TrainingSizes,
  { logits, targets, axis }: { readonly logits: Tensor; readonly targets: Value<'int32'>; readonly axis: 0 | 1 },
): { readonly loss: Tensor; readonly dLogits: Tensor } {
  const scale = op.scalar(1 / N);
  const logProbabilities = op.logSoftmax(logits, { axis });
  const difference = op.sub(op.exp(logProbabilities), op.oneHot(targets, { depth: V, axis }));
  const ofTargets = op.gatherElements(logProbabilities, op.unsqueeze(targets, axis), { axis });
  const losses = op.mul(ofTargets, op.scalar(-1));
  return { loss: op.mul(op.reduceSum(losses), scale), dLogits: op.mul(difference, scale) };
}

/** What the output layer read and what came back to it, with loss on every step. */
export interface ReadEveryStep {
  readonly dLogits: Tensor; // [T, V, B]
  /** What it read [T, H, B]; undefined: h′ of all steps, undropped. */
  readonly read: Tensor | undefined;
  /** [K, T·B]: h before each step, first of what the top layer's columns hold. */
  readonly columns: Tensor;
  readonly lastHidden: Tensor; // [H, B], h′ of the last step
}

/** Flat ∂loss/∂W_out and ∂loss/∂b_out, with loss on every step. */
export function outputGradient(
  op: Graph,
  { V, H, B, T }: TrainingSizes,
  { dLogits, read, columns, lastHidden }: ReadEveryStep,
): Pick<LayerGradient, 'dW' | 'dB'> {
  const inTime = op.transpose(dLogits, [1, 0, 2]); // [V, T, B]
  if (read !== undefined) {
    const dW = op.gemm(op.reshape(inTime, [V, T * B]), flattenTime(op, read), { transB: true });
    return { dW: op.reshape(dW, [-1]), dB: op.reduceSum(inTime, { axes: [1, 2] }) };
  }
  // The columns hold h before each step, one step behind what the output layer read: the (small) logit gradients are
  // shifted to meet them, and the last step is added by itself.
  const { early, last } =
    T === 1 ? { early: undefined, last: inTime } : op.split(inTime, { early: T - 1, last: 1 }, { axis: 1 });
  const ofLast = op.gemm(op.reshape(last, [V, B]), lastHidden, { transB: true }); // [V, H]
  if (early === undefined) return { dW: op.reshape(ofLast, [-1]), dB: op.reduceSum(inTime, { axes: [1, 2] }) };
  const shifted = op.reshape(op.concat([op.zeros([V, 1, B]), early], { axis: 1 }), [V, T * B]);
  const ofEarly = op.slice(op.gemm(shifted, columns, { transB: true }), { start: 0, end: H, axis: 1 });
  return { dW: op.reshape(op.add(ofEarly, ofLast), [-1]), dB: op.reduceSum(inTime, { axes: [1, 2] }) };
}

/**
 * The same, with loss on the last step.
 *
 * @param dLogits [V, B]
 * @param read [H, B]
 */
export function outputGradientOfLast(op: Graph, dLogits: Tensor, read: Tensor): Pick<LayerGradient, 'dW' | 'dB'> {
  const dW = op.gemm(dLogits, read, { transB: true });
  return { dW: op.reshape(dW, [-1]), dB: op.reduceSum(dLogits, { axes: [1] }) };
}

/** [T, features, B] → [features, T·B] */
export function flattenTime(op: Graph, x: Tensor): Tensor {
  return op.reshape(op.transpose(x, [1, 0, 2]), [0, -1]);
}
