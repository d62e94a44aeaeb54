import type { Graph } from '../../onnx/graph.ts';
import type { Tensor } from '../../onnx/values.ts';
import type { NetworkShape } from '../../protocol/trainerState.ts';
import { parameterSlots, type SlotName } from '../network.ts';

export interface LayerParameters {
  readonly w: Tensor; // [4H, V], in layers above the first [4H, H]
  readonly r: Tensor; // [4H, H]
  readonly b: Tensor; // [4H], or [4H, 1]
}

export interface NetworkParameters {
  readonly layers: readonly LayerParameters[];
  readonly output: { readonly w: Tensor /* [V, H] */; readonly b: Tensor /* [V], or [V, 1] */ };
}

/**
 * Cuts the flat parameters of a training graph into their tensors.
 *
 * @param parameters [P]
 * @param biases columns [·, 1] where batches lie along the last axis; rows [·] where features do
 */
export function unpackParameters(
  op: Graph,
  shape: NetworkShape,
  parameters: Tensor,
  { biases }: { readonly biases: 'columns' | 'rows' },
): NetworkParameters {
  const slots = parameterSlots(shape);
  const sizes = slots.map((slot) => slot.size);
  const pieces = op.split(parameters, sizes, { axis: 0 });
  const tensors = new Map<SlotName, Tensor>();
  for (const [index, { name, shape }] of slots.entries()) {
    const piece = pieces[index]!;
    const isRow = shape.length === 1 && biases === 'rows';
    tensors.set(name, isRow ? piece : op.reshape(piece, [shape[0], shape[1] ?? 1]));
  }
  const tensor = (name: SlotName) => tensors.get(name)!;
  return {
    layers: Array.from({ length: shape.layers }, (_, layer) => ({
      w: tensor(`lstm.${layer}.W`),
      r: tensor(`lstm.${layer}.R`),
      b: tensor(`lstm.${layer}.B`),
    })),
    output: { w: tensor('output.W'), b: tensor('output.B') },
  };
}

/** ∂loss/∂ of each parameter tensor, flat. */
export interface LayerGradient {
  readonly dW: Tensor;
  readonly dR: Tensor;
  readonly dB: Tensor;
}

/** The gradients as one vector [P], in the order of `parameterSlots`. */
export function packGradient(
  op: Graph,
  layers: readonly LayerGradient[],
  output: Pick<LayerGradient, 'dW' | 'dB'>,
): Tensor {
  const parts = [...layers.flatMap(({ dW, dR, dB }) => [dW, dR, dB]), output.dW, output.dB];
  return op.concat(parts, { axis: 0 });
}
