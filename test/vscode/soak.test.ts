import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { HostUnderStress } from '../soak/inHost.ts';
import { growth } from '../soak/memory.ts';
import { canRun, skipped } from './platform.ts';

/** The short form of `npm run soak:host`. */
describe.skipIf(!canRun)(`The extension host under stress${skipped}`, () => {
  let host: HostUnderStress;

  beforeAll(async () => {
    host = await HostUnderStress.open('soak-test', 0.3);
  }, 240_000);

  afterAll(() => host?.close());

  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await host?.workbench.shot('FAILED');
  });

  test('goes on with a training after it was killed in the middle, with little lost', async () => {
    for (const seed of [3, 5]) {
      const { lost } = await host.kill(seed, 10_000);
      expect(lost ?? 0).toBeLessThan(30);
    }
    await host.train();
  }, 180_000);

  test('answers while a document is edited at random, without an error that nobody catches', async () => {
    const { answers, suggested, memory, unhandled } = await host.request(300, 1);
    expect(unhandled).toEqual([]);
    expect(answers).toBeGreaterThanOrEqual(300);
    expect(suggested).toBeGreaterThan(0);
    // How much it grows is seen in the long form: so early there is still much to load.
    expect(growth(memory.map(({ resident }) => resident))).toBeLessThan(200e6);
  }, 120_000);
});
