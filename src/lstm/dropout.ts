import { random } from '../base/random.ts';

/**
 * What the output layer sees of the top layer's hidden units in one step of training: 0 for a unit that is dropped,
 * 1/(1 − rate) for one that is kept, so that the expectation is that of all units and nothing needs to be scaled when
 * the network is used (inverted dropout). One mask holds for all time steps, which for recurrent networks is the
 * principled choice (Gal & Ghahramani, 2016), and cheap.
 *
 * It is drawn from seed and step alone: a training that is resumed, or goes back, meets the masks it would have met.
 *
 * @param rate probability that a unit is dropped, 0 ≤ rate < 1
 * @param step optimizer steps taken, this one included
 * @returns [hidden, batch], as the training graph's input `mask`
 */
export function dropoutMask(hidden: number, batch: number, rate: number, seed: number, step: number): Float32Array {
  const uniform = random(seed * 1_000_033 + step);
  const kept = 1 / (1 - rate);
  const mask = new Float32Array(hidden * batch);
  for (let index = 0; index < mask.length; index++) mask[index] = uniform() < rate ? 0 : kept;
  return mask;
}
