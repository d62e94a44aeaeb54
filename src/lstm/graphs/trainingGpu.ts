import { Graph } from '../../onnx/graph.ts';
import type { NetworkShape, TrainingGraphOptions } from '../../protocol/trainerState.ts';
import { backward, type FromAbove, layerGradient } from './gpu/backward.ts';
import { forward, type LayerPass } from './gpu/forward.ts';
import { loopOverTime } from './gpu/loopOverTime.ts';
import { oneHot, outputLayer } from './gpu/outputLayer.ts';
import { type LayerGradient, packGradient, unpackParameters } from './parameters.ts';
import { unstackStates } from './states.ts';
import { endTrainingStep, sizesOf, trainingInputs } from './trainingStep.ts';

/** With the tensor that is cut, nine storage buffers of a shader; WebGPU devices of today have ten or more. */
const MAXIMUM_PIECES = 8;

/**
 * The training step of `buildCpuTrainingGraph`, with its inputs and outputs, for devices where starting an operator is
 * what costs, not what it computes: a GPU.
 *
 * It goes layer by layer over all time steps. Whatever is not recurrent is one large operator over all of them: the
 * products with the inputs, the output layer, the derivatives of the gates. What remains of a time step are ten small
 * operators forward and seven backward. Only operators that onnxruntime's WebGPU provider has are used, as anything
 * else would be computed on the processor, with copies there and back.
 *
 * Activations are [time, batch, features].
 *
 * @param exposeGradient adds the output `gradient` [P]
 * @param unroll time steps are written out instead of being a `Scan`
 */
export function buildGpuTrainingGraph(
  shape: NetworkShape,
  options: TrainingGraphOptions,
  { exposeGradient = false, unroll = false }: { exposeGradient?: boolean; unroll?: boolean } = {},
): Uint8Array<ArrayBuffer> {
  const op = new Graph('training', { maximumPieces: MAXIMUM_PIECES });
  const sizes = sizesOf(shape, options);
  const { layers, V, H, B, T } = sizes;
  const { loss } = options;
  const fed = trainingInputs(op, sizes, options);
  const hidden = unstackStates(op, fed.hidden, layers, { swapped: true }); // [B, H] each
  const cell = unstackStates(op, fed.cell, layers, { swapped: true });
  const mask = fed.mask === undefined ? undefined : op.transpose(fed.mask, [1, 0]); // [B, H]
  const loop = loopOverTime(op, sizes, { unroll });
  const parameters = unpackParameters(op, shape, fed.parameters, { biases: 'rows' });

  const passes: LayerPass[] = [];
  for (const [layer, of] of parameters.layers.entries()) {
    const x = passes[layer - 1]?.hidden ?? op.reshape(fed.inputs, [-1]);
    passes.push(forward(op, loop, sizes, of, { x, hidden: hidden[layer]!, cell: cell[layer]! }));
  }
  const top = passes.at(-1)!;
  const read = { hidden: loss === 'every' ? top.hidden : top.lastHidden, mask, targets: fed.targets };
  const output = outputLayer(op, sizes, parameters.output, read, { loss });

  const gradients: LayerGradient[] = [];
  let above: FromAbove = loss === 'every' ? { ofAll: output.dHidden } : { ofLast: output.dHidden };
  for (let layer = layers - 1; layer >= 0; layer--) {
    const { hiddenBefore } = passes[layer]!;
    const dGates = backward(op, loop, sizes, parameters.layers[layer]!, passes[layer]!, above); // [T, B, 4H]
    const rows = op.reshape(dGates, [T * B, 4 * H]);
    const below = passes[layer - 1]?.hidden;
    const x = below === undefined ? oneHot(op, op.reshape(fed.inputs, [-1]), V) : op.reshape(below, [-1, H]);
    gradients[layer] = layerGradient(op, sizes, { rows, x, hiddenBefore });
    if (layer > 0) above = { ofAll: op.matMul(dGates, parameters.layers[layer]!.w) };
  }
  const computed = {
    parameters: fed.parameters,
    gradient: packGradient(op, gradients, output.gradient),
    loss: output.loss,
    lastHidden: passes.map((pass) => pass.lastHidden),
    lastCell: passes.map((pass) => pass.lastCell),
  };
  endTrainingStep(op, sizes, options, computed, { batchFirst: true, exposeGradient });
  return op.toModel();
}
