import type { Graph } from '../../../onnx/graph.ts';
import type { Tensor, Value } from '../../../onnx/values.ts';
import type { LayerGradient, NetworkParameters } from '../parameters.ts';
import type { TrainingSizes } from '../trainingStep.ts';

/** What the output layer reads. */
export interface OutputInputs {
  readonly hidden: Tensor; // h′ of the top layer, [T, B, H] or [B, H] of the last step
  readonly mask: Tensor | undefined; // [B, H]
  readonly targets: Value<'int32'>; // [T, B] or [B]
}

/** Mean cross-entropy [], what flows back to the top layer in the shape of `hidden`, and the layer's own gradient. */
export interface OutputLayer {
  readonly loss: Tensor;
  readonly dHidden: Tensor;
  readonly gradient: Pick<LayerGradient, 'dW' | 'dB'>;
}

/** Predicts, and goes back through the prediction. */
export function outputLayer(
  op: Graph,
  sizes: TrainingSizes,
  { w, b }: NetworkParameters['output'],
  { hidden, mask, targets }: OutputInputs,
  { loss }: { readonly loss: 'every' | 'last' },
): OutputLayer {
  const { B, T, H } = sizes;
  const read = op.reshape(mask === undefined ? hidden : op.mul(hidden, mask), [-1, H]); // [N, H]
  const logits = op.gemm(read, w, { transB: true, c: b }); // [N, V]
  const output = crossEntropy(op, sizes, logits, op.reshape(targets, [-1]));
  const { dLogits } = output;
  const dRead = op.reshape(op.matMul(dLogits, w), loss === 'every' ? [T, B, H] : [B, H]);
  return {
    loss: output.loss,
    dHidden: mask === undefined ? dRead : op.mul(dRead, mask),
    gradient: {
      dW: op.reshape(op.gemm(dLogits, read, { transA: true }), [-1]),
      dB: op.reduceSum(dLogits, { axes: [0] }),
    },
  };
}

/** Mean softmax cross-entropy, and ∂loss/∂logits = (p − onehot)/N. @param logits [N, V] @param targets [N] */
function crossEntropy(op: Graph, { V, N }: TrainingSizes, logits: Tensor, targets: Value<'int32'>) {
  const shifted = op.sub(logits, op.reduceMax(logits, { axes: [1], keepDimensions: true }));
  const total = op.reduceSum(op.exp(shifted), { axes: [1], keepDimensions: true });
  const logProbabilities = op.sub(shifted, op.log(total));
  const wanted = oneHot(op, targets, V);
  return {
    loss: op.mul(op.reduceSum(op.mul(logProbabilities, wanted)), op.scalar(-1 / N)),
    dLogits: op.mul(op.sub(op.exp(logProbabilities), wanted), op.scalar(1 / N)),
  };
}

/** [N] → [N, V]. The WebGPU provider has no `OneHot`. */
export function oneHot(op: Graph, ids: Value<'int32'>, V: number): Tensor {
  const all = op.constant(
    Int32Array.from({ length: V }, (_, id) => id),
    { shape: [1, V] },
  );
  return op.cast(op.equal(op.unsqueeze(ids, 1), all), 'float32');
}
