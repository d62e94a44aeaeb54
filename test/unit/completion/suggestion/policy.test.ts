import { describe, expect, it } from 'vitest';
import { type Policy, searchPolicy } from '../../../../src/completion/suggestion/policy.ts';

const POLICY: Policy = { trigger: 'automatic', maxLength: 80, minimumProbability: 0.4, multiline: true };

describe('What keeps suggestions back', () => {
  it('is less where one expert speaks alone', () => {
    const [several, one] = [searchPolicy(POLICY, 2), searchPolicy(POLICY, 1)];
    expect(several).toMatchObject({ minimumProbability: 0.4, count: 1, smallestSaving: 1, maxLength: 80 });
    expect(one.contradictionCost).toBeLessThan(several.contradictionCost);
    expect(one.smallestSaving).toBe(0);
  });

  it('is nothing where suggestions are asked for, of which there are several then, less sure ones too', () => {
    for (const experts of [1, 2]) {
      const asked = searchPolicy({ ...POLICY, trigger: 'invoked', wrongCost: 0.5 }, experts);
      expect(asked).toMatchObject({ wrongCost: 0, contradictionCost: 0, smallestSaving: 0, minimumProbability: 0.1 });
      expect(asked.count).toBeGreaterThan(1);
    }
  });

  it('can be set, to measure what it does', () => {
    const costs = { contradictionCost: 3 };
    expect(searchPolicy({ ...POLICY, costs }, 2)).toMatchObject({ contradictionCost: 3, smallestSaving: 1 });
  });
});
