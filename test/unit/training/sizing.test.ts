import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { TrainingOptions } from '../../../src/protocol/training.ts';
import { Speeds } from '../../../src/training/engines/speeds.ts';
import { planOf } from '../../../src/training/plan.ts';
import { chooseSize } from '../../../src/training/sizing.ts';
import { folderWith } from '../corpus/temporaryFolder.ts';

const options: TrainingOptions = { recipe: 'default', budget: { minutes: 3 }, threads: 1, seed: 1 };

/** A machine of so many multiplications per second, more or less. */
const machine = (work: number) => ({
  of: async ({ shape: { hidden } }: { shape: { hidden: number } }) => work / (4 * hidden ** 2),
});

describe('the size of a network', () => {
  const sizeOn = async (work: number, trainCharacters: number, budget: TrainingOptions['budget'] = { minutes: 3 }) =>
    (await chooseSize({ ...options, budget }, 100, trainCharacters, machine(work))).hidden;

  it('grows with the speed of the machine and with the time', async () => {
    expect(await sizeOn(1e8, 700_000)).toBe(128);
    expect(await sizeOn(4e9, 700_000)).toBe(256);
    expect(await sizeOn(3e10, 700_000)).toBe(512);
    expect(await sizeOn(4e9, 700_000, { minutes: 30 })).toBe(512);
  });

  it('is smaller where the same time is enough for less of the text', async () => {
    expect(await sizeOn(2e10, 500_000)).toBe(512);
    expect(await sizeOn(2e10, 5_000_000)).toBe(256);
  });

  it('goes by the characters there are when epochs are the budget', async () => {
    expect(await sizeOn(1, 100_000, { epochs: 1 })).toBe(128);
    expect(await sizeOn(1, 700_000, { epochs: 10 })).toBe(512);
  });

  it('is what was asked for', async () => {
    const asked = { ...options, hidden: 77, layers: 3 };
    expect(await chooseSize(asked, 100, 1e6, machine(1e9))).toMatchObject({ hidden: 77, layers: 3 });
    expect((await chooseSize({ ...options, recipe: 'classic' }, 100, 1e6, machine(1e12))).hidden).toBe(128);
  });
});

describe('the epochs that are planned', () => {
  const epochsOn = async (work: number, changes: Partial<TrainingOptions> = {}) =>
    (await chooseSize({ ...options, ...changes }, 100, 1e6, machine(work))).epochs;

  it('are as many as the network makes in the time', async () => {
    expect(await epochsOn(4e9)).toBeCloseTo((180 * 4e9) / (4 * 256 ** 2) / 1e6);
    expect(await epochsOn(4e9, { hidden: 100 })).toBeCloseTo((180 * 4e9) / (4 * 100 ** 2) / 1e6);
  });

  it('are worked out for a huge network after a small one, from which its speed can be estimated', async () => {
    const timed: number[] = [];
    const speeds = {
      of: async ({ shape: { hidden } }: { shape: { hidden: number } }) => timed.push(hidden),
    };
    await chooseSize({ ...options, hidden: 8192 }, 100, 1e6, speeds);
    expect(timed).toEqual([128, 8192]);
  });

  it('are those that were asked for', async () => {
    expect(await epochsOn(4e9, { budget: { epochs: 7 } })).toBe(7);
    expect(await epochsOn(4e9, { budget: { epochs: 7 }, hidden: 100 })).toBe(7);
  });
});

describe('speeds of this machine', () => {
  const network = planOf({ ...options, batch: 4, timeSteps: 8 }, 20, 10_000, { hidden: 16, layers: 1 });

  it('are measured once and kept', async () => {
    const folder = await folderWith({});
    const speed = await (await Speeds.open(1, folder)).of(network);
    expect(speed).toBeGreaterThan(0);
    expect(await (await Speeds.open(1, folder)).of(network)).toBe(speed);
    const kept = JSON.parse(await readFile(join(folder, 'speeds.json'), 'utf8'));
    expect(Object.values(kept)).toEqual([speed]);
    expect(Object.keys(kept)[0]).toMatch(/1 threads, onnxruntime \d.*, inkling \d.*, 1×16, 4×8$/);
  });

  it.each(['', '{"a":', '[1, 2]', 'null', '{"a": "fast", "b": -1}'])(
    'are measured when the file holds %s',
    async (text) => {
      const folder = await folderWith({});
      await writeFile(join(folder, 'speeds.json'), text);
      expect(await (await Speeds.open(1, folder)).of(network)).toBeGreaterThan(0);
    },
  );

  it('are measured where they cannot be kept', async () => {
    expect(await (await Speeds.open(1, undefined)).of(network)).toBeGreaterThan(0);
    expect(await (await Speeds.open(1, '/no/such/folder')).of(network)).toBeGreaterThan(0);
  });

  it('are estimated of networks that would take too long', async () => {
    const huge = planOf({ ...options, batch: 64, timeSteps: 512 }, 90, 10_000, { hidden: 4096, layers: 4 });
    const speeds = await Speeds.open(1, undefined);
    const [small, large] = [await speeds.of(network), await speeds.of(huge)];
    expect(large).toBeGreaterThan(0);
    expect(large).toBeLessThan(small / 1000);
  });
});
