import { readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { GrowingCurve } from '../../../../src/editor/runs/curve.ts';
import { encodeRun } from '../../../../src/editor/runs/runFile.ts';
import { isRunId, newRunId, Runs, type RunsChange } from '../../../../src/editor/runs/runs.ts';
import { folderWith } from '../../corpus/temporaryFolder.ts';
import { evaluation, idOf, keptRun, point } from './recordings.ts';

describe('the runs of a workspace', () => {
  let folder: string;
  let errors: unknown[];

  beforeEach(async () => {
    folder = join(await folderWith({}), 'runs');
    errors = [];
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** As a window finds them that has just been opened. */
  async function open(): Promise<Runs> {
    const runs = new Runs(folder, (error) => errors.push(error));
    await runs.flush();
    return runs;
  }

  const idsOf = (runs: Runs) => runs.list().map(({ id }) => id);

  it('come back in another window: points, evaluations and what is known of them', async () => {
    const runs = await open();
    runs.begin(keptRun(idOf(1)), 0);
    for (const step of [16, 32, 48]) runs.append(idOf(1), point(step, 64 / step));
    runs.evaluate(idOf(1), evaluation(48, 2.5));
    await runs.note(idOf(1), { baselines: { uniform: 6, unigram: 5, brotli: 2, brotliPart: 1 } });
    await runs.note(idOf(1), { outcome: 'budget', seconds: 7, bits: 2.25 });

    const again = await open();
    expect(again.list()).toEqual(runs.list());
    expect(again.list()).toMatchObject([
      { id: idOf(1), seconds: 7, bits: 2.25, outcome: 'budget', isRunning: false, baselines: { brotli: 2 } },
    ]);
    expect(await again.curve(idOf(1))).toMatchObject({ step: [16, 32, 48], trainBits: [4, 2, expect.closeTo(4 / 3)] });
    expect(await again.evaluations(idOf(1))).toEqual([evaluation(48, 2.5)]);
    expect(errors).toEqual([]);
  });

  it('are running, until their window ends in the middle of them', async () => {
    const runs = await open();
    runs.begin(keptRun(idOf(1)), 0);
    runs.append(idOf(1), point(16));
    await runs.flush();
    expect(runs.list()).toMatchObject([{ isRunning: true, outcome: 'running', seconds: 2 }]);
    expect((await open()).list()).toMatchObject([{ isRunning: false, outcome: 'broken-off', seconds: 2 }]);
  });

  it('have the bits of their best evaluation while there is nothing better', async () => {
    const runs = await open();
    runs.begin(keptRun(idOf(1)), 0);
    expect(runs.list()[0]).not.toHaveProperty('bits');
    for (const [step, bits] of [
      [16, 3],
      [32, 2],
      [48, 2.5],
    ] as const) {
      runs.evaluate(idOf(1), evaluation(step, bits));
    }
    expect(runs.list()[0]).toMatchObject({ bits: 2, seconds: 6 });
    await runs.flush();
  });

  it('are the last twenty', async () => {
    const runs = await open();
    for (let number = 0; number < 23; number++) {
      runs.begin(keptRun(idOf(number)), 0);
      await runs.note(idOf(number), { outcome: 'budget' });
    }
    await runs.flush();
    const expected = Array.from({ length: 20 }, (_, index) => idOf(22 - index));
    expect(idsOf(runs)).toEqual(expected);
    expect((await readdir(folder)).sort().reverse()).toEqual(expected.map((id) => `${id}.json`));
  });

  it('are lost one at a time when files are damaged', async () => {
    const runs = await open();
    for (const number of [1, 2, 3, 4, 5]) {
      runs.begin(keptRun(idOf(number)), 0);
      await runs.note(idOf(number), { outcome: 'budget' });
    }
    const path = (number: number) => join(folder, `${idOf(number)}.json`);
    const whole = await readFile(path(1), 'utf8');
    await writeFile(path(1), whole.slice(0, whole.length / 2));
    await writeFile(path(2), whole.replace('"version":1', '"version":2'));
    await writeFile(path(3), whole); // another one's
    await writeFile(path(4), whole.replace('"hidden":16', '"hidden":"many"').replace(idOf(1), idOf(4)));
    await writeFile(join(folder, 'notes.json'), '{}');
    const again = await open();
    expect(idsOf(again)).toEqual([idOf(5)]);
    expect(await again.curve(idOf(1))).toMatchObject({ step: [] });
    expect(errors).toEqual([]);
  });

  it('can be gone on with: what was recorded after the step to go on from is void', async () => {
    const before = await open();
    before.begin(keptRun(idOf(1), { name: 'Mine' }), 0);
    for (const step of [16, 32, 48]) before.append(idOf(1), point(step));
    for (const step of [16, 48]) before.evaluate(idOf(1), evaluation(step, 3));
    await before.flush();

    const runs = await open();
    await runs.recall(idOf(1));
    const changes: RunsChange[] = [];
    runs.onDidChange((change) => changes.push(change));
    runs.begin(keptRun(idOf(1), { name: 'Another', date: '2026-01-01T00:00:00.000Z' }), 32);
    runs.append(idOf(1), point(40));
    expect(runs.list()).toMatchObject([{ name: 'Mine', date: '2025-01-01T00:00:00.000Z', isRunning: true }]);
    expect((await runs.curve(idOf(1))).step).toEqual([16, 32, 40]);
    expect(await runs.evaluations(idOf(1))).toEqual([evaluation(16, 3)]);
    expect(changes).toContainEqual({ type: 'points', run: idOf(1), from: 2 });
    await runs.flush();
    expect((await (await open()).curve(idOf(1))).step).toEqual([16, 32, 40]);
  });

  it('keep a name that they are given while they are read to be gone on with', async () => {
    const before = await open();
    before.begin(keptRun(idOf(1)), 0);
    await before.flush();

    const runs = await open();
    await Promise.all([runs.recall(idOf(1)), runs.rename(idOf(1), 'Mine')]);
    runs.begin(keptRun(idOf(1), { name: 'Another' }), 0);
    expect(runs.list()).toMatchObject([{ name: 'Mine' }]);
    await runs.flush();
    expect((await open()).list()).toMatchObject([{ name: 'Mine' }]);
  });

  it('begin anew when what is to be gone on with is deleted while it is read', async () => {
    const before = await open();
    before.begin(keptRun(idOf(1)), 0);
    before.append(idOf(1), point(16));
    await before.flush();

    const runs = await open();
    await Promise.all([runs.recall(idOf(1)), runs.delete(idOf(1))]);
    runs.begin(keptRun(idOf(1)), 32);
    expect((await runs.curve(idOf(1))).step).toEqual([]);
    await runs.flush();
  });

  it('begin anew when what is to be gone on with was deleted', async () => {
    const runs = await open();
    await runs.recall(idOf(1));
    runs.begin(keptRun(idOf(1)), 32);
    runs.append(idOf(1), point(40));
    expect((await runs.curve(idOf(1))).step).toEqual([40]);
    await runs.flush();
  });

  it('say what has changed, and give the points from there on', async () => {
    const runs = await open();
    const changes: RunsChange[] = [];
    const listening = runs.onDidChange((change) => changes.push(change));
    runs.begin(keptRun(idOf(1)), 0);
    for (const step of [16, 32]) runs.append(idOf(1), point(step));
    runs.cutAfter(idOf(1), 16);
    expect(changes).toEqual([
      { type: 'list' },
      { type: 'points', run: idOf(1), from: 0 },
      { type: 'points', run: idOf(1), from: 1 },
      { type: 'points', run: idOf(1), from: 1 },
      { type: 'evaluations', run: idOf(1) },
    ]);
    expect(runs.points(idOf(1), 0).step).toEqual([16]);
    expect(runs.points(idOf(1), 1).step).toEqual([]);
    listening.dispose();
    runs.append(idOf(1), point(24));
    expect(changes).toHaveLength(5);
    await runs.flush();
  });

  it('are renamed and deleted, for good', async () => {
    const runs = await open();
    for (const number of [1, 2, 3]) {
      runs.begin(keptRun(idOf(number)), 0);
      runs.append(idOf(number), point(16));
      await runs.note(idOf(number), { outcome: 'budget' });
    }
    await runs.rename(idOf(1), 'First');
    await runs.rename(idOf(3), 'Third');
    await runs.rename('../../elsewhere', 'None');
    await runs.delete(idOf(2));
    await runs.delete('../../elsewhere');
    const again = await open();
    for (const each of [runs, again]) {
      expect(each.list().map(({ name }) => name)).toEqual(['Third', 'First']);
      expect((await each.curve(idOf(1))).step).toEqual([16]);
      expect((await each.curve(idOf(2))).step).toEqual([]);
    }
  });

  it('stay deleted when something is told of them later', async () => {
    const runs = await open();
    runs.begin(keptRun(idOf(1)), 0);
    await runs.flush();
    await runs.delete(idOf(1));
    runs.append(idOf(1), point(16));
    runs.evaluate(idOf(1), evaluation(16, 3));
    await runs.note(idOf(1), { outcome: 'budget' });
    await runs.flush();
    expect(runs.list()).toEqual([]);
    expect(await readdir(folder)).toEqual([]);
  });

  it('are all forgotten, whatever is still to be written', async () => {
    const runs = await open();
    runs.begin(keptRun(idOf(1)), 0);
    runs.append(idOf(1), point(16));
    await runs.clear();
    await runs.note(idOf(1), { outcome: 'paused' });
    await runs.flush();
    expect(runs.list()).toEqual([]);
    await expect(readdir(folder)).rejects.toThrow(/ENOENT/);
  });

  it('are written a few times a minute while they go on', async () => {
    const runs = await open();
    runs.begin(keptRun(idOf(1)), 0);
    await runs.flush();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    let writes = 0;
    for (let step = 1; step <= 240; step++) {
      runs.append(idOf(1), point(step));
      const pending = vi.getTimerCount();
      vi.advanceTimersByTime(250);
      writes += pending - vi.getTimerCount();
    }
    expect(writes).toBe(3);
    await runs.flush();
    expect((await (await open()).curve(idOf(1))).step.at(-1)).toBe(240);
  });

  it('go on being recorded where they cannot be written', async () => {
    await writeFile(folder, 'no folder');
    const runs = await open();
    runs.begin(keptRun(idOf(1)), 0);
    runs.append(idOf(1), point(16));
    await runs.flush();
    expect((await runs.curve(idOf(1))).step).toEqual([16]);
    expect(errors.length).toBeGreaterThan(0);
    await rm(folder);
  });

  it('leave nothing of a write that was killed', async () => {
    const runs = await open();
    runs.begin(keptRun(idOf(1)), 0);
    await runs.flush();
    const stale = join(folder, `.${idOf(1)}.json.0123456789ab.tmp`);
    await writeFile(stale, 'half');
    await utimes(stale, new Date(0), new Date(0));
    await open();
    expect(await readdir(folder)).toEqual([`${idOf(1)}.json`]);
  });
});

describe('the name of a run', () => {
  it('sorts by date and is a file name', () => {
    const [first, second] = [newRunId(new Date('2025-01-31T23:59:59.999Z')), newRunId(new Date('2025-02-01'))];
    const third = newRunId(new Date('1999-01-01'), second);
    expect(isRunId(third)).toBe(true);
    expect(third > second).toBe(true);
    expect(first).toMatch(/^20250131235959999-/);
    expect(first < second).toBe(true);
    expect([first, second].every(isRunId)).toBe(true);
    for (const other of ['', '../x', `${first}/..`, `${first}\n`]) expect(isRunId(other)).toBe(false);
  });
});

describe('a run of the greatest length', () => {
  it('is written in some milliseconds', () => {
    const curve = new GrowingCurve();
    for (let step = 1; step <= 10_000; step++) curve.append(point(step, 1 / step));
    const recording = { run: keptRun(idOf(1)), evaluations: [evaluation(1, 2)], curve };
    const times = Array.from({ length: 9 }, () => {
      const start = performance.now();
      encodeRun(recording);
      return performance.now() - start;
    });
    expect(Math.min(...times)).toBeLessThan(15);
    expect(encodeRun(recording).length).toBeLessThan(400_000);
  });
});
