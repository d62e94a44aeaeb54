import type { Graph } from '../../onnx/graph.ts';
import type { Tensor } from '../../onnx/values.ts';

/** h and c of each layer, the lowest first. A type, so that loops can carry it. */
export type LayerStates = {
  readonly hidden: readonly Tensor[];
  readonly cell: readonly Tensor[];
};

/** [layers, ·, ·] → one [1, ·, ·] per layer */
export function perLayer(op: Graph, states: Tensor, layers: number): readonly Tensor[] {
  const ones = Array.from({ length: layers }, () => 1);
  return op.split(states, ones, { axis: 0 });
}

/**
 * [layers, A, B] → one [A, B] per layer
 *
 * @param swapped [B, A] instead
 */
export function unstackStates(op: Graph, states: Tensor, layers: number, { swapped = false } = {}): readonly Tensor[] {
  return perLayer(op, states, layers).map((state) => {
    const one = op.squeeze(state, 0);
    return swapped ? op.transpose(one, [1, 0]) : one;
  });
}

/**
 * One [A, B] per layer → [layers, A, B]
 *
 * @param swapped from [B, A]
 */
export function stackStates(op: Graph, states: readonly Tensor[], { swapped = false } = {}): Tensor {
  const parts = states.map((state) => op.unsqueeze(swapped ? op.transpose(state, [1, 0]) : state, 0));
  return op.concat(parts, { axis: 0 });
}
