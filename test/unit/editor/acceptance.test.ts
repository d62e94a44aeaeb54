import { describe, expect, it } from 'vitest';
import { Acceptance } from '../../../src/editor/acceptance.ts';

function having(suggestions: number, accepted: (index: number) => boolean): Acceptance {
  const acceptance = new Acceptance();
  for (let index = 0; index < suggestions; index++) {
    acceptance.shown(0.5);
    if (accepted(index)) acceptance.accepted();
  }
  return acceptance;
}

describe('What a wrong character costs', () => {
  it('is as usual at first, and where as many are accepted as should be right', () => {
    expect(new Acceptance().wrongCost).toBeCloseTo(0.1);
    expect(having(300, (index) => index % 2 === 0).wrongCost).toBeCloseTo(0.1, 2);
  });

  it('is more for whoever accepts little, and less for whoever accepts more, within bounds', () => {
    const [never, seldom, always] = [() => false, (index: number) => index % 5 === 0, () => true];
    expect(having(300, seldom).wrongCost).toBeGreaterThan(0.15);
    expect(having(1000, never).wrongCost).toBe(0.5);
    expect(having(1000, always).wrongCost).toBeCloseTo(0.055, 2);
    expect(having(3, never).wrongCost).toBeLessThan(0.12);
  });

  it('goes on from what was kept, and begins anew from anything else', () => {
    const before = having(100, (index) => index % 5 === 0);
    expect(new Acceptance(before.counts).wrongCost).toBe(before.wrongCost);
    for (const kept of [null, 'x', { expected: Number.NaN, accepted: -1 }, { expected: '3' }, 7]) {
      expect(new Acceptance(kept).wrongCost).toBeCloseTo(0.1);
    }
  });
});
