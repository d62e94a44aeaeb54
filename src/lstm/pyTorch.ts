import * as l10n from '@vscode/l10n';
import { UserFacingError } from '../base/errors.ts';
import type { NetworkShape } from '../protocol/trainerState.ts';
import { type ParameterSlot, parameterCount, parameterSlots, slotView } from './network.ts';
import { type SafeTensor, type SafeTensors, tensorData, tensorNamed } from './safetensors.ts';

/**
 * A flat parameter vector as tensors that PyTorch's `nn.LSTM` called `lstm` and `nn.Linear` called `output` load as
 * their state: `lstm.weight_ih_l0` [4H, input], `lstm.weight_hh_l0` [4H, H], `lstm.bias_ih_l0`, `lstm.bias_hh_l0` [4H]
 * and so on per layer, `output.weight` [V, H], `output.bias` [V]. PyTorch adds two biases per gate: the first is ours,
 * the second 0.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.LSTM.html
 *
 * @param parameters in the order of `parameterSlots`; the output layer's tensors are views of it
 */
export function exportPyTorchParameters(parameters: Float32Array, shape: NetworkShape): SafeTensors {
  const tensors: Record<string, SafeTensor> = {};
  for (const { slot, name, secondBias, gated } of counterparts(shape)) {
    const ours = slotView(parameters, slot);
    tensors[name] = { shape: slot.shape, data: gated ? reordered(ours, TO_PYTORCH) : ours };
    if (secondBias !== undefined) tensors[secondBias] = { shape: slot.shape, data: new Float32Array(slot.size) };
  }
  return tensors;
}

/**
 * The way back from {@link exportPyTorchParameters}, also for a network that PyTorch trained: its two biases per gate
 * become their sum. Tensors of other names are passed over.
 *
 * @returns flat vector in the order of `parameterSlots`
 * @throws UserFacingError when a tensor is missing or has another shape
 */
export function importPyTorchParameters(tensors: SafeTensors, shape: NetworkShape): Float32Array {
  const found = counterparts(shape).map(({ slot, name, secondBias, gated }) => ({
    slot,
    gated,
    data: tensorData(tensors, name, slot.shape),
    second: secondBias === undefined ? undefined : tensorData(tensors, secondBias, slot.shape),
  }));
  const parameters = new Float32Array(parameterCount(shape)); // once the file is known to hold as much
  for (const { slot, gated, data, second } of found) {
    const summed = second === undefined ? data : data.map((value, index) => value + second[index]!);
    slotView(parameters, slot).set(gated ? reordered(summed, FROM_PYTORCH) : summed);
  }
  return parameters;
}

/**
 * The network that tensors named by PyTorch belong to; whether each has the shape it should is not checked.
 *
 * @throws UserFacingError when they are not those of an `nn.LSTM` called `lstm` and an `nn.Linear` called `output`
 */
export function pyTorchNetworkShape(tensors: SafeTensors): NetworkShape {
  const [vocabulary = 0, hidden = 0] = tensorNamed(tensors, 'output.weight').shape;
  let layers = 0;
  while (tensors[`lstm.weight_ih_l${layers}`] !== undefined) layers++;
  if (vocabulary < 1 || hidden < 1 || layers < 1) throw new UserFacingError(l10n.t('It does not hold an LSTM.'));
  return { vocabulary, hidden, layers };
}

/** The names of all tensors that a network has in PyTorch. */
export function namesOfPyTorchParameters(shape: NetworkShape): ReadonlySet<string> {
  return new Set(
    counterparts(shape).flatMap(({ name, secondBias }) => (secondBias === undefined ? [name] : [name, secondBias])),
  );
}

/** What one of our parameter tensors is in PyTorch. */
interface Counterpart {
  readonly slot: ParameterSlot;
  readonly name: string;
  readonly secondBias?: string;
  /** Whether its rows are those of four gates. */
  readonly gated: boolean;
}

function counterparts(shape: NetworkShape): Counterpart[] {
  return parameterSlots(shape).map((slot) => {
    const [module, layer, part] = slot.name.split('.');
    if (module === 'output') return { slot, name: layer === 'W' ? 'output.weight' : 'output.bias', gated: false };
    if (part === 'W') return { slot, name: `lstm.weight_ih_l${layer}`, gated: true };
    if (part === 'R') return { slot, name: `lstm.weight_hh_l${layer}`, gated: true };
    return { slot, name: `lstm.bias_ih_l${layer}`, secondBias: `lstm.bias_hh_l${layer}`, gated: true };
  });
}

/** For each gate of PyTorch's order i, f, g, o its place in ours, i, o, f, c; and the other way round. */
const TO_PYTORCH = [0, 2, 3, 1];
const FROM_PYTORCH = [0, 3, 1, 2];

/** The four blocks of rows of a [4H, ...] tensor in another order: block `order[k]` becomes block k. */
function reordered(source: Float32Array, order: readonly number[]): Float32Array {
  const target = new Float32Array(source.length);
  const size = source.length / order.length;
  for (const [to, from] of order.entries()) {
    target.set(source.subarray(from * size, (from + 1) * size), to * size);
  }
  return target;
}
