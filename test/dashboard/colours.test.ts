import { describe, expect, it } from 'vitest';
import { contrast, mixed, parsed, strongestTint } from '../../src/dashboard/colours.ts';

describe('colours', () => {
  it('are read as themes write them', () => {
    expect(parsed('#fff')).toEqual([255, 255, 255]);
    expect(parsed(' #1f1f1fcc')).toEqual([31, 31, 31]);
    expect(parsed('rgba(1, 2, 3, 0.5)')).toEqual([1, 2, 3]);
  });

  it('of black on white have the contrast that WCAG says', () => {
    expect(contrast([0, 0, 0], [255, 255, 255])).toBeCloseTo(21, 5);
  });

  it.each([
    ['dark', '#cccccc', '#1f1f1f', '#f14c4c'],
    ['light', '#3b3b3b', '#ffffff', '#1a85ff'],
    ['contrast', '#ffffff', '#000000', '#89d185'],
  ])('of a %s theme tint a background no more than text on it bears', (_, text, background, tint) => {
    const amount = strongestTint(parsed(text), parsed(background), parsed(tint));
    expect(amount).toBeGreaterThan(0.3);
    expect(contrast(parsed(text), mixed(parsed(background), parsed(tint), amount))).toBeGreaterThanOrEqual(4.5);
  });
});
