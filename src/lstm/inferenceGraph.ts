import { Graph, type Value } from '../onnx/graph.ts';
import { type NetworkShape, parameterCount, parameterSlots, slotView } from './network.ts';

type Tensor = Value<'float32'>;

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
  const g = new Graph('inkling');
  const ids = g.input('ids', 'int64', ['time', 'batch']);
  const hidden = perLayer(g, g.input('hidden', 'float32', [layers, 'batch', H]), layers); // [1, batch, H] each
  const cell = perLayer(g, g.input('cell', 'float32', [layers, 'batch', H]), layers);
  const stored = storedTensors(g, shape, parameters);

  let { x, w } = firstInput(g, shape, knownIds(g, ids, V), stored('lstm.0.W', [1, 4 * H, V]));
  const nextHidden: Tensor[] = [];
  const nextCell: Tensor[] = [];
  for (let layer = 0; layer < layers; layer++) {
    if (layer > 0) w = stored(`lstm.${layer}.W`, [1, 4 * H, H]);
    const r = stored(`lstm.${layer}.R`, [1, 4 * H, H]);
    const b = stored(`lstm.${layer}.B`, [1, 8 * H]);
    const step = g.lstm(x, w, r, b, hidden[layer]!, cell[layer]!, H);
    nextHidden.push(step.hidden);
    nextCell.push(step.cell);
    x = g.squeeze(step.y, 1); // [time, batch, H]
  }
  g.output('logits', outputLayer(g, shape, stored, x), ['time', 'batch', V]);
  g.output('nextHidden', g.concat(nextHidden, 0), [layers, 'batch', H]);
  g.output('nextCell', g.concat(nextCell, 0), [layers, 'batch', H]);
  return g.toModel(metadata);
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
  g: Graph,
  { vocabulary: V, hidden: H }: NetworkShape,
  ids: Value<'int64'>,
  w: Tensor,
): { x: Tensor; w: Tensor } {
  if (V <= 4 * H) return { x: g.oneHot(ids, V), w };
  const rows = g.transpose(g.squeeze(w, 0), [1, 0]); // [V, 4H]
  return { x: g.gather(rows, ids), w: g.unsqueeze(g.identityMatrix(4 * H), 0) };
}

/**
 * Everything that happens inside the network while it reads a text, for people to look at: the LSTM's equations written
 * out, as the `LSTM` operator keeps its gates to itself. Inputs `ids` ['time'] int64; `hidden`, `cell` [layers, 1, H].
 * Outputs, for each layer k:
 *
 * - `entering.k` ['time', 4, H]: W·x + R·h + b, for i, o, f, g
 * - `gates.k` ['time', 4, H]: i, o, f = σ(W·x + R·h + b) and g = tanh(W·x + R·h + b)
 * - `cell.k` ['time', H]: c' = f∘c + i∘g
 * - `hidden.k` ['time', H]: h' = o∘tanh(c')
 *
 * and `logits` ['time', V], `nextHidden`, `nextCell` [layers, 1, H].
 *
 * @param parameters flat, in the order of `parameterSlots`
 */
export function buildInspectionGraph(shape: NetworkShape, parameters: Float32Array): Uint8Array<ArrayBuffer> {
  const { vocabulary: V, hidden: H, layers } = shape;
  const g = new Graph('inspection');
  const ids = g.input('ids', 'int64', ['time']);
  const hidden = perLayer(g, g.input('hidden', 'float32', [layers, 1, H]), layers).map((state) => g.squeeze(state, 0));
  const cell = perLayer(g, g.input('cell', 'float32', [layers, 1, H]), layers).map((state) => g.squeeze(state, 0));
  const stored = storedTensors(g, shape, parameters);
  const recurrent = hidden.map((_, layer) => g.transpose(stored(`lstm.${layer}.R`, [4 * H, H]), [1, 0])); // [H, 4H]
  const bias = hidden.map((_, layer) => stored(`lstm.${layer}.B`, [4 * H]));
  const rows = g.transpose(stored('lstm.0.W', [4 * H, V]), [1, 0]); // [V, 4H]
  const above = hidden.slice(1).map((_, index) => g.transpose(stored(`lstm.${index + 1}.W`, [4 * H, H]), [1, 0]));

  const { states, stacked } = g.scan({
    states: [...hidden, ...cell], // [1, H] each
    inputs: [g.gather(rows, knownIds(g, ids, V))], // [time, 4H]
    body: (inner, before, [row]) => {
      const steps: CellStep[] = [];
      for (let layer = 0; layer < layers; layer++) {
        const input = layer === 0 ? row! : inner.matMul(steps[layer - 1]!.hidden, above[layer - 1]!);
        const z = inner.add(inner.add(input, inner.matMul(before[layer]!, recurrent[layer]!)), bias[layer]!); // [1, 4H]
        steps.push(stepCell(inner, H, z, before[layers + layer]!));
      }
      return {
        states: [...steps.map((step) => step.hidden), ...steps.map((step) => step.cell)],
        stacked: steps.flatMap((step) => [
          step.entering,
          step.gates,
          inner.squeeze(step.cell, 0),
          inner.squeeze(step.hidden, 0),
        ]),
      };
    },
  });

  for (let layer = 0; layer < layers; layer++) {
    g.output(`entering.${layer}`, stacked[4 * layer]!, ['time', 4, H]);
    g.output(`gates.${layer}`, stacked[4 * layer + 1]!, ['time', 4, H]);
    g.output(`cell.${layer}`, stacked[4 * layer + 2]!, ['time', H]);
    g.output(`hidden.${layer}`, stacked[4 * layer + 3]!, ['time', H]);
  }
  g.output('logits', outputLayer(g, shape, stored, stacked.at(-1)!), ['time', V]);
  g.output('nextHidden', stackLayers(g, states.slice(0, layers)), [layers, 1, H]);
  g.output('nextCell', stackLayers(g, states.slice(layers)), [layers, 1, H]);
  return g.toModel();
}

interface CellStep {
  readonly entering: Tensor; // [4, H]: what the gates i, o, f, g are made of
  readonly gates: Tensor; // [4, H]: i, o, f, g
  readonly cell: Tensor; // [1, H]
  readonly hidden: Tensor; // [1, H]
}

/** @param z [1, 4H], what enters the gates i, o, f and the candidate g */
function stepCell(g: Graph, H: number, z: Tensor, previousCell: Tensor): CellStep {
  const [zGates, zCandidate] = g.split(z, [3 * H, H], 1) as [Tensor, Tensor];
  const sigmoids = g.sigmoid(zGates);
  const [i, o, f] = g.split(sigmoids, [H, H, H], 1) as [Tensor, Tensor, Tensor];
  const candidate = g.tanh(zCandidate);
  const cell = g.add(g.mul(f, previousCell), g.mul(i, candidate));
  const hidden = g.mul(o, g.tanh(cell));
  return { entering: g.reshape(z, [4, H]), gates: g.reshape(g.concat([sigmoids, candidate], 1), [4, H]), cell, hidden };
}

/** Gives a slot's parameters as a tensor of the model; an LSTM's second half of biases [1, 8H] is zero. */
type StoredTensors = (name: string, shape: readonly number[]) => Tensor;

function storedTensors(g: Graph, shape: NetworkShape, parameters: Float32Array): StoredTensors {
  const expected = parameterCount(shape);
  if (parameters.length !== expected) {
    throw new Error(`This network has ${expected} parameters, not ${parameters.length}.`);
  }
  const slots = new Map(parameterSlots(shape).map((slot) => [slot.name, slot]));
  return (name, dimensions) => {
    const data = new Float32Array(dimensions.reduce((product, size) => product * size, 1));
    data.set(slotView(parameters, slots.get(name)!));
    return g.constant(data, dimensions, name);
  };
}

/** W·h + b of the output layer; `hidden` and the result have the features on the last axis. */
function outputLayer(g: Graph, { vocabulary: V, hidden: H }: NetworkShape, stored: StoredTensors, hidden: Tensor) {
  const w = g.transpose(stored('output.W', [V, H]), [1, 0]);
  return g.add(g.matMul(hidden, w), stored('output.B', [V]));
}

/** The ids with those outside the vocabulary replaced by 0, *unknown*. */
function knownIds(g: Graph, ids: Value<'int64'>, vocabulary: number): Value<'int64'> {
  const inside = g.cast(g.less(ids, g.integers(vocabulary)), 'int64');
  return g.mul(g.max(ids, g.integers(0)), inside);
}

/** [layers, batch, H] → one [1, batch, H] per layer */
function perLayer(g: Graph, states: Tensor, layers: number): Tensor[] {
  return g.split(
    states,
    Array.from({ length: layers }, () => 1),
    0,
  );
}

/** One [1, H] per layer → [layers, 1, H] */
function stackLayers(g: Graph, states: readonly Tensor[]): Tensor {
  return g.concat(
    states.map((state) => g.unsqueeze(state, 0)),
    0,
  );
}
