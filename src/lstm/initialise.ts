import { random } from '../base/random.ts';
import { type NetworkShape, parameterCount, parameterSlots, slotView } from './network.ts';

/**
 * Initial parameters, drawn from a seeded generator: weights uniform in ±1/√H (what PyTorch's `nn.LSTM` and `nn.Linear`
 * do), biases 0 but for the forget gate's, which is 1, so that the network begins by remembering (Gers et al., 2000;
 * Jozefowicz et al., 2015).
 *
 * @returns flat vector in the order of `parameterSlots`
 */
export function initialParameters(shape: NetworkShape, seed: number): Float32Array {
  const parameters = new Float32Array(parameterCount(shape));
  const uniform = random(seed);
  const bound = 1 / Math.sqrt(shape.hidden);
  for (const slot of parameterSlots(shape)) {
    const view = slotView(parameters, slot);
    if (!slot.name.endsWith('.B')) for (let i = 0; i < view.length; i++) view[i] = (2 * uniform() - 1) * bound;
    else if (slot.name.startsWith('lstm.')) view.fill(1, 2 * shape.hidden, 3 * shape.hidden); // order i, o, f, c
  }
  return parameters;
}
