import { describe, expect, test } from 'vitest';
import { growth, growthFromLowest, tenths } from '../../soak/memory.ts';

/** Ten samples of each tenth, of which the last is an outlier. */
function samplesOf(levels: readonly number[]): number[] {
  return levels.flatMap((level) => [...Array.from({ length: 9 }, () => level), level + 1000]);
}

describe('growth of memory', () => {
  test('is that of medians, from the second tenth to the last', () => {
    const memory = samplesOf([900, 100, 101, 102, 103, 104, 105, 106, 107, 108]);
    expect(tenths(memory)).toEqual([900, 100, 101, 102, 103, 104, 105, 106, 107, 108]);
    expect(growth(memory)).toBe(8);
    expect(growthFromLowest(memory)).toBe(8);
  });

  test('is not hidden by what is given back on the way when it is counted from the lowest', () => {
    const memory = samplesOf([150, 150, 100, 105, 110, 115, 120, 125, 130, 135]);
    expect(growth(memory)).toBe(-15);
    expect(growthFromLowest(memory)).toBe(35);
  });
});
