import { describe, expect, it, vi } from 'vitest';
import { LstmPredictor } from '../../../../src/completion/experts/lstmPredictor.ts';
import { SharedNetwork } from '../../../../src/evaluation/replay/sharedNetwork.ts';
import { randomModel } from '../../../support/models.ts';

const SHAPE = { vocabulary: 20, hidden: 8, layers: 1 };
const TEXT = Uint16Array.from({ length: 40 }, (_, index) => 2 + ((index * 7) % 18));

describe('A network that several read the same with', () => {
  it('answers what the network does, and computes once what is read from the same state on', async () => {
    const network = await LstmPredictor.load(randomModel(SHAPE).bytes);
    const runs = [vi.spyOn(network, 'read'), vi.spyOn(network, 'distributions')];
    const shared = new SharedNetwork(network);
    const follow = async () => {
      const start = await shared.read(shared.start(), TEXT.subarray(0, 16));
      const { before, last } = await shared.distributions(start, TEXT.subarray(16));
      return [shared.next(start), ...before, shared.next(last)];
    };
    const first = await follow();
    expect(await follow()).toEqual(first);
    for (const run of runs) expect(run).toHaveBeenCalledTimes(1);
    const start = await network.read(network.start(), TEXT.subarray(0, 16));
    const { before, last } = await network.distributions(start, TEXT.subarray(16));
    expect(first).toEqual([network.next(start), ...before, network.next(last)]);
    await shared.dispose();
  });

  it('reads texts of a million characters', async () => {
    const network = await LstmPredictor.load(randomModel(SHAPE).bytes);
    const read = vi.spyOn(network, 'read').mockResolvedValue(network.start());
    const shared = new SharedNetwork(network);
    const text = new Uint16Array(1e6).fill(3);
    for (let time = 0; time < 2; time++) expect(await shared.read(shared.start(), text)).toBeDefined();
    expect(read).toHaveBeenCalledTimes(1);
    await shared.dispose();
  });

  it('forgets what is too much, and goes on', async () => {
    const network = await LstmPredictor.load(randomModel(SHAPE).bytes);
    const shared = new SharedNetwork(network, 100);
    let state = shared.start();
    for (let at = 0; at < 300; at++) state = await shared.read(state, TEXT.subarray(at % 30, (at % 30) + 8));
    let own = network.start();
    for (let at = 0; at < 300; at++) own = await network.read(own, TEXT.subarray(at % 30, (at % 30) + 8));
    expect(shared.next(state)).toEqual(network.next(own));
    await shared.dispose();
  });
});
