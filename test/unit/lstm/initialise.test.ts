import { describe, expect, it } from 'vitest';
import { initialParameters } from '../../../src/lstm/initialise.ts';
import { parameterSlots, slotView } from '../../../src/lstm/network.ts';

const shape = { vocabulary: 30, hidden: 16, layers: 2 };

describe('initial parameters', () => {
  it('are the same for the same seed, and others for another', () => {
    expect(initialParameters(shape, 1)).toEqual(initialParameters(shape, 1));
    expect(initialParameters(shape, 1)).not.toEqual(initialParameters(shape, 2));
  });

  it('fill weights evenly, as an embedding where characters enter and within ±√(3/H) elsewhere', () => {
    const parameters = initialParameters(shape, 3);
    for (const slot of parameterSlots(shape).filter(({ name }) => !name.endsWith('.B'))) {
      const bound = slot.name === 'lstm.0.W' ? 2 : Math.sqrt(3 / shape.hidden);
      const weights = [...slotView(parameters, slot)];
      const mean = weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
      expect(Math.max(...weights), slot.name).toBeLessThanOrEqual(bound);
      expect(Math.min(...weights), slot.name).toBeGreaterThanOrEqual(-bound);
      expect(Math.max(...weights), slot.name).toBeGreaterThan(0.96 * bound);
      expect(Math.min(...weights), slot.name).toBeLessThan(-0.96 * bound);
      expect(Math.abs(mean), slot.name).toBeLessThan(0.08 * bound);
      expect(new Set(weights).size, slot.name).toBeGreaterThan(0.99 * weights.length);
    }
  });

  it("have biases of 0, but 1 for the forget gate's, the third of i, o, f, c", () => {
    const parameters = initialParameters(shape, 4);
    const bias = (name: string) => [...slotView(parameters, parameterSlots(shape).find((slot) => slot.name === name)!)];
    const times = (count: number, value: number) => Array.from({ length: count }, () => value);
    for (const name of ['lstm.0.B', 'lstm.1.B']) {
      expect(bias(name)).toEqual([...times(32, 0), ...times(16, 1), ...times(16, 0)]);
    }
    expect(bias('output.B')).toEqual(times(30, 0));
  });
});
