import type { NetworkShape } from '../protocol/trainerState.ts';

export type SlotName = `lstm.${number}.${'W' | 'R' | 'B'}` | 'output.W' | 'output.B';

/** Where one parameter tensor lies in the flat parameter vector. */
export interface ParameterSlot {
  readonly name: SlotName;
  readonly shape: readonly [number] | readonly [number, number];
  readonly offset: number;
  readonly size: number;
}

/**
 * The order and place of every parameter tensor in one flat vector, in ONNX's layout (gates i, o, f, c along the first
 * axis). Layer k has `lstm.k.W` [4H, input], `lstm.k.R` [4H, H] and one bias per gate, `lstm.k.B` [4H]; the input of
 * layer 0 is a one-hot character. The output layer has `output.W` [V, H] and `output.B` [V].
 *
 * Source: https://onnx.ai/onnx/operators/onnx__LSTM.html
 */
export function parameterSlots({ vocabulary, hidden, layers }: NetworkShape): readonly ParameterSlot[] {
  const slots: ParameterSlot[] = [];
  let offset = 0;
  const place = (name: SlotName, ...shape: [number] | [number, number]) => {
    const size = shape[0] * (shape[1] ?? 1);
    slots.push({ name, shape, offset, size });
    offset += size;
  };
  for (let layer = 0; layer < layers; layer++) {
    place(`lstm.${layer}.W`, 4 * hidden, layer === 0 ? vocabulary : hidden);
    place(`lstm.${layer}.R`, 4 * hidden, hidden);
    place(`lstm.${layer}.B`, 4 * hidden);
  }
  place('output.W', vocabulary, hidden);
  place('output.B', vocabulary);
  return slots;
}

/** Number of parameters of a network. */
export function parameterCount(shape: NetworkShape): number {
  const last = parameterSlots(shape).at(-1)!;
  return last.offset + last.size;
}

/** The part of a flat parameter vector that belongs to `slot`; a view, not a copy. */
export function slotView(parameters: Float32Array, slot: ParameterSlot): Float32Array {
  return parameters.subarray(slot.offset, slot.offset + slot.size);
}
