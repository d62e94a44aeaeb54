import type { Graph } from '../../../onnx/graph.ts';
import type { Tensor, Value } from '../../../onnx/values.ts';
import type { NetworkParameters } from '../parameters.ts';

/**
 * Up to this vocabulary characters enter as one-hot columns, stacked under the hidden state so that one product serves
 * both; above it, adding looked-up rows is cheaper than multiplying by mostly zeros.
 */
const ONE_HOT_LIMIT = 256;

/** @param V vocabulary */
export function isLookedUp(V: number): boolean {
  return V > ONE_HOT_LIMIT;
}

/** What the first layer reads at each step: one-hot columns [T, V, B], or the ids themselves [T, B]. */
export type Characters = Tensor | Value<'int32'>;

export function characters(op: Graph, V: number, inputs: Value<'int32'>): Characters {
  return isLookedUp(V) ? inputs : op.oneHot(inputs, { depth: V, axis: 1 });
}

/** A layer's W, R and b as a step of the loop over time needs them. */
export interface LayerWeights {
  /**
   * The recurrent weights and beside them those of the input, for a product with the stacked columns [h; x]:
   * [4H, H + V] for one-hot characters, bias included; [4H, 2H] for a layer above; [4H, H] where rows are looked up.
   */
  readonly matrix: Tensor;
  /** The same, transposed, as far as gradients flow back through it. */
  readonly back: Tensor;
  /** [V, 4H], a row per character with the bias in it, where rows are looked up. */
  readonly rows?: Tensor;
  /** [4H, 1], in the layers above the first. */
  readonly bias?: Tensor;
}

/** @param parameters with biases as columns */
export function arrangeWeights(op: Graph, V: number, { layers }: NetworkParameters): readonly LayerWeights[] {
  return layers.map(({ w, r, b }, layer): LayerWeights => {
    if (layer > 0) {
      const matrix = op.concat([r, w], { axis: 1 });
      return { matrix, back: op.transpose(matrix, [1, 0]), bias: b };
    }
    const back = op.transpose(r, [1, 0]);
    const biased = op.add(w, b); // exactly one character is on, so its column may carry the bias
    if (isLookedUp(V)) return { matrix: r, back, rows: op.transpose(biased, [1, 0]) };
    return { matrix: op.concat([r, biased], { axis: 1 }), back };
  });
}

/**
 * z = W·x + R·h + b of one layer at one time step.
 *
 * @param h [H, B]
 * @param x one-hot columns [V, B], ids [B], or h′ of the layer below [H, B]
 * @returns z [4H, B] and the right factor of the product, `columns` [K, B]: [h; x], or h where rows are looked up
 */
export function enterGates(
  op: Graph,
  { matrix, rows, bias }: LayerWeights,
  h: Tensor,
  x: Characters,
): { readonly columns: Tensor; readonly z: Tensor } {
  const columns = x.type === 'int32' ? op.identity(h) : op.concat([h, x], { axis: 0 });
  const product = op.matMul(matrix, columns);
  const added = rows === undefined ? bias : op.transpose(op.gather(rows, x), [1, 0]);
  return { columns, z: added === undefined ? product : op.add(product, added) };
}
