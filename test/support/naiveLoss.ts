import { type ParameterSlot, parameterSlots, type SlotName } from '../../src/lstm/network.ts';
import type { NetworkShape } from '../../src/protocol/trainerState.ts';

/** Losses of a piece of text and the state after it. */
export interface NaivePass {
  /** Nats, [timeSteps, batch]. */
  readonly losses: Float64Array;
  /** [layers, hidden, batch] */
  readonly hidden: Float64Array;
  readonly cell: Float64Array;
}

export interface NaiveText {
  readonly batch: number;
  readonly timeSteps: number;
  /** Ids [timeSteps, batch], as are the targets. */
  readonly inputs: ArrayLike<number>;
  readonly targets: ArrayLike<number>;
  /** [layers, hidden, batch] */
  readonly hidden: ArrayLike<number>;
  readonly cell: ArrayLike<number>;
  /** [hidden, batch]: what the output layer sees of the top layer's units is multiplied by it. Default: all ones. */
  readonly mask?: ArrayLike<number>;
}

/**
 * The reference that graphs are held against: the LSTM's equations computed one number at a time in float64, a lane of
 * text after the other, with no code of theirs.
 *
 * @param parameters flat, in the order of `parameterSlots`
 */
export function naivePass(shape: NetworkShape, parameters: ArrayLike<number>, text: NaiveText): NaivePass {
  const { batch, timeSteps } = text;
  const hidden = Float64Array.from(text.hidden);
  const cell = Float64Array.from(text.cell);
  const losses = new Float64Array(timeSteps * batch);
  const weights = weightsOf(shape, parameters);
  for (let lane = 0; lane < batch; lane++) {
    const states = { hidden: laneOf(hidden, shape, batch, lane), cell: laneOf(cell, shape, batch, lane) };
    for (let position = lane; position < losses.length; position += batch) {
      stepThroughLayers(weights, states, text.inputs[position]!);
      const seen = states.hidden.at(-1)!.map((value, unit) => value * (text.mask?.[unit * batch + lane] ?? 1));
      losses[position] = crossEntropy(weights.output, seen, text.targets[position]!);
    }
    putLane(hidden, states.hidden, batch, lane);
    putLane(cell, states.cell, batch, lane);
  }
  return { losses, hidden, cell };
}

interface Matrix {
  readonly data: Float64Array;
  readonly columns: number;
}

interface Weights {
  readonly layers: readonly { readonly w: Matrix; readonly r: Matrix; readonly b: Float64Array }[];
  readonly output: { readonly w: Matrix; readonly b: Float64Array };
}

/** One lane's state, [hidden] per layer. */
interface LaneState {
  readonly hidden: readonly Float64Array[];
  readonly cell: readonly Float64Array[];
}

function weightsOf(shape: NetworkShape, parameters: ArrayLike<number>): Weights {
  const flat = Float64Array.from(parameters);
  const slots = new Map(parameterSlots(shape).map((slot) => [slot.name, slot]));
  const data = ({ offset, size }: ParameterSlot) => flat.subarray(offset, offset + size);
  const vector = (name: SlotName) => data(slots.get(name)!);
  const matrix = (name: SlotName): Matrix => ({ data: vector(name), columns: slots.get(name)!.shape[1]! });
  return {
    layers: Array.from({ length: shape.layers }, (_, layer) => ({
      w: matrix(`lstm.${layer}.W`),
      r: matrix(`lstm.${layer}.R`),
      b: vector(`lstm.${layer}.B`),
    })),
    output: { w: matrix('output.W'), b: vector('output.B') },
  };
}

/** i, o, f = σ(W·x + R·h + b); g = tanh(W·x + R·h + b); c' = f·c + i·g; h' = o·tanh(c'). Replaces the states. */
function stepThroughLayers({ layers }: Weights, states: LaneState, character: number): void {
  for (const [layer, { w, r, b }] of layers.entries()) {
    const hidden = states.hidden[layer]!;
    const cell = states.cell[layer]!;
    const below = states.hidden[layer - 1];
    const before = hidden.slice();
    for (let unit = 0; unit < hidden.length; unit++) {
      const z = (gate: number) => {
        const row = gate * hidden.length + unit;
        const input = below === undefined ? w.data[row * w.columns + character]! : rowTimes(w, row, below);
        return input + rowTimes(r, row, before) + b[row]!;
      };
      cell[unit] = sigmoid(z(2)) * cell[unit]! + sigmoid(z(0)) * Math.tanh(z(3));
      hidden[unit] = sigmoid(z(1)) * Math.tanh(cell[unit]);
    }
  }
}

/** −ln softmax(W·h + b) of the target, in nats. */
function crossEntropy({ w, b }: Weights['output'], hidden: Float64Array, target: number): number {
  const logits = b.slice();
  let largest = -Infinity;
  for (let id = 0; id < logits.length; id++) {
    logits[id]! += rowTimes(w, id, hidden);
    largest = Math.max(largest, logits[id]!);
  }
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - largest);
  return largest + Math.log(sum) - logits[target]!;
}

function rowTimes({ data, columns }: Matrix, row: number, vector: Float64Array): number {
  let sum = 0;
  for (let column = 0; column < columns; column++) sum += data[row * columns + column]! * vector[column]!;
  return sum;
}

function sigmoid(z: number): number {
  return 1 / (1 + Math.exp(-z));
}

/** One lane of [layers, hidden, batch], copied. */
function laneOf(states: Float64Array, { layers, hidden }: NetworkShape, batch: number, lane: number): Float64Array[] {
  return Array.from({ length: layers }, (_, layer) =>
    Float64Array.from({ length: hidden }, (_, unit) => states[(layer * hidden + unit) * batch + lane]!),
  );
}

function putLane(states: Float64Array, values: readonly Float64Array[], batch: number, lane: number): void {
  for (const [layer, vector] of values.entries()) {
    for (const [unit, value] of vector.entries()) states[(layer * vector.length + unit) * batch + lane] = value;
  }
}
