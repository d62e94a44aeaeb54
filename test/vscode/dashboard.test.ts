import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AxeResults } from 'axe-core';
import type { FrameLocator } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { VERSIONS } from '../../scripts/setupVscode.ts';
import { GrowingCurve } from '../../src/editor/curve.ts';
import { makeWorkspace } from '../inhost/workspace.ts';
import { canRun, skipped, vsix } from './platform.ts';
import { until, Workbench } from './workbench.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const SECTIONS = ['Curves', 'Samples', 'Next Character', 'Inside the LSTM', 'Corpus'];
/** With what a webview's body is called in each. */
const THEMES = [
  ['Dark Modern', 'vscode-dark'],
  ['Dark High Contrast', 'vscode-high-contrast'],
  ['Light Modern', 'vscode-light'],
] as const;

describe.skipIf(!canRun).each(VERSIONS)(`The dashboard in VS Code $vscode${skipped}`, (version) => {
  let folder: string;
  let workbench: Workbench;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'inkling-workspace-'));
    makeWorkspace(folder);
    workbench = await Workbench.open({
      version,
      vsix,
      workspace: join(folder, 'client'),
      shots: join(root, '.cache', 'screenshots', `dashboard-${version.vscode}`),
      settings: {
        'security.workspace.trust.enabled': false,
        'inkling.training.minutes': 0.4,
        'inkling.training.hidden': 96,
        'inkling.completions.minimumConfidence': 0.3,
      },
    });
    await workbench.page.setViewportSize({ width: 1800, height: 1000 });
    workbench.page.setDefaultTimeout(15_000);
  }, 240_000);

  afterAll(async () => {
    await workbench?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await workbench?.shot('FAILED');
  });

  const panel = (): FrameLocator =>
    workbench.page.locator('iframe.webview.ready').first().contentFrame().frameLocator('iframe#active-frame');
  const tab = (name: string) => panel().getByRole('tab', { name, exact: true });
  const button = (name: string) => panel().getByRole('button', { name, exact: true }).first();
  /** Files of what is kept of runs. */
  const runs = () => {
    const storages = join(workbench.folder, 'data', 'User', 'workspaceStorage');
    const files = existsSync(storages) ? readdirSync(storages, { recursive: true, encoding: 'utf8' }) : [];
    return files.filter((path) => /runs.\d+-\w+\.json$/.test(path)).map((path) => join(storages, path));
  };

  test('says what will happen before anything was trained, and trains', async () => {
    await workbench.openFile('module0.ts');
    await workbench.command('Inkling: Show Dashboard');
    await panel().getByText('Nothing leaves this machine').waitFor({ timeout: 60_000 });
    await workbench.shot('empty');
    await button('Train').click();
    await tab('Curves').waitFor({ timeout: 60_000 });
    await panel().getByRole('slider', { name: 'Bits per character' }).waitFor();
    await button('Pause').waitFor();
    await workbench.shot('training');
  });

  test('pauses and resumes', async () => {
    await button('Pause').click();
    await button('Resume').click({ timeout: 30_000 });
    await button('Pause').waitFor({ timeout: 30_000 });
  });

  test('shows all of the run after it was hidden', async () => {
    await tab('Curves').click();
    await workbench.command('File: New Untitled Text File');
    await until(async () => (await workbench.page.locator('iframe.webview.ready').count()) === 0, 'the panel to hide');
    await until(async () => /ready|are off/.test(await workbench.status()), 'the end of training', 120_000);
    await workbench.page.locator('.tabs-container .tab', { hasText: 'Inkling' }).first().click();
    await panel().getByRole('slider', { name: 'Bits per character' }).waitFor({ timeout: 30_000 });
    await workbench.shot('trained');
  });

  test('draws what was recorded', async () => {
    const [file] = runs();
    const { run, curve, evaluations } = JSON.parse(readFileSync(file!, 'utf8'));
    const points = GrowingCurve.restore(curve).points();
    const row = panel().getByRole('row', { name: run.name });
    await row.getByText(points.trainBits.at(-1)!.toFixed(2), { exact: true }).first().waitFor();
    await row.getByText(evaluations.at(-1).heldOutBits.toFixed(2), { exact: true }).first().waitFor();
    const last = await panel().getByRole('slider', { name: 'Bits per character' }).getAttribute('aria-valuemax');
    expect(Number(last)).toBeCloseTo(Math.max(points.seconds.at(-1)!, evaluations.at(-1).seconds), 0);
  });

  test('has the samples of each measurement, and writes more', async () => {
    await tab('Samples').click();
    await panel().locator('pre.code').first().waitFor();
    await panel().getByRole('textbox', { name: 'Text to go on from', exact: true }).fill('export function load');
    await panel().getByRole('slider', { name: 'Temperature' }).fill('0');
    await button('Write').click();
    await panel()
      .getByText(/Customer\d*/)
      .last()
      .waitFor();
    await workbench.shot('samples');
  });

  test('follows the cursor with the next characters', async () => {
    await tab('Next Character').click();
    await workbench.command('View: Focus First Editor Group');
    await workbench.page.keyboard.press('Control+End');
    await workbench.page.keyboard.type('\n  return this.repository.findCust', { delay: 30 });
    const first = panel().getByRole('list', { name: 'What comes next' }).getByRole('listitem').first();
    await until(async () => /^o/.test((await first.innerText()).trim()), 'the o of Customer');
    await workbench.shot('next');
    await workbench.page.keyboard.press('Escape');
  });

  test('shows what happened at each character of the line', async () => {
    await tab('Inside the LSTM').click();
    const characters = panel().locator('.text [role=option]');
    await until(async () => (await characters.count()) >= 30, 'the line');
    await characters.nth(10).click();
    await panel().locator('.equations').waitFor();
    expect(await panel().locator('.equations').innerText()).toMatch(/σ\(/);
    await workbench.shot('inside');
  });

  test('underlines what it did not expect, when asked to', async () => {
    await workbench.command('View: Focus First Editor Group');
    await workbench.page.keyboard.press('Control+End');
    await workbench.page.keyboard.type('omerByIdxyqntifier(identifier);', { delay: 20 });
    await workbench.page.keyboard.press('Escape');
    await workbench.command('Inkling: Toggle Surprise in the Editor');
    const underlined = workbench.editor.locator('.view-line span[class*="ced-"]');
    await until(async () => (await underlined.allInnerTexts()).join('').includes('xyq'), 'the underline');
    await workbench.shot('surprise');
    await workbench.command('Inkling: Toggle Surprise in the Editor');
    await until(async () => (await underlined.count()) === 0, 'the end of it');
  });

  test('tells what was read and what was left out', async () => {
    await tab('Corpus').click();
    await panel()
      .getByText('git-ignored')
      .or(panel().getByText(/git.ignored/i))
      .first()
      .waitFor();
    await workbench.shot('corpus');
  });

  const choose = async (name: string, option: string) => {
    await panel().getByRole('combobox', { name, exact: true }).click();
    await panel().getByRole('option', { name: option, exact: true }).click();
  };

  test('keeps the units, features and colours that one can choose', async () => {
    await tab('Inside the LSTM').click();
    for (const colouring of ['Forget gate', 'Input gate', 'Output gate', 'Cell state', 'Surprise']) {
      await choose('Colour by', colouring);
    }
    await panel()
      .getByText(/var \d/)
      .first()
      .waitFor();
  });

  test('sets options of the next run', async () => {
    await tab('Run').click();
    const minutes = panel().getByRole('textbox', { name: 'Minutes', exact: true });
    await minutes.fill('0.35');
    await minutes.press('Tab');
    const settings = join(workbench.folder, 'data', 'User', 'settings.json');
    await until(() => readFileSync(settings, 'utf8').includes('"inkling.training.minutes": 0.35'), 'the setting');
    await choose('Recipe', 'Classic');
    await until(() => readFileSync(settings, 'utf8').includes('"inkling.training.recipe": "classic"'), 'the recipe');
    await choose('Recipe', 'Default');
  });

  test('renames a run, and writes its curve to a file', async () => {
    await tab('Curves').click();
    await choose('Horizontal axis', 'By step');
    await choose('Horizontal axis', 'By time');
    await panel().getByRole('slider', { name: 'Smoothing' }).fill('0.5');
    await panel()
      .getByRole('button', { name: /^Rename/ })
      .first()
      .click();
    await panel().getByRole('textbox', { name: 'New name' }).fill('the first one');
    await workbench.page.keyboard.press('Enter');
    await panel().getByRole('row', { name: 'the first one' }).waitFor();
    await until(() => runs().some((file) => readFileSync(file, 'utf8').includes('the first one')), 'the name');
    const csv = join(folder, 'curve.csv');
    await button('Export CSV…').click();
    const path = workbench.page.locator('.quick-input-widget .quick-input-box input');
    await path.waitFor();
    await path.fill(csv);
    await workbench.page.locator('.quick-input-widget').getByRole('button', { name: 'OK' }).click();
    await until(() => existsSync(csv), 'the file');
    const { curve } = JSON.parse(readFileSync(runs()[0]!, 'utf8'));
    expect(readFileSync(csv, 'utf8').trim().split(/\r?\n/).length).toBeGreaterThan(
      GrowingCurve.restore(curve).points().step.length,
    );
  });

  test.each(THEMES)('can be used by everybody in %s', async (theme, body) => {
    await workbench.choose('Preferences: Color Theme', theme);
    await panel().locator(`body.${body}`).waitFor();
    for (const section of SECTIONS) {
      await tab(section).click();
      await panel()
        .locator(`#tab-${section.split(' ')[0]!.toLowerCase()}[aria-selected=true]`)
        .waitFor();
      await workbench.shot(`${theme}-${section}`.toLowerCase().replaceAll(' ', '-'));
      const frame = panel().locator('body');
      await frame.evaluate((_, source) => new Function(source)(), axe).catch(() => {});
      const violations = await frame.evaluate(async () => {
        const found = (await (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run()).violations;
        return found
          .filter(({ impact }) => impact === 'serious' || impact === 'critical')
          .flatMap(({ id, nodes }) =>
            nodes.slice(0, 3).map(({ html, any }) => `${id}: ${html.slice(0, 200)} ${any[0]?.message}`),
          );
      });
      expect(violations).toEqual([]);
    }
  });

  test('is there again after a reload of the window', async () => {
    await workbench.reload();
    await tab('Curves').click({ timeout: 60_000 });
    await panel().getByRole('slider', { name: 'Bits per character' }).waitFor();
    await workbench.shot('reloaded');
  });
});
