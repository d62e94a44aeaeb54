import { describe, expect, it } from 'vitest';
import { ends, outline, places, pointAt } from '../../src/dashboard/curves/columns.ts';

const line = Array.from({ length: 10_000 }, (_, index) => index);

describe('columns of a picture', () => {
  it('are two places each, over the range', () => {
    expect(places([0, 4], 2)).toEqual([0.5, 1.5, 2.5, 3.5]);
  });

  it('keep the highest and the lowest of ten thousand points', () => {
    const noise = line.map((index) => Math.sin(index * 12.9898) * 3);
    noise[4321] = 99;
    noise[8765] = -99;
    const heights = outline(line, noise, [0, 10_000], 100);
    expect(heights).toHaveLength(200);
    expect(heights[2 * 43]).toBe(99);
    expect(heights.slice(2 * 87, 2 * 87 + 2)).toContain(-99);
  });

  it('keep low and high in their order, so that the line goes up or down as it did', () => {
    expect(outline([0, 1, 2, 3], [5, 1, 9, 3], [0, 4], 1)).toEqual([1, 9]);
    expect(outline([0, 1, 2, 3], [5, 9, 1, 3], [0, 4], 1)).toEqual([9, 1]);
  });

  it('hold each of few points, and nothing between them', () => {
    expect(ends([0.5, 2.5], [7, 8], [0, 4], 4)).toEqual([7, null, null, null, 8, null, null, null]);
  });

  it('end with the last point of each', () => {
    expect(ends(line, line, [0, 10_000], 2)).toEqual([4999, null, 9999, null]);
  });

  it('of a part reach one point beyond it on both sides', () => {
    const heights = ends(line, line, [100.5, 103.5], 3);
    expect(heights.filter((height) => height !== null)).toEqual([101, 102, 104]);
  });

  it('leave out what is no number', () => {
    expect(ends([0, 1, 2], [1, Number.NaN, 3], [0, 3], 3)).toEqual([1, null, null, null, 3, null]);
  });
});

describe('a place', () => {
  it('has the last point at or before it', () => {
    expect(pointAt([1, 3, 5], 3)).toBe(1);
    expect(pointAt([1, 3, 5], 4.9)).toBe(1);
    expect(pointAt([1, 3, 5], 9)).toBe(2);
    expect(pointAt([1, 3, 5], 0.9)).toBe(-1);
  });
});
