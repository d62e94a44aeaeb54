import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { pointAt } from '../../src/dashboard/curves/columns.ts';
import { GrowingCurve } from '../../src/editor/runs/curve.ts';
import { encodeRun, type Recording } from '../../src/editor/runs/runFile.ts';
import { randomness } from '../dashboard/data.ts';
import { makeWorkspace } from '../inhost/workspace.ts';
import { setChecked } from '../support/checkbox.ts';
import { idOf, keptRun } from '../unit/editor/runs/recordings.ts';
import type { Canvas, DashboardPage } from './dashboardPage.ts';
import { test as base, version } from './fixtures.ts';
import { storageIn } from './observations.ts';
import { canRun, skipped } from './platform.ts';
import { until, type Workbench } from './workbench.ts';

const [POINTS_A_SECOND, STEPS_A_POINT, STEPS_AN_EPOCH] = [4, 3, 900];
const SECONDS_AN_EVALUATION = 45;
const BASELINES = { uniform: 6.58, unigram: 4.86, brotli: 2.07, brotliPart: 0.25 };

/** A made-up run, with as many points as the trainer would have told. */
function recorded(number: number, name: string, seconds: number, floor: number): Recording {
  const random = randomness(number);
  const curve = new GrowingCurve();
  const evaluations: Recording['evaluations'] = [];
  for (let index = 1; index <= seconds * POINTS_A_SECOND; index++) {
    const [at, step] = [index / POINTS_A_SECOND, index * STEPS_A_POINT];
    const bits = floor + 4.5 * Math.exp(-at / 60) + 0.5 * (1 - at / seconds);
    const epochs = step / STEPS_AN_EPOCH;
    curve.append({
      step,
      seconds: at,
      epochs,
      trainBits: bits + 0.4 * (random() - 0.5),
      learningRate: 0.004 * Math.cos((at / seconds) * (Math.PI / 2)),
      gradientNorm: 0.4 + random() * 0.2,
      charactersPerSecond: 48_000 + random() * 4000,
    });
    if (at % SECONDS_AN_EVALUATION === 0) {
      const sample = `// after ${at} seconds\n`;
      evaluations.push({ step, seconds: at, epochs, heldOutBits: bits + 0.15, isBest: true, sample });
    }
  }
  const bits = evaluations.at(-1)!.heldOutBits;
  const run = keptRun(idOf(number), { name, seconds, bits, outcome: 'budget', baselines: BASELINES });
  return { run, curve, evaluations };
}

const SHORT = recorded(1, 'a short one', 90, 2.1);
const LONG = recorded(2, 'half an hour', 1800, 1.5);

const test = base
  .extend('opening', { scope: 'file' }, async ({ folder }) => {
    makeWorkspace(folder);
    return {
      name: 'runs',
      workspace: join(folder, 'client'),
      size: { width: 1800, height: 1000 },
      patience: 15_000,
      settings: { 'security.workspace.trust.enabled': false },
    };
  })
  .extend(
    'row',
    ({ dashboard }) =>
      (name: string) =>
        dashboard.panel.getByRole('row', { name }),
  )
  .extend(
    'end',
    ({ dashboard }) =>
      async () =>
        Number(await dashboard.plot.getAttribute('aria-valuemax')),
  );

describe.skipIf(!canRun)(`Runs that were kept, in VS Code ${version.vscode}${skipped}`, () => {
  test.beforeAll(async ({ workbench }) => {
    await workbench.statusItem.waitFor({ timeout: 60_000 });
    for (const { run, ...recording } of [SHORT, LONG]) {
      mkdirSync(kept(workbench), { recursive: true });
      writeFileSync(join(kept(workbench), `${run.id}.json`), encodeRun({ run, ...recording }));
    }
    await workbench.reload();
    await workbench.statusItem.waitFor({ timeout: 60_000 });
  });

  test('are there when the dashboard is opened, the newest with all of its half an hour', async ({
    workbench,
    row,
    end,
  }) => {
    await workbench.command('Inkling: Show Dashboard');
    await row('half an hour').waitFor({ timeout: 60_000 });
    await row('a short one').waitFor();
    await expect.poll(end).toBe(1800);
    const { trainBits } = LONG.curve.points();
    expect(trainBits).toHaveLength(7200);
    await row('half an hour').getByText(trainBits.at(-1)!.toFixed(2), { exact: true }).waitFor();
    await row('half an hour').getByText(LONG.run.bits!.toFixed(2), { exact: true }).waitFor();
    await workbench.shot('half-an-hour');
  });

  test('are smoothed as much as one likes, and drawn as the file has them', async ({ workbench, dashboard }) => {
    const smooth = await dashboard.picture();
    await dashboard.slider('Smoothing').fill('0');
    for (const kind of ['Held out', 'Baselines']) await dashboard.button(kind).click();
    await expect.poll(() => dashboard.picture()).not.toBe(smooth);
    await workbench.page.mouse.move(300, 500);

    const { seconds, trainBits } = LONG.curve.points();
    const heights = await drawn(dashboard);
    const [left, right] = [heights.findIndex(isNumber), heights.findLastIndex(isNumber)];
    const inside = heights.slice(left, right + 1);
    expect(inside.every(isNumber)).toBe(true);
    // What the axis and the edges take.
    expect(heights.length - inside.length).toBeLessThan(75);
    const means = inside.map((_, column) => {
      const [from, to] = [column, column + 1].map((edge) => pointAt(seconds, (edge / inside.length) * 1800));
      const values = trainBits.slice(from! + 1, to! + 1);
      return (Math.min(...values) + Math.max(...values)) / 2;
    });
    expect(correlation(inside as number[], means)).toBeLessThan(-0.99);
    await workbench.shot('as-it-is');
  });

  test('lose lines that are taken out, and get them back', async ({ dashboard }) => {
    const pictures = [await dashboard.picture()];
    await dashboard.button('Training').click();
    await expect.poll(async () => (await drawn(dashboard)).some(isNumber)).toBe(false);
    for (const kind of ['Held out', 'Baselines', 'Training']) {
      pictures.push(await dashboard.picture());
      await dashboard.button(kind).click();
      expect(await dashboard.button(kind).getAttribute('aria-pressed')).toBe('true');
      await expect.poll(() => dashboard.picture()).not.toBe(pictures.at(-1));
    }
    expect(new Set(pictures).size).toBe(pictures.length);
    await dashboard.slider('Smoothing').fill('0.9');
  });

  test('have their values under the pointer', async ({ workbench, dashboard, row }) => {
    const box = (await dashboard.plot.boundingBox())!;
    await workbench.page.mouse.move(box.x + box.width / 2, box.y + 100);
    const place = async () => Number(await dashboard.plot.getAttribute('aria-valuenow'));
    await expect.poll(async () => Math.abs((await place()) - 900)).toBeLessThan(100);
    await dashboard.panel.getByText(/^at 1[345]:\d\d$/).waitFor();
    const { seconds, trainBits } = LONG.curve.points();
    const value = trainBits[pointAt(seconds, await place())]!.toFixed(2);
    expect(await row('half an hour').getByRole('cell').nth(1).innerText()).toBe(value);
    await workbench.shot('pointer');
  });

  test('are zoomed into where one drags, and back', async ({ workbench, dashboard, end }) => {
    const { mouse } = workbench.page;
    const box = (await dashboard.plot.boundingBox())!;
    const whole = await dashboard.picture();
    const drag = async () => {
      await mouse.move(box.x + 150, box.y + 80);
      await mouse.down();
      await mouse.move(box.x + 300, box.y + 90, { steps: 4 });
      await mouse.up();
      await dashboard.button('Reset zoom').waitFor();
    };
    await drag();
    const at = (x: number) => ((x - 46) / (box.width - 66)) * 1800;
    expect(Math.abs(Number(await dashboard.plot.getAttribute('aria-valuemin')) - at(150))).toBeLessThan(10);
    expect(Math.abs((await end()) - at(300))).toBeLessThan(10);
    await expect.poll(() => dashboard.picture()).not.toBe(whole);
    await workbench.shot('zoomed');
    await dashboard.button('Reset zoom').click();
    expect(await end()).toBe(1800);
    await drag();
    await mouse.dblclick(box.x + 200, box.y + 80);
    await expect.poll(end).toBe(1800);
    await drag();
    await dashboard.plot.press('Escape');
    await expect.poll(end).toBe(1800);
    await mouse.move(300, 500);
  });

  test.for([
    ['By step', 1800 * POINTS_A_SECOND * STEPS_A_POINT],
    ['By epoch', (1800 * POINTS_A_SECOND * STEPS_A_POINT) / STEPS_AN_EPOCH],
    ['By time', 1800],
  ] as const)('lie along an axis %s', async ([axis, last], { dashboard, end }) => {
    const before = await dashboard.picture();
    await dashboard.choose('Horizontal axis', axis);
    await expect.poll(end).toBe(last);
    await expect.poll(() => dashboard.picture()).not.toBe(before);
  });

  test('are laid over each other', async ({ workbench, dashboard, row, end }) => {
    const alone = await dashboard.picture();
    expect(await row('a short one').getByRole('cell').nth(1).innerText()).toBe('');
    await setChecked(dashboard.checkbox('Show a short one'), true);
    const { trainBits } = SHORT.curve.points();
    await row('a short one').getByText(trainBits.at(-1)!.toFixed(2), { exact: true }).waitFor();
    await expect.poll(() => dashboard.picture()).not.toBe(alone);
    expect(await end()).toBe(1800);
    await workbench.shot('compared');
    await setChecked(dashboard.checkbox('Show half an hour'), false);
    await expect.poll(end).toBe(90);
    await setChecked(dashboard.checkbox('Show half an hour'), true);
    await expect.poll(end).toBe(1800);
  });

  test('have their samples', async ({ workbench, dashboard }) => {
    await dashboard.tab('Samples').click();
    const sample = dashboard.panel.locator('pre.code').first();
    await expect.poll(() => sample.textContent()).toBe(LONG.evaluations.at(-1)!.sample);
    await dashboard.choose('Run', 'a short one');
    await expect.poll(() => sample.textContent()).toBe(SHORT.evaluations.at(-1)!.sample);
    await workbench.shot('samples');
    await dashboard.tab('Curves').click();
  });

  test('go to a file as numbers, all of them', async ({ folder, dashboard }) => {
    const path = join(folder, 'runs.csv');
    await dashboard.button('Export CSV…').click();
    await dashboard.giveFile(path);
    await until(() => existsSync(path), 'the file');
    const rows = readFileSync(path, 'utf8')
      .trim()
      .split('\r\n')
      .map((line) => line.split(','));
    for (const { run, curve, evaluations } of [SHORT, LONG]) {
      const its = rows.filter(([name]) => name === run.name);
      const { step, trainBits } = GrowingCurve.restore(curve.store()).points();
      expect(its.map((cells) => Number(cells[1]))).toEqual(step);
      expect(its.map((cells) => Number(cells[4]))).toEqual(trainBits);
      const heldOut = its.flatMap((cells) => (cells[5] === '' ? [] : [Number(cells[5])]));
      expect(heldOut).toEqual(evaluations.map(({ heldOutBits }) => heldOutBits));
    }
  });

  test('go to a file as a picture', async ({ folder, dashboard }) => {
    const path = join(folder, 'curves.png');
    await dashboard.button('Export picture…').click();
    await dashboard.giveFile(path);
    await until(() => existsSync(path), 'the file');
    const png = readFileSync(path);
    expect(png.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
    const plot = (await dashboard.plot.boundingBox())!;
    const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
    expect(width - plot.width).toBeGreaterThan(20);
    expect(width - plot.width).toBeLessThan(50);
    expect(height).toBeGreaterThan(plot.height + 60); // a title, and two names
    expect(png.length).toBeGreaterThan(8000);
    expect(png.length).toBeLessThan(500_000);
  });

  test('say so when they cannot be written to a file', async ({ workbench, dashboard }) => {
    await dashboard.button('Export CSV…').click();
    await dashboard.giveFile('/proc/inkling.csv');
    await dashboard.panel.getByRole('alert').waitFor();
    await workbench.shot('not-written');
    await dashboard.button('Dismiss').click();
    await expect.poll(() => dashboard.panel.getByRole('alert').count()).toBe(0);
  });

  test('are deleted, the one and not the other', async ({ workbench, dashboard, row, end }) => {
    await dashboard.button('Delete a short one').click();
    await row('a short one').waitFor({ state: 'hidden' });
    await until(() => !existsSync(join(kept(workbench), `${SHORT.run.id}.json`)), 'the file to go');
    expect(readdirSync(kept(workbench))).toEqual([`${LONG.run.id}.json`]);
    expect(await end()).toBe(1800);
  });
});

function isNumber(value: number | undefined): value is number {
  return value !== undefined;
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [ofA, ofB] = [mean(a), mean(b)];
  const product = (x: (index: number) => number, y: (index: number) => number) =>
    mean(a.map((_, index) => x(index) * y(index)));
  const [fromA, fromB] = [(index: number) => a[index]! - ofA, (index: number) => b[index]! - ofB];
  return product(fromA, fromB) / Math.sqrt(product(fromA, fromA) * product(fromB, fromB));
}

/** Where Inkling keeps the runs of the workspace. */
function kept(workbench: Workbench): string {
  const storages = storageIn(workbench.folder);
  const [storage] = readdirSync(storages).filter((name) => !name.endsWith('.json'));
  return join(storages, storage!, 'inkling.inkling', 'runs');
}

/** Height of what is drawn in colour, by column; undefined: nothing. Grid, axes and their numbers are grey. */
function drawn(dashboard: DashboardPage): Promise<(number | undefined)[]> {
  return dashboard.plot.locator('canvas').evaluate((canvas: Canvas) => {
    const { width, height } = canvas;
    const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
    return Array.from({ length: width }, (_, x) => {
      const rows = Array.from({ length: height }, (_, y) => y).filter((y) => {
        const [red, green, blue, alpha] = data.subarray(4 * (y * width + x), 4 * (y * width + x) + 4);
        return alpha! > 80 && Math.max(red!, green!, blue!) - Math.min(red!, green!, blue!) > 60;
      });
      return rows.length === 0 ? undefined : rows.reduce((sum, y) => sum + y, 0) / rows.length;
    });
  });
}
