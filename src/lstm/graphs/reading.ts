import { Graph } from '../../onnx/graph.ts';

/**
 * Hands tensors on as they are, from the device that they are on: each input `x` is the output `xRead`.
 *
 * @param tensors names and shapes
 */
export function buildReadingGraph(tensors: readonly (readonly [string, readonly number[]])[]): Uint8Array<ArrayBuffer> {
  const op = new Graph('reading');
  for (const [name, shape] of tensors) op.output(`${name}Read`, op.identity(op.input(name, 'float32', shape)), shape);
  return op.toModel();
}
