import { describe, expect, it } from 'vitest';
import {
  type AcceptanceRate,
  rateOfRight,
  rateOfShown,
  wrongCost,
} from '../../../../src/completion/suggestion/acceptanceRate.ts';

function having(suggestions: number, accepted: (index: number) => boolean): AcceptanceRate {
  const rate = rateOfShown();
  for (let index = 0; index < suggestions; index++) {
    rate.expect(0.5);
    if (accepted(index)) rate.accept();
  }
  return rate;
}

describe('What a wrong character costs', () => {
  it('is as usual at first, and where as many are accepted as should be right', () => {
    expect(wrongCost(rateOfShown())).toBeCloseTo(0.1);
    expect(wrongCost(having(300, (index) => index % 2 === 0))).toBeCloseTo(0.1, 2);
  });

  it('is more for whoever accepts little, and less for whoever accepts more, within bounds', () => {
    const [never, seldom, always] = [() => false, (index: number) => index % 5 === 0, () => true];
    expect(wrongCost(having(300, seldom))).toBeGreaterThan(0.15);
    expect(wrongCost(having(1000, never))).toBe(0.5);
    expect(wrongCost(having(1000, always))).toBeCloseTo(0.055, 2);
    expect(wrongCost(having(3, never))).toBeLessThan(0.12);
  });

  it('goes on from what was kept, and begins anew from anything else', () => {
    const before = having(100, (index) => index % 5 === 0);
    expect(wrongCost(rateOfShown(before.counts))).toBe(wrongCost(before));
    for (const kept of [null, 'x', { expected: Number.NaN, accepted: -1 }, { expected: '3' }, 7]) {
      expect(wrongCost(rateOfShown(kept))).toBeCloseTo(0.1);
    }
  });
});

describe('The rate at which right suggestions are accepted', () => {
  it('is even at first, and follows whether they are accepted or typed out', () => {
    const [looks, types] = [rateOfRight(), rateOfRight()];
    expect(looks.rate).toBe(0.5);
    for (let index = 0; index < 50; index++) {
      looks.expect(1);
      looks.accept();
      types.expect(1);
    }
    expect(looks.rate).toBeGreaterThan(0.9);
    expect(types.rate).toBeLessThan(0.1);
    expect(rateOfRight(looks.counts).rate).toBe(looks.rate);
  });
});
