import { describe, expect, it } from 'vitest';
import { smoothed } from '../../src/dashboard/curves/smoothing.ts';

describe('smoothing', () => {
  it('leaves a curve as it is without weight', () => {
    expect(smoothed([3, 1, 2], 0)).toEqual([3, 1, 2]);
  });

  it('begins at the first value: its start has no bias towards zero', () => {
    const curve = smoothed([5, 5, 5, 5], 0.9);
    for (const value of curve) expect(value).toBeCloseTo(5, 12);
  });

  it('is the mean weighted by powers of the weight', () => {
    const [a, b, c] = [4, 1, 7];
    const expected = (0.25 * a + 0.5 * b + c) / (0.25 + 0.5 + 1);
    expect(smoothed([a, b, c], 0.5)[2]).toBeCloseTo(expected, 12);
  });

  it('passes over what is no number', () => {
    expect(smoothed([2, Number.NaN, 2], 0.5)).toEqual([2, 2, 2]);
    expect(smoothed([Number.NaN, 3], 0.5)[1]).toBeCloseTo(3, 12);
  });
});
