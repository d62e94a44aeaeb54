import { describe, expect, it } from 'vitest';
import { Sequencer } from '../../../../src/base/async/sequencer.ts';

describe('work in a sequence', () => {
  it('is done one after the other, in the order in which it was asked for', async () => {
    const sequencer = new Sequencer();
    const done: string[] = [];
    const work = (name: string, turns: number) => async () => {
      done.push(`${name} begins`);
      for (let turn = 0; turn < turns; turn++) await Promise.resolve();
      done.push(`${name} ends`);
      return name;
    };
    const results = await Promise.all([sequencer.queue(work('long', 20)), sequencer.queue(work('short', 1))]);
    expect(results).toEqual(['long', 'short']);
    expect(done).toEqual(['long begins', 'long ends', 'short begins', 'short ends']);
  });

  it('is done even if what was asked for before has failed, which only its own caller is told', async () => {
    const sequencer = new Sequencer();
    const failing = sequencer.queue(() => Promise.reject(new Error('it fails')));
    const throwing = sequencer.queue(() => {
      throw new Error('it throws');
    });
    const fine = sequencer.queue(async () => 'fine');
    await expect(failing).rejects.toThrow('it fails');
    await expect(throwing).rejects.toThrow('it throws');
    await expect(fine).resolves.toBe('fine');
  });

  it('has settled when what was asked for until then has ended, failures too', async () => {
    const sequencer = new Sequencer();
    await sequencer.settled();
    const done: string[] = [];
    sequencer.queue(() => Promise.reject(new Error('it fails'))).catch(() => done.push('failure'));
    void sequencer.queue(async () => done.push('success'));
    await sequencer.settled();
    expect(done).toEqual(['failure', 'success']);
  });
});
