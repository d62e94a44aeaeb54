import { describe, expect, it } from 'vitest';
import { accuracyOf, lstm, vanillaRnn } from '../../support/recall.ts';

describe('recalling a character', () => {
  it('across 100 steps is learnt by the LSTM', async () => {
    expect(await accuracyOf(await lstm(100), 100)).toBeGreaterThan(0.95);
  }, 120_000);

  it('across 100 steps is not learnt by a vanilla RNN of the same size', async () => {
    expect(await accuracyOf(await vanillaRnn(100), 100)).toBeLessThan(0.5);
  }, 120_000);

  it('across 3 steps is learnt by the vanilla RNN too, so it is the distance that it fails at', async () => {
    expect(await accuracyOf(await vanillaRnn(3), 3)).toBeGreaterThan(0.95);
  }, 120_000);
});
