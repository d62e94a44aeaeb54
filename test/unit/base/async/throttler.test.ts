import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Throttler } from '../../../../src/base/async/throttler.ts';

describe('work that is throttled', () => {
  const work = vi.fn();

  beforeEach(() => {
    work.mockReset();
    vi.useFakeTimers();
  });
  afterEach(() => vi.useRealTimers());

  it('is done once for all calls of a while, which do not put it off', () => {
    const throttler = new Throttler(work, { delay: 100 });
    for (let milliseconds = 0; milliseconds < 100; milliseconds += 50) {
      throttler.schedule();
      vi.advanceTimersByTime(50);
    }
    expect(work).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(1000);
    expect(work).toHaveBeenCalledTimes(1);
  });

  it('is done at once the first time, and then not too often', () => {
    const throttler = new Throttler(work, { interval: 200 });
    throttler.schedule();
    vi.advanceTimersByTime(0);
    expect(work).toHaveBeenCalledTimes(1);
    for (let milliseconds = 0; milliseconds < 1000; milliseconds += 10) {
      throttler.schedule();
      vi.advanceTimersByTime(10);
    }
    expect(work).toHaveBeenCalledTimes(6);
    vi.advanceTimersByTime(1000);
    throttler.schedule();
    vi.advanceTimersByTime(0);
    expect(work).toHaveBeenCalledTimes(7);
  });

  it('waits for delay and interval, whichever is longer', () => {
    const throttler = new Throttler(work, { delay: 100, interval: 1000 });
    throttler.schedule();
    vi.advanceTimersByTime(100);
    throttler.schedule();
    vi.advanceTimersByTime(999);
    expect(work).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(1);
    expect(work).toHaveBeenCalledTimes(2);
    vi.advanceTimersByTime(950);
    throttler.schedule();
    vi.advanceTimersByTime(99);
    expect(work).toHaveBeenCalledTimes(2);
    vi.advanceTimersByTime(1);
    expect(work).toHaveBeenCalledTimes(3);
  });

  it('is done again when it is asked for while it goes on', async () => {
    const throttler = new Throttler(() => work(), { interval: 200 });
    work.mockImplementation(() => new Promise(() => {}));
    throttler.schedule();
    await vi.advanceTimersByTimeAsync(0);
    throttler.schedule();
    await vi.advanceTimersByTimeAsync(200);
    expect(work).toHaveBeenCalledTimes(2);
  });

  it('is done now on demand, if it is scheduled', () => {
    const throttler = new Throttler(work, { delay: 100 });
    throttler.flush();
    expect(work).not.toHaveBeenCalled();
    throttler.schedule();
    throttler.flush();
    expect(work).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(1000);
    expect(work).toHaveBeenCalledTimes(1);
  });

  it('is not done when it was taken back, and can be asked for again', () => {
    const throttler = new Throttler(work, { delay: 100, interval: 1000 });
    throttler.schedule();
    throttler.cancel();
    vi.advanceTimersByTime(2000);
    expect(work).not.toHaveBeenCalled();
    throttler.schedule();
    vi.advanceTimersByTime(100);
    expect(work).toHaveBeenCalledTimes(1);
  });

  it('comes as if it was the first one after a reset', () => {
    const throttler = new Throttler(work, { delay: 100, interval: 1000 });
    throttler.schedule();
    vi.advanceTimersByTime(100);
    throttler.schedule();
    throttler.reset();
    throttler.schedule();
    vi.advanceTimersByTime(100);
    expect(work).toHaveBeenCalledTimes(2);
    vi.advanceTimersByTime(2000);
    expect(work).toHaveBeenCalledTimes(2);
  });

  it('is never done after the end, whenever it was asked for', () => {
    const throttler = new Throttler(work, { delay: 100 });
    throttler.schedule();
    throttler.dispose();
    throttler.schedule();
    throttler.flush();
    vi.advanceTimersByTime(1000);
    expect(work).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });
});
