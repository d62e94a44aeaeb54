import { describe, expect, it } from 'vitest';
import { dropoutMask } from '../../../src/lstm/dropout.ts';

describe('a dropout mask', () => {
  it.each([0.1, 0.2, 0.5])('drops a part of %d of the units and scales the others to a mean of 1', (rate) => {
    const mask = dropoutMask(512, 32, rate, 1, 1);
    const dropped = mask.filter((value) => value === 0).length / mask.length;
    const mean = mask.reduce((sum, value) => sum + value, 0) / mask.length;
    const deviation = Math.sqrt((rate * (1 - rate)) / mask.length);
    expect(Math.abs(dropped - rate)).toBeLessThan(4 * deviation);
    expect(Math.abs(mean - 1)).toBeLessThan((4 * deviation) / (1 - rate));
    expect(new Set(mask)).toEqual(new Set([0, Math.fround(1 / (1 - rate))]));
  });

  it('drops every unit in every lane at some time, each on its own', () => {
    const [units, lanes, steps, rate] = [8, 4, 2000, 0.25];
    const together = new Float64Array((units * lanes) ** 2); // how often a drops and b drops
    for (let step = 1; step <= steps; step++) {
      const dropped = dropoutMask(units, lanes, rate, 1, step).map((value) => Number(value === 0));
      for (const [a, one] of dropped.entries()) {
        for (const [b, other] of dropped.entries()) together[a * units * lanes + b]! += one * other;
      }
    }
    for (let a = 0; a < units * lanes; a++) {
      for (let b = 0; b < units * lanes; b++) {
        const probability = a === b ? rate : rate ** 2;
        const deviation = Math.sqrt((probability * (1 - probability)) / steps);
        expect(Math.abs(together[a * units * lanes + b]! / steps - probability)).toBeLessThan(5 * deviation);
      }
    }
  });

  it('is the same for the same seed and step, and another for another', () => {
    const mask = dropoutMask(64, 8, 0.5, 1, 1);
    expect(dropoutMask(64, 8, 0.5, 1, 1)).toEqual(mask);
    for (const other of [dropoutMask(64, 8, 0.5, 1, 2), dropoutMask(64, 8, 0.5, 2, 1)]) {
      const alike = other.filter((value, index) => value === mask[index]).length / mask.length;
      expect(Math.abs(alike - 0.5)).toBeLessThan(0.1);
    }
  });
});
