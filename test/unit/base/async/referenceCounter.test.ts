import { beforeEach, describe, expect, it } from 'vitest';
import { ReferenceCounter } from '../../../../src/base/async/referenceCounter.ts';

describe('something whose users are counted', () => {
  let disposals: number;
  let counter: ReferenceCounter;

  beforeEach(() => {
    disposals = 0;
    counter = new ReferenceCounter(async () => void disposals++);
  });

  function work() {
    let end = (_error?: Error) => {};
    const ended = new Promise<string>((resolve, reject) => {
      end = (error) => (error === undefined ? resolve('done') : reject(error));
    });
    return { result: counter.use(() => ended), end };
  }

  it('is disposed of when it is retired and the last one has ended, failures too', async () => {
    const [first, second] = [work(), work()];
    await counter.retire();
    expect(disposals).toBe(0);
    first.end();
    expect(await first.result).toBe('done');
    expect(disposals).toBe(0);
    second.end(new Error('it fails'));
    await expect(second.result).rejects.toThrow('it fails');
    expect(disposals).toBe(1);
  });

  it('is disposed of at once when nobody uses it, and once, however often it is retired', async () => {
    await counter.retire();
    await counter.retire();
    expect(disposals).toBe(1);
  });

  it('stays while nobody uses it but it is not retired', async () => {
    const { result, end } = work();
    end();
    await result;
    expect(disposals).toBe(0);
  });

  it('may be used while it is retired and others use it, not after that', async () => {
    const first = work();
    await counter.retire();
    const second = work();
    first.end();
    await first.result;
    second.end();
    expect(await second.result).toBe('done');
    await expect(work().result).rejects.toThrow('disposed of');
    expect(disposals).toBe(1);
  });
});
