import { describe, expect, it } from 'vitest';
import { optionBounds, whyNot } from '../../../../src/editor/settings/trainingOptions.ts';

describe('an option of the next run', () => {
  it('has the bounds of the manifest', () => {
    expect(optionBounds()).toEqual({
      minutes: { minimum: 0.05, maximum: 10_000 },
      hidden: { minimum: 0, maximum: 4096 },
      layers: { minimum: 0, maximum: 8 },
      learningRate: { minimum: 0, maximum: 1 },
    });
  });

  it('is refused with a sentence', () => {
    expect(whyNot('hidden', 5000)).toBe('Give a whole number from 0 to 4096.');
    expect(whyNot('layers', 1.5)).toBe('Give a whole number from 0 to 8.');
    expect(whyNot('minutes', 0)).toBe('Give a number from 0.05 to 10000.');
    expect(whyNot('learningRate', '0.1')).toBe('Give a number from 0 to 1.');
    expect(whyNot('minutes', Number.NaN)).toBe('Give a number from 0.05 to 10000.');
    expect(whyNot('recipe', 'mine')).toBe('The recipes are default, classic.');
  });

  it('is taken otherwise', () => {
    expect([whyNot('hidden', 4096), whyNot('minutes', 0.5), whyNot('learningRate', 1e-5)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(whyNot('recipe', 'classic')).toBeUndefined();
  });

  it('has to be one that there is', () => {
    for (const name of ['threads', 'exclude', 'constructor']) {
      expect(() => whyNot(name as never, 1)).toThrow(RangeError);
    }
  });
});
