import { describe, expect, it } from 'vitest';
import type { TrainingOptions } from '../../../src/protocol/training.ts';
import { planOf } from '../../../src/training/plan.ts';

const options: TrainingOptions = { recipe: 'default', budget: { minutes: 3 }, threads: 1, seed: 1 };

describe('the dropout of a run', () => {
  const dropoutOf = (epochs: number | undefined, changes: Partial<TrainingOptions> = {}, hidden = 256) =>
    planOf({ ...options, ...changes }, 100, 1e6, {
      hidden,
      layers: 1,
      ...(epochs === undefined ? {} : { epochs }),
    }).graph.dropout;

  it('grows with how often the text is read', () => {
    const rates = [0.5, 1, 2, 5, 20, 200].map((epochs) => dropoutOf(epochs)!);
    expect(rates[0]).toBe(0);
    expect(rates).toEqual([...rates].sort((a, b) => a - b));
    expect(rates.at(-1)).toBeGreaterThanOrEqual(0.2);
  });

  it('is more in wide networks, which learn more by heart', () => {
    for (const epochs of [5, 8, 20]) expect(dropoutOf(epochs, {}, 512)).toBeGreaterThan(dropoutOf(epochs)!);
    expect(dropoutOf(1, {}, 512)).toBe(0);
  });

  it('is none where it is not known how often', () => {
    expect(dropoutOf(undefined)).toBe(0);
  });

  it('is none in the classic recipe', () => {
    expect(dropoutOf(50, { recipe: 'classic' })).toBe(0);
  });

  it('is what was asked for', () => {
    expect(dropoutOf(50, { dropout: 0 })).toBe(0);
    expect(dropoutOf(1, { dropout: 0.35 })).toBe(0.35);
    expect(dropoutOf(1, { recipe: 'classic', dropout: 0.35 })).toBe(0.35);
  });
});
