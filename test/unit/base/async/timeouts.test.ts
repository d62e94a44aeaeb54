import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { delay, settlesWithin } from '../../../../src/base/async/timeouts.ts';
import { Emitter } from '../../../../src/base/emitter.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

describe('a delay', () => {
  it('is waited for to its end', async () => {
    const told = vi.fn();
    void delay(100, { onCancellationRequested: new Emitter<void>().event }).then(told);
    await vi.advanceTimersByTimeAsync(99);
    expect(told).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(told).toHaveBeenCalledWith(true);
  });

  it('ends at once when it is cancelled', async () => {
    const cancelling = new Emitter<void>();
    const waited = delay(100, { onCancellationRequested: cancelling.event });
    cancelling.fire();
    expect(await waited).toBe(false);
  });
});

describe('something that is waited for with a limit', () => {
  it('has ended when it does so in time, with an error too', async () => {
    expect(await settlesWithin(Promise.resolve(), 100)).toBe(true);
    expect(await settlesWithin(Promise.reject(new Error('it fails')), 100)).toBe(true);
  });

  it('has not when it takes longer, and its later error bothers nobody', async () => {
    let fail = (_error: Error) => {};
    const slow = settlesWithin(new Promise((_, reject) => (fail = reject)), 100);
    await vi.advanceTimersByTimeAsync(100);
    expect(await slow).toBe(false);
    fail(new Error('it fails late'));
    await vi.advanceTimersByTimeAsync(0);
  });
});
