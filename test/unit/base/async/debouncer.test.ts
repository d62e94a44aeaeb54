import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Debouncer } from '../../../../src/base/async/debouncer.ts';

describe('work that is debounced', () => {
  const work = vi.fn();

  beforeEach(() => {
    work.mockReset();
    vi.useFakeTimers();
  });
  afterEach(() => vi.useRealTimers());

  it('is done once, a while after it was last asked for', () => {
    const debouncer = new Debouncer(work, 100);
    for (let call = 0; call < 10; call++) {
      debouncer.schedule();
      vi.advanceTimersByTime(99);
    }
    expect(work).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(work).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(1000);
    expect(work).toHaveBeenCalledTimes(1);
  });

  it('is put off no longer than the longest delay, counted anew each time', () => {
    const debouncer = new Debouncer(work, 100, 250);
    for (let milliseconds = 0; milliseconds < 250; milliseconds += 50) {
      debouncer.schedule();
      vi.advanceTimersByTime(50);
    }
    expect(work).toHaveBeenCalledTimes(1);
    debouncer.schedule();
    vi.advanceTimersByTime(99);
    expect(work).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(1);
    expect(work).toHaveBeenCalledTimes(2);
  });

  it('that asks for itself is done once more', () => {
    const debouncer = new Debouncer(work, 100);
    work.mockImplementation(() => debouncer.schedule());
    debouncer.schedule();
    vi.advanceTimersByTime(200);
    expect(work).toHaveBeenCalledTimes(2);
    debouncer.dispose();
  });

  it('is not done when it was taken back, and can be asked for again', () => {
    const debouncer = new Debouncer(work, 100);
    debouncer.schedule();
    debouncer.cancel();
    vi.advanceTimersByTime(1000);
    expect(work).not.toHaveBeenCalled();
    debouncer.schedule();
    vi.advanceTimersByTime(100);
    expect(work).toHaveBeenCalledTimes(1);
  });

  it('is never done after the end, whenever it was asked for', () => {
    const debouncer = new Debouncer(work, 100);
    debouncer.schedule();
    debouncer.dispose();
    debouncer.schedule();
    vi.advanceTimersByTime(1000);
    expect(work).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });
});
