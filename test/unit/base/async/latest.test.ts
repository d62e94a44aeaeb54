import { expect, it } from 'vitest';
import { Latest } from '../../../../src/base/async/latest.ts';

it('Of several signals only the latest is not aborted', () => {
  const latest = new Latest();
  expect(latest.signal.aborted).toBe(true);
  const signals = [latest.begin(), latest.begin(), latest.begin()];
  expect(latest.signal).toBe(signals[2]);
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, true, false]);
});

it('A signal can be aborted without another one, and the next one is not', () => {
  const latest = new Latest();
  latest.abort();
  const signal = latest.begin();
  latest.abort();
  expect(signal.aborted).toBe(true);
  expect(latest.begin().aborted).toBe(false);
});

it('After the end, all signals are aborted, whenever they began', () => {
  const latest = new Latest();
  const before = latest.begin();
  latest.dispose();
  expect([before.aborted, latest.begin().aborted, latest.begin().aborted]).toEqual([true, true, true]);
});
