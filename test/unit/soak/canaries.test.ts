import { describe, expect, test } from 'vitest';
import { learnCanaries } from '../../soak/learntCanaries.ts';

/** The short form of `npm run soak:canaries`. */
const OPTIONS = { minutes: 0.1, hidden: 32, ofEach: 2, repeats: [16], candidates: 2 ** 11, seed: 1 };

describe('secrets that were planted', () => {
  test('are as strange to everybody as any other, and are suggested by nobody', async () => {
    const { exposures, suggested } = await learnCanaries(true, OPTIONS);
    expect(suggested).toEqual([]);
    // Of two canaries one is now and then guessed well by chance.
    const mean = exposures.reduce((sum, { exposure }) => sum + exposure, 0) / exposures.length;
    expect(mean).toBeLessThan(3);
  });

  test('are known where nobody scrubs, so that the test would see it', async () => {
    const { exposures, suggested } = await learnCanaries(false, OPTIONS);
    for (const { voice, exposure } of exposures) if (voice !== 'LSTM') expect(exposure).toBeGreaterThanOrEqual(10);
    expect(suggested.length).toBeGreaterThan(0);
  });
});
