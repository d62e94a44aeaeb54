import { parameterSlots, type SlotName } from '../../src/lstm/network.ts';
import type { NetworkShape } from '../../src/protocol/trainerState.ts';

/** What one layer did at one step, [hidden] each. */
interface NaiveLayerStep {
  readonly i: number[];
  readonly o: number[];
  readonly f: number[];
  readonly g: number[];
  readonly cell: number[];
  readonly hidden: number[];
}

export interface NaiveStep {
  readonly layers: readonly NaiveLayerStep[];
  /** [vocabulary], of what follows. */
  readonly logits: number[];
}

/** [hidden] per layer. */
export interface NaiveState {
  readonly hidden: readonly number[][];
  readonly cell: readonly number[][];
}

function zeroState({ layers, hidden }: NetworkShape): NaiveState {
  const zeros = () => Array.from({ length: layers }, () => new Array<number>(hidden).fill(0));
  return { hidden: zeros(), cell: zeros() };
}

/**
 * Reads one text by the five equations of the LSTM, in float64 and one number at a time:
 * f, i, o = σ(W·[h, x] + b), g = tanh(W·[h, x] + b), c' = f·c + i·g, h' = o·tanh(c').
 */
export function naiveLstm(
  shape: NetworkShape,
  parameters: ArrayLike<number>,
  ids: Iterable<number>,
  state: NaiveState = zeroState(shape),
): NaiveStep[] {
  const { hidden: H, layers: L, vocabulary: V } = shape;
  const offsets = new Map(parameterSlots(shape).map((slot) => [slot.name, slot.offset]));
  const at = (name: SlotName, index: number) => parameters[offsets.get(name)! + index]!;
  const hidden = state.hidden.map((layer) => [...layer]);
  const cell = state.cell.map((layer) => [...layer]);
  const steps: NaiveStep[] = [];
  for (const id of ids) {
    let x = oneHot(id, V);
    const layers = range(L).map((layer): NaiveLayerStep => {
      const h = hidden[layer]!;
      const z = (gate: number) =>
        range(H).map((unit) => {
          const row = gate * H + unit;
          const input = dot(x, (column) => at(`lstm.${layer}.W`, row * x.length + column));
          const recurrent = dot(h, (column) => at(`lstm.${layer}.R`, row * H + column));
          return input + recurrent + at(`lstm.${layer}.B`, row);
        });
      const [i, o, f, g] = [z(0).map(sigmoid), z(1).map(sigmoid), z(2).map(sigmoid), z(3).map(Math.tanh)] as const;
      cell[layer] = range(H).map((unit) => f[unit]! * cell[layer]![unit]! + i[unit]! * g[unit]!);
      hidden[layer] = range(H).map((unit) => o[unit]! * Math.tanh(cell[layer]![unit]!));
      x = hidden[layer]!;
      return { i, o, f, g, cell: cell[layer]!, hidden: hidden[layer]! };
    });
    const logits = range(V).map((row) => dot(x, (column) => at('output.W', row * H + column)) + at('output.B', row));
    steps.push({ layers, logits });
  }
  return steps;
}

/** Natural logarithms of softmax(logits). */
export function logSoftmax(logits: readonly number[]): number[] {
  const largest = Math.max(...logits);
  const logSum = largest + Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - largest), 0));
  return logits.map((logit) => logit - logSum);
}

/** The logits before anything is read: those of the output layer at hidden state zero. */
export function startLogits(shape: NetworkShape, parameters: ArrayLike<number>): number[] {
  const { offset } = parameterSlots(shape).at(-1)!;
  return range(shape.vocabulary).map((id) => parameters[offset + id]!);
}

function range(length: number): number[] {
  return Array.from({ length }, (_, index) => index);
}

function oneHot(id: number, length: number): number[] {
  return range(length).map((other) => (other === id ? 1 : 0));
}

function dot(vector: readonly number[], other: (index: number) => number): number {
  return vector.reduce((sum, value, index) => (value === 0 ? sum : sum + value * other(index)), 0);
}

function sigmoid(z: number): number {
  return 1 / (1 + Math.exp(-z));
}
