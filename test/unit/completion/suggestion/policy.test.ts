import { describe, expect, it } from 'vitest';
import { showingCosts, USUAL_CONTRADICTION_COST } from '../../../../src/completion/suggestion/policy.ts';

describe('What keeps suggestions back', () => {
  it('is less where one voice speaks alone, and nothing where all are asked for', () => {
    const joined = showingCosts(USUAL_CONTRADICTION_COST, true);
    const alone = showingCosts(USUAL_CONTRADICTION_COST, false);
    expect(joined).toEqual({ contradictionCost: USUAL_CONTRADICTION_COST, smallestSaving: 1 });
    expect(alone.contradictionCost).toBeLessThan(joined.contradictionCost);
    expect(alone.smallestSaving).toBe(0);
    for (const isJoined of [true, false]) {
      expect(showingCosts(0, isJoined)).toEqual({ contradictionCost: 0, smallestSaving: 0 });
    }
  });
});
