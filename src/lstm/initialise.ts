import trainingDefaults from '../../interop/pytorch/trainingDefaults.json' with { type: 'json' };
import { random } from '../base/random.ts';
import type { NetworkShape } from '../protocol/trainerState.ts';
import { parameterCount, parameterSlots, slotView } from './network.ts';

const { inputWeightBound, forgetGateBias } = trainingDefaults.initialisation;

/**
 * Initial parameters, drawn from a seeded generator: weights uniform in ±√(3/fan-in), which keeps variance from layer to
 * layer; biases 0 but for the forget gate's, which is positive, so that the network begins by remembering (Gers et al.,
 * 2000; Jozefowicz et al., 2015).
 *
 * Of the first layer's inputs just one is on, so its weights are drawn as those of an embedding would be, about 1 in
 * size. The ±1/√H that frameworks draw there leaves characters nearly alike at first: after five epochs on half a
 * million characters that still costs more than a tenth in bits per character (docs/experiments.md).
 *
 * @returns flat vector in the order of `parameterSlots`
 */
export function initialParameters(shape: NetworkShape, seed: number): Float32Array {
  const parameters = new Float32Array(parameterCount(shape));
  const uniform = random(seed);
  const bound = Math.sqrt(3 / shape.hidden);
  for (const slot of parameterSlots(shape)) {
    const view = slotView(parameters, slot);
    if (!slot.name.endsWith('.B')) fillUniformly(view, slot.name === 'lstm.0.W' ? inputWeightBound : bound, uniform);
    else if (slot.name.startsWith('lstm.')) view.fill(forgetGateBias, 2 * shape.hidden, 3 * shape.hidden); // order i, o, f, c
  }
  return parameters;
}

function fillUniformly(values: Float32Array, bound: number, uniform: () => number): void {
  for (let i = 0; i < values.length; i++) values[i] = (2 * uniform() - 1) * bound;
}
