import { describe, expect } from 'vitest';
import { HostUnderStress } from '../soak/inHost.ts';
import { growth } from '../soak/memory.ts';
import { test as base } from './fixtures.ts';
import { canRun, skipped } from './platform.ts';

const test = base
  .extend('host', { scope: 'file' }, async ({ version }, { onCleanup }) => {
    const host = await HostUnderStress.open(`soak-test-${version.vscode}`, 0.3);
    onCleanup(() => host.close());
    return host;
  })
  .extend('workbench', { scope: 'file' }, async ({ host }) => host.workbench);

/** The short form of `npm run soak:host`. */
describe.skipIf(!canRun)(`The extension host under stress${skipped}`, () => {
  test('goes on with a training after it was killed in the middle, with little lost', async ({ host }) => {
    for (const seed of [3, 5]) {
      const { lost } = await host.kill(seed, 10_000);
      expect(lost ?? 0).toBeLessThan(30);
    }
    await host.train();
  }, 240_000);

  test('answers while a document is edited at random, without an error that nobody catches', async ({ host }) => {
    const { answers, suggested, memory, unhandled } = await host.request(300, 1);
    expect(unhandled).toEqual([]);
    expect(answers).toBeGreaterThanOrEqual(300);
    expect(suggested).toBeGreaterThan(0);
    // How much it grows is seen in the long form: so early there is still much to load.
    expect(growth(memory.map(({ resident }) => resident))).toBeLessThan(200e6);
  }, 240_000);
});
