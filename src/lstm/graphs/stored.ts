import type { Graph } from '../../onnx/graph.ts';
import type { Tensor, Value } from '../../onnx/values.ts';
import type { NetworkShape } from '../../protocol/trainerState.ts';
import { parameterCount, parameterSlots, type SlotName, slotView } from '../network.ts';

/** Gives a slot's parameters as a tensor of the model; an LSTM's second half of biases [1, 8H] is zero. */
export type StoredParameters = (name: SlotName, shape: readonly number[]) => Tensor;

/**
 * Stores parameters in the model, each as the initializer of its slot's name, when they are asked for.
 *
 * @throws Error when there are not as many as the network has
 */
export function storedParameters(op: Graph, shape: NetworkShape, parameters: Float32Array): StoredParameters {
  const expected = parameterCount(shape);
  if (parameters.length !== expected) {
    throw new Error(`This network has ${expected} parameters, not ${parameters.length}.`);
  }
  const slots = new Map(parameterSlots(shape).map((slot) => [slot.name, slot]));
  return (name, dimensions) => {
    const data = new Float32Array(dimensions.reduce((product, size) => product * size, 1));
    data.set(slotView(parameters, slots.get(name)!));
    return op.constant(data, { shape: dimensions, name });
  };
}

/** The ids with those outside the vocabulary replaced by 0, *unknown*. @param V vocabulary */
export function knownIds(op: Graph, ids: Value<'int64'>, V: number): Value<'int64'> {
  const inside = op.cast(op.less(ids, op.integers(V)), 'int64');
  return op.mul(op.max(ids, op.integers(0)), inside);
}

/** W_out·h′ + b_out of stored parameters: [·, H] → [·, V] */
export function logitsOf(
  op: Graph,
  { vocabulary: V, hidden: H }: NetworkShape,
  stored: StoredParameters,
  hidden: Tensor,
): Tensor {
  const w = op.transpose(stored('output.W', [V, H]), [1, 0]);
  return op.add(op.matMul(hidden, w), stored('output.B', [V]));
}
