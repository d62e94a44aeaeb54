import { Graph } from '../../onnx/graph.ts';
import type { Tensor, Value } from '../../onnx/values.ts';
import type { NetworkShape } from '../../protocol/trainerState.ts';
import { perLayer } from './states.ts';
import { knownIds, logitsOf, storedParameters } from './stored.ts';

/**
 * The trained network as a standard ONNX model: one `LSTM` operator per layer, states in and out, so that any ONNX
 * runtime goes on where the last run ended. With V = vocabulary, H = hidden:
 *
 * inputs:  `ids` ['time', 'batch'] int64; `hidden`, `cell` [layers, 'batch', H]
 * outputs: `logits` ['time', 'batch', V] of what follows each id; `nextHidden`, `nextCell` [layers, 'batch', H]
 *
 * An id outside the vocabulary is read as *unknown*, id 0.
 *
 * @param parameters flat, in the order of `parameterSlots`; each is stored as the initializer of its slot's name
 * @param metadata the model's `metadata_props`
 */
export function buildInferenceGraph(
  shape: NetworkShape,
  parameters: Float32Array,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const { vocabulary: V, hidden: H, layers } = shape;
  const op = new Graph('inkling');
  const ids = op.input('ids', 'int64', ['time', 'batch']);
  const hidden = perLayer(op, op.input('hidden', 'float32', [layers, 'batch', H]), layers); // [1, batch, H] each
  const cell = perLayer(op, op.input('cell', 'float32', [layers, 'batch', H]), layers);
  const stored = storedParameters(op, shape, parameters);

  let { x, w } = firstInput(op, shape, knownIds(op, ids, V), stored('lstm.0.W', [1, 4 * H, V]));
  const nextHidden: Tensor[] = [];
  const nextCell: Tensor[] = [];
  for (let layer = 0; layer < layers; layer++) {
    if (layer > 0) w = stored(`lstm.${layer}.W`, [1, 4 * H, H]);
    const r = stored(`lstm.${layer}.R`, [1, 4 * H, H]);
    const b = stored(`lstm.${layer}.B`, [1, 8 * H]);
    const step = lstm(op, { x, w, r, b, hidden: hidden[layer]!, cell: cell[layer]!, H });
    nextHidden.push(step.nextHidden);
    nextCell.push(step.nextCell);
    x = op.squeeze(step.y, 1); // [time, batch, H]
  }
  op.output('logits', logitsOf(op, shape, stored, x), ['time', 'batch', V]);
  op.output('nextHidden', op.concat(nextHidden, { axis: 0 }), [layers, 'batch', H]);
  op.output('nextCell', op.concat(nextCell, { axis: 0 }), [layers, 'batch', H]);
  return op.toModel(metadata);
}

/**
 * What the first LSTM operator reads, and its input weights. Small vocabularies enter as one-hot vectors. For large
 * ones the product W·onehot is looked up, as the row of Wᵀ that it is; the operator then only has to add it, so its
 * own input weights are the identity, and the cost per character no longer grows with the vocabulary.
 *
 * @param ids [time, batch]
 * @param w [1, 4H, V]
 */
function firstInput(
  op: Graph,
  { vocabulary: V, hidden: H }: NetworkShape,
  ids: Value<'int64'>,
  w: Tensor,
): { x: Tensor; w: Tensor } {
  if (V <= 4 * H) return { x: op.oneHot(ids, { depth: V, axis: -1 }), w };
  const rows = op.transpose(op.squeeze(w, 0), [1, 0]); // [V, 4H]
  return { x: op.gather(rows, ids), w: op.unsqueeze(op.identityMatrix(4 * H), 0) };
}

interface LstmInputs {
  readonly x: Tensor; // [time, batch, input]
  readonly w: Tensor; // [1, 4H, input]
  readonly r: Tensor; // [1, 4H, H]
  readonly b: Tensor; // [1, 8H]: input biases, then recurrent biases
  readonly hidden: Tensor; // [1, batch, H]
  readonly cell: Tensor; // [1, batch, H]
  readonly H: number;
}

interface LstmOutputs {
  readonly y: Tensor; // h′ of every step, [time, 1, batch, H]
  readonly nextHidden: Tensor; // [1, batch, H]
  readonly nextCell: Tensor; // [1, batch, H]
}

/**
 * The standard operator, forward direction, gates in the order i, o, f, c.
 *
 * Source: https://onnx.ai/onnx/operators/onnx__LSTM.html
 */
function lstm(op: Graph, { x, w, r, b, hidden, cell, H }: LstmInputs): LstmOutputs {
  const y = op.value('y', 'float32');
  const nextHidden = op.value('hidden', 'float32');
  const nextCell = op.value('cell', 'float32');
  const sequenceLengths = undefined; // all are equally long
  op.node('LSTM', {
    inputs: [x, w, r, b, sequenceLengths, hidden, cell],
    outputs: [y, nextHidden, nextCell],
    attributes: { hidden_size: H },
  });
  return { y, nextHidden, nextCell };
}
