import { existsSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import type { Locator } from 'playwright-core';
import { describe, expect } from 'vitest';
import { GrowingCurve } from '../../src/editor/runs/curve.ts';
import { makeWorkspace } from '../inhost/workspace.ts';
import { setChecked } from '../support/checkbox.ts';
import { test as base, THEMES, version } from './fixtures.ts';
import { modelsIn, storageIn, storedIn } from './observations.ts';
import { canRun, skipped } from './platform.ts';
import { until, type Workbench } from './workbench.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const SECTIONS = ['Run', 'Curves', 'Samples', 'Next Character', 'Inside the LSTM', 'Corpus'];

const test = base.extend('opening', { scope: 'file' }, async ({ folder }) => {
  makeWorkspace(folder);
  return {
    name: 'dashboard',
    workspace: join(folder, 'client'),
    size: { width: 1800, height: 1000 },
    patience: 15_000,
    settings: {
      'security.workspace.trust.enabled': false,
      'inkling.training.minutes': 0.3,
      'inkling.training.hidden': 96,
      'inkling.training.layers': 2,
      'inkling.completions.minimumConfidence': 0.3,
    },
  };
});

describe.skipIf(!canRun)(`The dashboard in VS Code ${version.vscode}${skipped}`, () => {
  test('says what will happen before anything was trained, and trains', async ({ workbench, dashboard }) => {
    await workbench.openFile('module0.ts');
    await workbench.command('Inkling: Show Dashboard');
    await dashboard.panel.getByText('Nothing leaves this machine.', { exact: true }).waitFor({ timeout: 60_000 });
    await workbench.shot('empty');
    await dashboard.button('Train').click();
    await dashboard.tab('Curves').waitFor({ timeout: 60_000 });
    await dashboard.panel.getByRole('slider', { name: 'Bits per character' }).waitFor();
    await dashboard.button('Pause').waitFor();
    await workbench.shot('training');
  });

  test('pauses and resumes', async ({ dashboard }) => {
    await dashboard.button('Pause').click();
    await dashboard.button('Resume').click({ timeout: 30_000 });
    await dashboard.button('Pause').waitFor({ timeout: 30_000 });
  });

  test('shows all of the run after it was hidden', async ({ workbench, dashboard }) => {
    await dashboard.tab('Curves').click();
    await workbench.command('File: New Untitled Text File');
    await until(async () => (await workbench.page.locator('iframe.webview.ready').count()) === 0, 'the panel to hide');
    await until(async () => /ready|are off/.test(await workbench.status()), 'the end of training', 120_000);
    await workbench.page.locator('.tabs-container .tab', { hasText: 'Inkling' }).first().click();
    await dashboard.panel.getByRole('slider', { name: 'Bits per character' }).waitFor({ timeout: 30_000 });
    await workbench.shot('trained');
  });

  test('draws what was recorded', async ({ workbench, dashboard }) => {
    const [file] = runs(workbench);
    const { run, curve, evaluations } = JSON.parse(readFileSync(file!, 'utf8'));
    const points = GrowingCurve.restore(curve).points();
    const row = dashboard.panel.getByRole('row', { name: run.name });
    await row.getByText(points.trainBits.at(-1)!.toFixed(2), { exact: true }).first().waitFor();
    await row.getByText(evaluations.at(-1).heldOutBits.toFixed(2), { exact: true }).first().waitFor();
    const last = await dashboard.panel
      .getByRole('slider', { name: 'Bits per character' })
      .getAttribute('aria-valuemax');
    expect(Number(last)).toBeCloseTo(Math.max(points.seconds.at(-1)!, evaluations.at(-1).seconds), 0);
  });

  test('has the samples of each measurement', async ({ workbench, dashboard }) => {
    await dashboard.tab('Samples').click();
    const { evaluations } = JSON.parse(readFileSync(runs(workbench)[0]!, 'utf8'));
    const sample = dashboard.panel.locator('pre.code').first();
    const shows = (index: number) => expect.poll(() => sample.textContent()).toBe(evaluations[index].sample);
    await shows(evaluations.length - 1);
    await dashboard.slider('Measurement').fill('0');
    await shows(0);
    await dashboard.panel.getByText(`1 of ${evaluations.length}`).waitFor();
    expect(await dashboard.button('Previous sample').isDisabled()).toBe(true);
    await dashboard.button('Next sample').click();
    await shows(1);
    await dashboard.button('Previous sample').click();
    await shows(0);
    await dashboard.slider('Measurement').fill(String(evaluations.length - 1));
    await shows(evaluations.length - 1);
  });

  test('writes from a prompt, as daring and as long as it is told to', async ({ workbench, dashboard }) => {
    const written = dashboard.panel.locator('output.code');
    const write = async (temperature: string) => {
      await dashboard.slider('Temperature').fill(temperature);
      await dashboard.button('Write').click();
      await dashboard.button('Write').waitFor();
      await written.waitFor();
      return (await written.textContent()) ?? '';
    };
    await dashboard.field('Text to go on from').fill('export function load');
    await dashboard.field('Characters').fill('0');
    await dashboard.panel.getByText('A whole number from 1 to 5000.').waitFor();
    await dashboard.field('Characters').fill('120');
    const [sober, again, daring] = [await write('0'), await write('0'), await write('2')];
    expect(sober).toMatch(/^export function loadCustomer\d*/);
    expect(sober).toHaveLength('export function load'.length + 120);
    expect(again).toBe(sober);
    expect(daring).not.toBe(sober);
    await write('0.7');
    await workbench.shot('samples');
  });

  test('follows the cursor with the next characters', async ({ workbench, dashboard }) => {
    await dashboard.tab('Next Character').click();
    await workbench.command('View: Focus First Editor Group');
    await workbench.page.keyboard.press('Control+End');
    await workbench.page.keyboard.type('\n  return this.repository.findCust', { delay: 30 });
    const first = dashboard.panel.getByRole('list', { name: 'What comes next' }).getByRole('listitem').first();
    await until(async () => /^o/.test((await first.innerText()).trim()), 'the o of Customer');
    await workbench.shot('next');
    await workbench.page.keyboard.press('Escape');
  });

  test('shows what happened at each character of the line', async ({ workbench, dashboard }) => {
    await dashboard.tab('Inside the LSTM').click();
    const characters = dashboard.panel.locator('.text [role=option]');
    await until(async () => (await characters.count()) >= 30, 'the line');
    await characters.nth(10).click();
    await dashboard.panel.locator('.equations').waitFor();
    expect(await dashboard.panel.locator('.equations').innerText()).toMatch(/σ\(/);
    await workbench.shot('inside');
  });

  test('colours the line by surprise, gates and cell state, of each layer', async ({ dashboard }) => {
    const colours = () =>
      dashboard.panel
        .locator('.text [role=option]')
        .evaluateAll((all) =>
          all.map((one) => `${one.getAttribute('aria-label')} ${one.getAttribute('style')}`).join(),
        );
    const seen = [await colours()];
    const changed = async () => {
      await expect.poll(colours).not.toBe(seen.at(-1));
      seen.push(await colours());
    };
    for (const colouring of ['Forget gate', 'Input gate', 'Output gate', 'Cell state']) {
      await dashboard.choose('Colour by', colouring);
      await changed();
      await dashboard.choose('Layer', 'Layer 2');
      await changed();
      await dashboard.choose('Layer', 'Layer 1');
      await changed();
    }
    await dashboard.choose('Colour by', 'Surprise');
    await changed();
    expect(seen.at(-1)).toBe(seen[0]);
    await dashboard.choose('Colour by', 'One unit');
    await dashboard.panel.getByText('Choose a unit from the list.').waitFor();
  });

  test('finds units by what they do, and shows the one that is chosen', async ({ workbench, dashboard }) => {
    const list = dashboard.panel.getByRole('listbox', { name: 'Units' });
    const options = list.getByRole('option');
    await expect.poll(() => options.count()).toBe(100);
    await list
      .getByText(/^var \d/)
      .first()
      .waitFor();
    const found = list.or(dashboard.panel.getByText('No unit does.'));
    for (const feature of ['brackets', 'indentation', 'comments', 'the position in the line', 'quotes']) {
      const before = await found.innerText();
      await dashboard.choose('Find units', `That follow ${feature}`);
      await expect.poll(() => found.innerText()).not.toBe(before);
    }
    await dashboard.choose('Find units', 'That follow brackets');
    await list
      .getByText(/^r −?0\.\d/)
      .first()
      .waitFor();
    for (const index of [0, 3]) {
      await options.nth(index).click();
      const [, layer, unit] = /Layer (\d) #(\d+)/.exec(await options.nth(index).innerText())!;
      await dashboard.panel.getByText(`Cell state of unit ${unit}, layer ${layer}`).waitFor();
      await dashboard.panel.getByText(`Layer ${layer}, unit ${unit}`, { exact: true }).first().waitFor();
    }
    await dashboard.fill('Unit', '17');
    await dashboard.panel.getByText(/Cell state of unit 17, layer \d/).waitFor();
    const forget = dashboard.panel.getByRole('slider', { name: /^forget gate of all units/ });
    await forget.click({ position: { x: 40, y: 2 } });
    const clicked = await forget.getAttribute('aria-valuenow');
    await dashboard.panel.getByText(`Cell state of unit ${clicked},`).waitFor();
    for (const key of ['Home', 'ArrowRight', 'ArrowRight', 'Enter']) await forget.press(key);
    await dashboard.panel.getByText('Cell state of unit 2,').waitFor();
    await workbench.shot('unit');
    await dashboard.choose('Find units', 'That vary most');
    await dashboard.button('Look again').click();
    await expect.poll(() => options.count()).toBe(100);
  });

  test('underlines what it did not expect, when asked to by a command or on the page', async ({
    workbench,
    dashboard,
  }) => {
    await workbench.command('View: Focus First Editor Group');
    await workbench.page.keyboard.press('Control+End');
    await workbench.page.keyboard.type('omerByIdxyqntifier(identifier);', { delay: 20 });
    await workbench.page.keyboard.press('Escape');
    const isUnderlined = async () => (await underlined(workbench).allInnerTexts()).join('').includes('xyq');
    await workbench.command('Inkling: Toggle Surprise in the Editor');
    await until(isUnderlined, 'the underline');
    await workbench.shot('surprise');
    await workbench.command('Inkling: Toggle Surprise in the Editor');
    await until(async () => (await underlined(workbench).count()) === 0, 'the end of it');
    const toggle = dashboard.panel.getByText('Surprise in the editor');
    await toggle.click();
    await until(isUnderlined, 'the underline');
    await toggle.click();
    await until(async () => (await underlined(workbench).count()) === 0, 'the end of it');
  });

  test('tells what was read, what was left out, and the names of that', async ({ workbench, dashboard }) => {
    await dashboard.tab('Corpus').click();
    const ignored = dashboard.panel.locator('details', { hasText: 'Ignored by Git' });
    await ignored.locator('summary').click();
    await ignored.getByRole('listitem').getByText('ignored.ts').waitFor();
    await workbench.shot('corpus');
    await ignored.locator('summary').click();
    await ignored.getByRole('listitem').first().waitFor({ state: 'hidden' });
  });

  test('sets options of the next run', async ({ workbench, dashboard }) => {
    const isSet = (name: string, value: string) =>
      until(() => settings(workbench).includes(`"inkling.training.${name}": ${value}`), `${name} to be ${value}`);
    const isUnset = (name: string) =>
      until(
        () =>
          !settings(workbench).includes(`"inkling.training.${name}"`) ||
          settings(workbench).includes(`"inkling.training.${name}": 0`),
        `${name} to be automatic`,
      );
    // The page is told a moment later than the file.
    const shows = (name: string, value: string) => expect.poll(() => dashboard.field(name).inputValue()).toBe(value);
    await dashboard.tab('Run').click();
    await dashboard.fill('Minutes', '0.35');
    await isSet('minutes', '0.35');
    await dashboard.choose('Recipe', 'Classic');
    await isSet('recipe', '"classic"');
    await dashboard.choose('Recipe', 'Default');
    await dashboard.choose('Learning rate', 'Manual');
    await isSet('learningRate', '0.002');
    await shows('Highest', '0.002');
    await dashboard.fill('Highest', '0.01');
    await isSet('learningRate', '0.01');
    await dashboard.choose('Learning rate', 'Automatic');
    await isUnset('learningRate');
    await dashboard.choose('Network size', 'Automatic');
    await isUnset('hidden');
    await isUnset('layers');
    await dashboard.choose('Network size', 'Manual');
    await isSet('hidden', '256');
    await isSet('layers', '2');
    await shows('Units', '256');
    await shows('Layers', '2');
    await dashboard.fill('Units', '80');
    await isSet('hidden', '80');
    await dashboard.fill('Layers', '9');
    await dashboard.panel.getByText('A whole number from 1 to 8.').waitFor();
    await dashboard.fill('Layers', '1');
    await isSet('layers', '1');
  });

  test('renames a run', async ({ workbench, dashboard }) => {
    await dashboard.tab('Curves').click();
    await dashboard.panel
      .getByRole('button', { name: /^Rename/ })
      .first()
      .click();
    await dashboard.field('New name').fill('the first one');
    await workbench.page.keyboard.press('Enter');
    await dashboard.panel.getByRole('row', { name: 'the first one' }).waitFor();
    await until(() => runs(workbench).some((file) => readFileSync(file, 'utf8').includes('the first one')), 'the name');
  });

  test('says why it cannot go on with the model, goes on when it can, and stops', async ({ workbench, dashboard }) => {
    await dashboard.button('Continue').click();
    await dashboard.panel.getByRole('heading', { name: 'Keep 96, or train anew.' }).waitFor();
    await dashboard.tab('Run').click();
    await dashboard.fill('Units', '96');
    await dashboard.fill('Layers', '2');
    await until(() => settings(workbench).includes('"inkling.training.layers": 2'), 'the layers');
    await dashboard.tab('Curves').click();
    await dashboard.button('Continue').click();
    await dashboard.button('Stop').waitFor({ timeout: 60_000 });
    const row = dashboard.panel.locator('.runs tbody tr').first();
    await row.getByText('running').waitFor();
    await expect.poll(() => row.getByRole('cell').nth(1).innerText(), { timeout: 60_000 }).toMatch(/^\d\.\d\d$/);
    await dashboard.button('Stop').click();
    await dashboard.button('Continue').waitFor({ timeout: 60_000 });
    await until(async () => /ready/.test(await workbench.status()), 'the end of training');
    await expect.poll(() => runs(workbench).length).toBe(2);
  });

  test('writes the model to a file, and takes one from a file', async ({ folder, workbench, dashboard }) => {
    const file = join(folder, 'exported.onnx');
    await dashboard.button('Export…').click();
    await dashboard.giveFile(file);
    await until(() => existsSync(file), 'the file');
    await expect.poll(() => readFileSync(file).equals(readFileSync(modelFile(workbench)))).toBe(true);
    await dashboard.tab('Run').click();
    rmSync(modelFile(workbench));
    await dashboard.button('Import a model…').click();
    await dashboard.giveFile(file);
    const question = workbench.page
      .locator('.monaco-dialog-box')
      .filter({ hasText: 'Import the model exported.onnx?' });
    await question.getByRole('button', { name: 'Import', exact: true }).click();
    await until(() => modelsIn(workbench.folder).length > 0, 'the model');
    expect(readFileSync(modelFile(workbench))).toEqual(readFileSync(file));
  });

  test('shows the log', async ({ workbench, dashboard }) => {
    await dashboard.button('Show log').click();
    const output = workbench.page.locator('.part.panel');
    await output.locator('.view-lines').waitFor();
    await output.getByText('Inkling').or(output.getByTitle('Inkling')).first().waitFor({ state: 'attached' });
    // It is empty: VS Code's logger is native code, which installing the server leaves out.
    await workbench.shot('log');
    await workbench.command('View: Hide Panel');
  });

  test('takes on another colour theme while it is open', async ({ workbench, dashboard }) => {
    await workbench.choose('Preferences: Color Theme', 'Light Modern');
    await dashboard.panel.locator('body.vscode-light').waitFor();
    await dashboard.tab('Curves').click();
    const look = () =>
      dashboard.panel.locator('body').evaluate((body) => {
        const { getComputedStyle, mark } = globalThis as unknown as {
          getComputedStyle(element: unknown): { readonly backgroundColor: string };
          readonly mark?: string;
        };
        return { background: getComputedStyle(body).backgroundColor, mark };
      });
    await dashboard.panel.locator('body').evaluate(() => Object.assign(globalThis, { mark: 'the same page' }));
    await dashboard.plot.locator('canvas').waitFor();
    const [light, picture] = [await look(), await dashboard.picture()];
    await workbench.choose('Preferences: Color Theme', 'Dark Modern');
    await dashboard.panel.locator('body.vscode-dark').waitFor();
    await expect.poll(() => dashboard.picture()).not.toBe(picture);
    const dark = await look();
    expect(dark.background).not.toBe(light.background);
    expect(dark.mark).toBe('the same page');
  });

  test('has something to look at in each section', async ({ workbench, dashboard }) => {
    await workbench.page.setViewportSize({ width: 1800, height: 1500 });
    await dashboard.tab('Curves').click();
    await setChecked(dashboard.checkbox('Show the first one'), true);
    await workbench.editor.locator('.view-lines').click();
    await workbench.page.keyboard.press('Control+End');
    await workbench.page.keyboard.press('Enter');
    await workbench.page.keyboard.type('return this.repository.findCust', { delay: 30 });
    await workbench.page.keyboard.press('Escape');
    await dashboard.tab('Next Character').click();
    await dashboard.panel.getByRole('listbox', { name: 'The suggestion' }).waitFor();
    await dashboard.tab('Inside the LSTM').click();
    await dashboard.panel.locator('.text [data-index="20"]').click();
    await dashboard.panel.locator('.equations').waitFor();
  });

  test.for(THEMES)('can be used by everybody in $theme', async ({ theme, body }, { workbench, dashboard }) => {
    await workbench.choose('Preferences: Color Theme', theme);
    await dashboard.panel.locator(`body.${body}`).waitFor();
    for (const section of SECTIONS) {
      await dashboard.tab(section).click();
      await dashboard.panel.locator(`#tab-${section.split(' ')[0]!.toLowerCase()}[aria-selected=true]`).waitFor();
      if (section === 'Curves') await expect.poll(() => dashboard.panel.locator('.chart canvas').count()).toBe(4);
      await workbench.shot(`${theme}-${section}`.toLowerCase().replaceAll(' ', '-'));
      const frame = dashboard.panel.locator('body');
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

  test('is there again after a reload of the window', async ({ workbench, dashboard }) => {
    await workbench.reload();
    await dashboard.tab('Curves').click({ timeout: 60_000 });
    await dashboard.panel.getByRole('slider', { name: 'Bits per character' }).waitFor();
    await workbench.shot('reloaded');
  });

  test('forgets everything when asked to, and begins anew', async ({ workbench, dashboard }) => {
    await dashboard.tab('Run').click();
    await dashboard.button('Forget this workspace…').click();
    const dialog = workbench.page.locator('.monaco-dialog-box');
    await dialog.getByRole('button', { name: 'Forget' }).click();
    await dashboard.panel.getByText('Nothing leaves this machine.', { exact: true }).waitFor();
    expect(await dashboard.panel.getByRole('tab').count()).toBe(0);
    expect(runs(workbench)).toEqual([]);
  });
});

function settings(workbench: Workbench): string {
  return readFileSync(join(workbench.folder, 'data', 'User', 'settings.json'), 'utf8');
}

function underlined(workbench: Workbench): Locator {
  return workbench.editor.locator('.view-line span[class*="ced-"]');
}

function modelFile(workbench: Workbench): string {
  return join(storageIn(workbench.folder), modelsIn(workbench.folder)[0]!);
}

/** Files of what is kept of runs. */
function runs(workbench: Workbench): string[] {
  const files = storedIn(workbench.folder).filter((path) => /runs.\d+-\w+\.json$/.test(path));
  return files.map((path) => join(storageIn(workbench.folder), path));
}
