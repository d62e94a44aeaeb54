import { describe, expect, it } from 'vitest';
import { COLUMNS, type CurvePoint, GrowingCurve, MOST_POINTS } from '../../../../src/editor/runs/curve.ts';

function point(step: number, values: Partial<CurvePoint> = {}): CurvePoint {
  return {
    step,
    seconds: step / 10,
    epochs: step / 100,
    trainBits: 4,
    learningRate: 0.01,
    gradientNorm: 1,
    charactersPerSecond: 1000,
    ...values,
  };
}

describe('a curve', () => {
  it('says from where on it has changed', () => {
    const curve = new GrowingCurve(0, 4);
    const from = [1, 2, 3, 4, 5, 6, 7].map((step) => curve.append(point(step)));
    // The fifth point makes pairs of the four; the sixth joins the fifth.
    expect(from).toEqual([0, 1, 2, 3, 0, 2, 3]);
    expect(curve.points().step).toEqual([2, 4, 6, 7]);
    expect(curve.points(2).step).toEqual([6, 7]);
  });

  it('makes one of two neighbours, with means by steps, and speeds by time', () => {
    const curve = new GrowingCurve(10, 2);
    // 10 steps at 1000 characters/s and 30 at 3000: 10 and 10 units of time.
    curve.append(point(20, { trainBits: 4, gradientNorm: 1, learningRate: 0.01, charactersPerSecond: 1000 }));
    curve.append(point(50, { trainBits: 2, gradientNorm: 5, learningRate: 0.03, charactersPerSecond: 3000 }));
    curve.append(point(60));
    const { step, seconds, epochs, trainBits, gradientNorm, learningRate, charactersPerSecond } = curve.points();
    expect([step, seconds, epochs]).toEqual([
      [50, 60],
      [5, 6],
      [0.5, 0.6],
    ]);
    expect([trainBits[0], gradientNorm[0]]).toEqual([2.5, 4]);
    expect(learningRate[0]).toBeCloseTo(0.025, 12);
    expect(charactersPerSecond[0]).toBeCloseTo(2000, 9);
  });

  it('keeps the means of all it was told, however long it goes on', () => {
    const curve = new GrowingCurve(0, 10);
    let [step, bits] = [0, 0];
    for (let index = 0; index < 1000; index++) {
      const steps = 1 + (index % 7);
      step += steps;
      bits += steps * index;
      curve.append(point(step, { trainBits: index }));
    }
    const points = curve.points();
    expect(curve.length).toBeLessThanOrEqual(10);
    expect(points.step.at(-1)).toBe(step);
    const kept = points.step.map((end, index) => (end - (points.step[index - 1] ?? 0)) * points.trainBits[index]!);
    expect(kept.reduce((sum, part) => sum + part, 0)).toBeCloseTo(bits, 6);
  });

  it('forgets what lies after a step, and goes on from there', () => {
    const curve = new GrowingCurve();
    for (const step of [10, 20, 30, 40]) curve.append(point(step));
    expect(curve.cutAfter(40)).toBe(4);
    expect(curve.cutAfter(25)).toBe(2);
    expect(curve.append(point(28))).toBe(2);
    expect(curve.points().step).toEqual([10, 20, 28]);
    expect(curve.cutAfter(0)).toBe(0);
  });

  it('comes back from where it was stored, and goes on as it would have', () => {
    const curve = new GrowingCurve();
    for (let step = 1; step <= MOST_POINTS + 3; step++) curve.append(point(step, { trainBits: step / 4 }));
    const restored = GrowingCurve.restore(JSON.parse(JSON.stringify(curve.store())));
    for (const each of [curve, restored]) {
      for (let step = MOST_POINTS + 4; step < MOST_POINTS + 8; step++) each.append(point(step, { trainBits: 8 }));
    }
    const [a, b] = [curve.points(), restored.points()];
    expect(b.step).toEqual(a.step);
    for (const name of COLUMNS) {
      for (const [index, value] of b[name].entries()) expect(value).toBeCloseTo(a[name][index]!, 2);
    }
  });

  it('does not come back from columns of different lengths', () => {
    const curve = new GrowingCurve();
    curve.append(point(1));
    const stored = curve.store();
    expect(() => GrowingCurve.restore({ ...stored, columns: { ...stored.columns, epochs: '' } })).toThrow();
    expect(() => GrowingCurve.restore({ ...stored, stride: undefined as never })).toThrow();
  });
});
