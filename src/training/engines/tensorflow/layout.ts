import { parameterCount, parameterSlots, slotView } from '../../../lstm/network.ts';
import type { NetworkShape } from '../../../protocol/trainerState.ts';

/**
 * The flat parameter vector as TensorFlow's LSTM operations want to read it, in pieces: for each layer the weights
 * [inputs + H, 4H], those of the input above those of the hidden state, and the biases [4H], with the gates in the order
 * i, f, c, o; then the output layer's weights [V, H] and biases [V] as they are.
 */
export interface Piece {
  readonly shape: readonly [number] | readonly [number, number];
  readonly size: number;
}

/** Place of each gate in ONNX's order i, o, f, c, in the order of BlockLSTMV2. */
const GATES = [0, 2, 3, 1] as const;

/** The pieces, in their order in the vector. */
export function piecesOf({ vocabulary, hidden, layers }: NetworkShape): readonly Piece[] {
  const pieces: Piece[] = [];
  const add = (...shape: [number] | [number, number]) => pieces.push({ shape, size: shape[0] * (shape[1] ?? 1) });
  for (let layer = 0; layer < layers; layer++) {
    add((layer === 0 ? vocabulary : hidden) + hidden, 4 * hidden);
    add(4 * hidden);
  }
  add(vocabulary, hidden);
  add(vocabulary);
  return pieces;
}

/** From the order of `parameterSlots` to TensorFlow's. Parameters, or anything else that has one number for each. */
export function toTensorflow(shape: NetworkShape, ours: Float32Array): Float32Array<ArrayBuffer> {
  const theirs = new Float32Array(parameterCount(shape));
  eachPair(shape, ours, (values, index, place) => {
    theirs[place] = values[index]!;
  });
  return theirs;
}

/** The inverse of {@link toTensorflow}. */
export function fromTensorflow(shape: NetworkShape, theirs: Float32Array): Float32Array<ArrayBuffer> {
  const ours = new Float32Array(parameterCount(shape));
  eachPair(shape, ours, (values, index, place) => {
    values[index] = theirs[place]!;
  });
  return ours;
}

/** Visits all parameters: where each lies in its slot of ours, and in the whole of theirs. */
function eachPair(
  shape: NetworkShape,
  ours: Float32Array,
  visit: (values: Float32Array, index: number, place: number) => void,
): void {
  const { hidden, layers, vocabulary } = shape;
  const slots = parameterSlots(shape).map((slot) => slotView(ours, slot));
  let offset = 0;
  for (let layer = 0; layer < layers; layer++) {
    const inputs = layer === 0 ? vocabulary : hidden;
    const [w, r, b] = slots.slice(3 * layer) as [Float32Array, Float32Array, Float32Array];
    for (const [matrix, columns] of [[w, inputs] as const, [r, hidden] as const]) {
      for (const [gate, source] of GATES.entries()) {
        for (let unit = 0; unit < hidden; unit++) {
          const row = (source * hidden + unit) * columns;
          const place = offset + gate * hidden + unit;
          for (let column = 0; column < columns; column++) visit(matrix, row + column, place + column * 4 * hidden);
        }
      }
      offset += 4 * hidden * columns;
    }
    for (const [gate, source] of GATES.entries()) {
      for (let unit = 0; unit < hidden; unit++) visit(b, source * hidden + unit, offset + gate * hidden + unit);
    }
    offset += 4 * hidden;
  }
  for (const values of slots.slice(3 * layers)) {
    for (let index = 0; index < values.length; index++) visit(values, index, offset + index);
    offset += values.length;
  }
}

/** [layers, rows, columns] → [layers, columns, rows] */
export function transposeEach(values: Float32Array, layers: number, rows: number, columns: number) {
  const transposed = new Float32Array(values.length);
  for (let layer = 0; layer < layers; layer++) {
    const start = layer * rows * columns;
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        transposed[start + column * rows + row] = values[start + row * columns + column]!;
      }
    }
  }
  return transposed;
}
