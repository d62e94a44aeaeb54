import type { Browser, Locator } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ExpertView } from '../../src/protocol/inspection.ts';
import type { Phase, RunCommand } from '../../src/protocol/page.ts';
import { setChecked } from '../support/checkbox.ts';
import { canRun, openBrowser, skipped } from './browser.ts';
import { curve, evaluationsOf, NEXT, RUNS, SAVINGS, TRACE, TRAINING } from './data.ts';
import { openWebview, THEMES, type Webview } from './fakeWebview.ts';

describe.skipIf(!canRun)(`The dashboard's page${skipped}`, () => {
  let browser: Browser;
  let webview: Webview;

  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(async () => await browser?.close());
  beforeEach(async () => {
    webview = await openWebview(browser, { width: 1280, height: 900 });
    await webview.host.tellEverything();
    webview.page.setDefaultTimeout(5000);
  });
  afterEach(async () => {
    expect(webview.problems).toEqual([]);
    await webview.page.context().close();
  });

  const { button, tab, field } = {
    button: (name: string) => webview.page.getByRole('button', { name, exact: true }),
    tab: (name: string) => webview.page.getByRole('tab', { name, exact: true }),
    field: (name: string) => webview.page.getByRole('textbox', { name, exact: true }),
  };
  const choose = async (name: string, option: string) => {
    await webview.page.getByRole('combobox', { name, exact: true }).click();
    await webview.page.getByRole('option', { name: option, exact: true }).click();
  };
  const asked = (...call: [string, ...unknown[]]) =>
    expect.poll(() => webview.host.calls, { timeout: 3000 }).toContainEqual(call);
  const state = (changes: Partial<typeof TRAINING>) => webview.host.page.state({ ...TRAINING, ...changes });

  describe('run', () => {
    it('has a button for each command where that makes sense, and nowhere else', async () => {
      const buttons: readonly (readonly [string, RunCommand])[] = [
        ['Train', 'train'],
        ['Continue', 'continue'],
        ['Pause', 'pause'],
        ['Resume', 'resume'],
        ['Stop', 'stop'],
        ['Export…', 'export'],
        ['Import a model…', 'import'],
        ['Show log', 'showLog'],
        ['Forget this workspace…', 'forget'],
      ];
      for (const [name, command] of buttons) {
        await state({ phase: 'trained', commands: [command] });
        await button(name).click();
        await asked('run', command);
        await state({ phase: 'trained', commands: [] });
        await expect.poll(() => button(name).count()).toBe(0);
      }
    });

    it('says what goes on', async () => {
      const run = webview.page.getByRole('complementary', { name: 'Run' });
      await run.getByText('3.25M').waitFor();
      const text = await run.innerText();
      for (const fact of ['1.74 bits/char', '19:12', '10:48', '8.04', '48.3K chars/s', '2 × 512 units', '1.24 GB']) {
        expect(text).toContain(fact);
      }
      expect(await webview.page.getByRole('progressbar').getAttribute('aria-valuenow')).toBe('64');
    });

    it('sets options, and says at a field what can be typed there', async () => {
      await field('Minutes').fill('20000');
      await webview.page.getByText('A number from 0.05 to 10000.').waitFor();
      await field('Minutes').press('Tab');
      expect(webview.host.last('setOption')).toBeUndefined();
      await field('Minutes').fill('12.5');
      await field('Minutes').press('Tab');
      await asked('setOption', 'minutes', 12.5);
      await choose('Network size', 'Manual');
      await asked('setOption', 'hidden', 256);
      await asked('setOption', 'layers', 2);
      await choose('Learning rate', 'Manual');
      await asked('setOption', 'learningRate', 0.002);
      await choose('Recipe', 'Classic');
      await asked('setOption', 'recipe', 'classic');
    });

    it('lets sizes and rates be typed when they are not automatic', async () => {
      await state({ options: { ...TRAINING.options, hidden: 256, layers: 2, learningRate: 0.002 } });
      await field('Layers').fill('1.5');
      await webview.page.getByText('A whole number from 1 to 8.').waitFor();
      await field('Units').fill('384');
      await field('Units').press('Tab');
      await asked('setOption', 'hidden', 384);
      await field('Highest').fill('0.01');
      await field('Highest').press('Tab');
      await asked('setOption', 'learningRate', 0.01);
      await choose('Network size', 'Automatic');
      await asked('setOption', 'hidden', 0);
      await asked('setOption', 'layers', 0);
    });

    it('shows why the host refused an option', async () => {
      webview.host.refusal = 'A folder has a setting of its own.';
      await choose('Recipe', 'Classic');
      await webview.page.getByRole('alert').getByText('A folder has a setting of its own.').waitFor();
    });

    it.each<readonly [Phase, readonly RunCommand[], string]>([
      ['restricted', ['manageTrust'], 'This workspace is not trusted.'],
      ['no-folder', [], 'Inkling learns from a folder.'],
      ['unsupported', [], 'Inkling completes your code all the same'],
      ['empty', ['train', 'import'], 'Nothing leaves this machine.'],
    ])('explains itself when it is %s', async (phase, commands, sentence) => {
      await webview.host.page.runs([]);
      await state({ phase, commands, sentence: 'A sentence.' });
      await webview.page.getByText(sentence).waitFor();
      expect(await webview.page.getByRole('tab').count()).toBe(0);
      if (phase === 'restricted') {
        await button('Manage Trust').click();
        await asked('run', 'manageTrust');
      }
    });

    it('says what the host could not do, until that is dismissed', async () => {
      webview.host.failure = 'The curve of this run is gone.';
      await setChecked(webview.page.getByRole('checkbox', { name: 'Show Run 18' }), true);
      await webview.page.getByRole('alert').getByText('The curve of this run is gone.').waitFor();
      await button('Dismiss').click();
      await expect.poll(() => webview.page.getByRole('alert').count()).toBe(0);
    });

    it('tells screen readers of a new phase, not of each number', async () => {
      const live = webview.page.locator('[aria-live="polite"]').first();
      await state({ sentence: 'Training: 1.73 bits' });
      expect(await live.textContent()).toBe(TRAINING.sentence);
      await state({ phase: 'paused', sentence: 'Paused' });
      await expect.poll(() => live.textContent()).toBe('Paused');
    });
  });

  describe('curves', () => {
    const plot = () => webview.page.getByRole('slider', { name: 'Bits per character' });
    const shownRow = (name: string): Locator => webview.page.getByRole('row', { name });
    const pointedAt = () => webview.page.getByText(/^at \d+:\d\d$/);
    /** Moves the pointer to the middle, again while the curves are still to be drawn there. */
    const point = () =>
      expect
        .poll(
          async () => {
            const box = (await plot().boundingBox())!;
            await webview.page.mouse.move(box.x + box.width / 2 - 1, box.y + 100);
            await webview.page.mouse.move(box.x + box.width / 2, box.y + 100);
            return pointedAt().count();
          },
          { timeout: 5000, interval: 200 },
        )
        .toBe(1);

    it('show the last values, and those under the pointer', async () => {
      const points = curve(1, 6400);
      const last = evaluationsOf(points).at(-1)!.heldOutBits.toFixed(2);
      await shownRow('Run 20').getByText(last, { exact: true }).waitFor();
      await shownRow('Run 20').getByText(points.trainBits.at(-1)!.toFixed(2), { exact: true }).waitFor();
      await point();
      const place = (await pointedAt().innerText()).slice(3);
      const [minutes, seconds] = place.split(':').map(Number) as [number, number];
      const near = points.seconds.findIndex((second) => second > minutes * 60 + seconds);
      const bits = Number(await shownRow('Run 20').getByRole('cell').nth(1).innerText());
      const around = points.trainBits.slice(near - 4, near + 4);
      expect(bits).toBeGreaterThanOrEqual(Math.min(...around) - 0.01);
      expect(bits).toBeLessThanOrEqual(Math.max(...around) + 0.01);
    });

    it('keep the pointer when they are drawn anew', async () => {
      await point();
      const place = async () => Number(await plot().getAttribute('aria-valuenow'));
      const before = await place();
      await webview.page.getByRole('slider', { name: 'Smoothing' }).evaluate((slider: HTMLInputElement) => {
        slider.value = '0';
        slider.dispatchEvent(new Event('input'));
      });
      await webview.page.waitForTimeout(500);
      expect(await place()).toBeCloseTo(before, 6);
    });

    it('can be walked over with arrow keys', async () => {
      await webview.page.waitForTimeout(300);
      await plot().focus();
      await webview.page.keyboard.press('ArrowLeft');
      await expect.poll(() => plot().getAttribute('aria-valuetext')).toContain('at 19:00: Run 20: held out');
    });

    it('zoom where one drags, and back', async () => {
      await webview.page.waitForTimeout(300);
      const box = (await plot().boundingBox())!;
      await webview.page.mouse.move(box.x + 200, box.y + 100);
      await webview.page.mouse.down();
      await webview.page.mouse.move(box.x + 400, box.y + 120, { steps: 4 });
      await webview.page.mouse.up();
      await button('Reset zoom').waitFor();
      const zoomed = Number(await plot().getAttribute('aria-valuemax'));
      expect(zoomed).toBeGreaterThan(300);
      expect(zoomed).toBeLessThan(600);
      await button('Reset zoom').click();
      expect(Number(await plot().getAttribute('aria-valuemax'))).toBeCloseTo(1152, 0);
    });

    it('have an axis by time, step or epoch', async () => {
      await choose('Horizontal axis', 'By step');
      expect(Number(await plot().getAttribute('aria-valuemax'))).toBe(6400);
      await choose('Horizontal axis', 'By epoch');
      expect(Number(await plot().getAttribute('aria-valuemax'))).toBe(8);
      expect(await webview.page.evaluate('keptState')).toMatchObject({ axis: 'epoch' });
    });

    it('are smoothed as much as one likes', async () => {
      await webview.page.getByRole('slider', { name: 'Smoothing' }).fill('0.5');
      await webview.page.getByText('0.50', { exact: true }).waitFor();
      expect(await webview.page.evaluate('keptState')).toMatchObject({ smoothing: 0.5 });
    });

    it('can be taken out by kind', async () => {
      for (const kind of ['Held out', 'Training', 'Baselines']) {
        await button(kind).click();
        expect(await button(kind).getAttribute('aria-pressed')).toBe('false');
      }
      await button('Held out').click();
      expect(await webview.page.evaluate('keptState')).toMatchObject({ hidden: ['train', 'baselines'] });
    });

    it('of earlier runs are fetched once and laid over', async () => {
      await setChecked(webview.page.getByRole('checkbox', { name: 'Show Run 18' }), true);
      await asked('curve', 'run-18');
      await expect.poll(() => shownRow('Run 18').getByRole('cell').nth(1).innerText()).toMatch(/^\d\.\d\d$/);
      await setChecked(webview.page.getByRole('checkbox', { name: 'Show Run 18' }), false);
      await setChecked(webview.page.getByRole('checkbox', { name: 'Show Run 18' }), true);
      expect(webview.host.calls.filter(([name]) => name === 'curve')).toHaveLength(1);
    });

    it('let runs be renamed and deleted', async () => {
      await button('Rename Run 19').click();
      await webview.page.getByRole('textbox', { name: 'New name' }).fill('wide');
      await webview.page.keyboard.press('Enter');
      await asked('renameRun', 'run-19', 'wide');
      await button('Delete Run 18').click();
      await asked('deleteRun', 'run-18');
      expect(await button('Delete Run 20').isDisabled()).toBe(true);
      await webview.host.page.runs(RUNS.slice(0, 2));
      await expect.poll(() => webview.page.locator('.runs tbody tr').count()).toBe(2);
    });

    it('are drawn anew in the colours of another theme', async () => {
      await webview.page.waitForTimeout(300);
      const picture = () =>
        plot()
          .locator('canvas')
          .evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
      const dark = await picture();
      await webview.setTheme(THEMES[1]);
      await expect.poll(picture).not.toBe(dark);
    });

    it('are exported as CSV and as a picture', async () => {
      await webview.page.waitForTimeout(300);
      await button('Export CSV…').click();
      await expect.poll(() => webview.host.last('save')?.[1]).toBe('inkling-runs.csv');
      expect(String(webview.host.last('save')![2]).split('\r\n')).toHaveLength(6400 + 2);
      await button('Export picture…').click();
      await expect.poll(() => webview.host.last('save')?.[1]).toBe('inkling-curves.png');
      const [, , content, encoding] = webview.host.last('save')!;
      expect(encoding).toBe('base64');
      expect(Buffer.from(String(content), 'base64').subarray(1, 4).toString()).toBe('PNG');
    });
  });

  describe('samples', () => {
    beforeEach(() => tab('Samples').click());

    it('lead from noise to code', async () => {
      const sample = webview.page.locator('pre.code').first();
      expect(await sample.innerText()).toContain('Reads a file');
      await webview.page.getByRole('slider', { name: 'Measurement' }).fill('0');
      expect(await sample.innerText()).toContain('ee  t aoit');
      await button('Next sample').click();
      await webview.page.getByText('2 of 30').waitFor();
      await button('Previous sample').click();
      await webview.page.getByText('1 of 30').waitFor();
      expect(await button('Previous sample').isDisabled()).toBe(true);
    });

    it('of earlier runs are there too', async () => {
      await choose('Run', 'Run 18');
      await asked('curve', 'run-18');
      await webview.page.getByText('With each measurement the network writes a sample.').waitFor();
      const [evaluation] = evaluationsOf(curve(1, 100), 1);
      await webview.host.page.evaluations('run-18', [{ ...evaluation!, sample: 'of the 18th' }]);
      await webview.page.getByText('of the 18th').waitFor();
      await webview.host.page.runs(RUNS.filter(({ id }) => id !== 'run-18'));
      await webview.page.getByText('Reads a file').waitFor();
    });

    it('are written anew from a prompt', async () => {
      await field('Text to go on from').fill('const a');
      await webview.page.getByRole('slider', { name: 'Temperature' }).fill('1.2');
      await field('Characters').fill('0');
      await webview.page.getByText('A whole number from 1 to 5000.').waitFor();
      await field('Characters').fill('80');
      await button('Write').click();
      await asked('generate', { prompt: 'const a', temperature: 1.2, length: 80 });
      await webview.page.getByText('function written() {}').waitFor();
    });
  });

  describe('next character', () => {
    beforeEach(() => tab('Next Character').click());

    it('has its probabilities, white space by name, and its entropy', async () => {
      const items = webview.page.getByRole('list', { name: 'What comes next' }).getByRole('listitem');
      expect(await items.count()).toBe(10);
      expect(await items.nth(0).innerText()).toMatch(/x\s*78%/);
      expect(await items.allTextContents()).toEqual(
        expect.arrayContaining([expect.stringContaining('newline'), expect.stringContaining('tab')]),
      );
      await webview.page.getByText('Entropy 1.31 bits').waitFor();
    });

    it('has the confidence of each character of the suggestion', async () => {
      const first = webview.page.getByRole('option', { name: 'x 99%' });
      await first.focus();
      await webview.page.keyboard.press('ArrowRight');
      await webview.page.locator('.readout').getByText('78.8%').waitFor();
      expect(await webview.page.getByRole('option', { name: 't 78.8%' }).getAttribute('aria-selected')).toBe('true');
    });

    it('says who says so, and what each of them counts', async () => {
      const { page, host } = webview;
      await page.getByRole('img', { name: 'LSTM 37% · memory 40% · this file 13% · its words 10%' }).waitFor();
      expect(await page.getByRole('list', { name: 'The LSTM' }).getByRole('listitem').count()).toBe(5);
      expect(await page.getByRole('list', { name: 'The memory' }).getByRole('listitem').first().innerText()).toMatch(
        /x\s+91%/,
      );
      await page.getByText('in this order before: 11').waitFor();
      for (const name of ['This file', 'The words of this file']) {
        expect(await page.getByRole('list', { name, exact: true }).getByRole('listitem').count()).toBe(5);
      }
      const [lstm, workspace, document, words] = NEXT.experts as [ExpertView, ExpertView, ExpertView, ExpertView];
      const withWeights = [
        { ...workspace, weight: 0.7 },
        { ...document, weight: 0.2 },
        { ...words, weight: 0.1 },
      ];
      await host.page.next({ ...NEXT, experts: withWeights });
      await page.getByRole('img', { name: 'memory 70% · this file 20% · its words 10%' }).waitFor();
      await page.getByText('no LSTM is trained yet').waitFor();
      await host.page.next({ ...NEXT, experts: [{ ...workspace, weight: 1, matched: 0 }] });
      await page.getByText('no LSTM is trained yet').waitFor();
      await page.getByText('It has not seen').waitFor();
      expect(await page.getByRole('list', { name: 'The LSTM' }).count()).toBe(0);
      await host.page.next({ ...NEXT, experts: [{ ...lstm, weight: 1 }] });
      await page.getByText('the memory is off').waitFor();
      // One that does not come with Inkling is drawn like the others, by its id.
      await host.page.next({
        ...NEXT,
        experts: [
          { ...workspace, weight: 0.6 },
          { ...lstm, id: 'toy', weight: 0.4 },
        ],
      });
      await page.getByRole('img', { name: 'memory 60% · toy 40%' }).waitFor();
      expect(await page.getByRole('list', { name: 'toy' }).getByRole('listitem').count()).toBe(5);
    });

    it('says when there is nothing', async () => {
      await webview.host.page.next(undefined);
      await webview.page.getByText('Put the cursor into a file').waitFor();
    });
  });

  describe('inside the LSTM', () => {
    beforeEach(() => tab('Inside the LSTM').click());
    const character = (index: number) => webview.page.locator(`.text [data-index="${index}"]`);

    it('colours each character by its surprise, gates, or cell state', async () => {
      expect(await webview.page.locator('.text [role=option]').count()).toBe(TRACE.characters.length);
      expect(await character(20).getAttribute('aria-label')).toBe(`f ${TRACE.surprisal[20]!.toFixed(2)}`);
      await choose('Colour by', 'Forget gate');
      expect(await character(20).getAttribute('aria-label')).toBe(`f ${TRACE.forget[0]![20]!.toFixed(2)}`);
      await choose('Layer', 'Layer 2');
      expect(await character(20).getAttribute('aria-label')).toBe(`f ${TRACE.forget[1]![20]!.toFixed(2)}`);
      await choose('Colour by', 'Input gate');
      expect(await character(20).getAttribute('aria-label')).toBe(`f ${TRACE.input[1]![20]!.toFixed(2)}`);
      await choose('Colour by', 'Output gate');
      expect(await character(20).getAttribute('aria-label')).toBe(`f ${TRACE.output[1]![20]!.toFixed(2)}`);
      await choose('Colour by', 'Cell state');
      expect(await character(20).getAttribute('aria-label')).toBe(`f ${TRACE.cell[1]![20]!.toFixed(2)}`);
    });

    it('opens a character with arrow keys and shows what was computed there', async () => {
      await character(0).focus();
      await webview.page.keyboard.press('Enter');
      await asked('character', 0);
      await webview.page.keyboard.press('ArrowRight');
      await asked('character', 1);
      expect(await character(1).evaluate((element) => element === document.activeElement)).toBe(true);
      await webview.page.getByRole('list', { name: 'Expected here' }).waitFor();
      const rows = await webview.page.locator('.equations tr').allInnerTexts();
      expect(rows[0]).toMatch(/^i.*= σ\(−?\d\.\d\d\)\s*= \d\.\d\d$/s);
      expect(rows[4]).toMatch(/f·c₋₁ \+ i·g = \d\.\d\d·\(?−?\d\.\d\d\)? \+ \d\.\d\d·/);
      expect(rows).toHaveLength(6);
      expect(await webview.page.locator('.all-units canvas').count()).toBe(6);
    });

    it('finds units by variance and by what they follow', async () => {
      const list = webview.page.getByRole('listbox', { name: 'Units' });
      await expect.poll(() => list.getByRole('option').count()).toBe(100);
      await choose('Find units', 'That follow quotes');
      await asked('unitsThatFollow', 'quotes');
      await list.getByText('r 0.93').waitFor();
      await list.getByRole('option').first().click();
      await asked('unit', { layer: 1, unit: 213 });
      await expect.poll(() => character(20).getAttribute('aria-label')).toBe('f 0.94');
      await webview.page.getByText('Cell state of unit 213, layer 2').waitFor();
      for (const feature of ['brackets', 'indentation', 'comments']) {
        await choose('Find units', `That follow ${feature}`);
        await asked('unitsThatFollow', feature);
      }
      await choose('Find units', 'That follow the position in the line');
      await asked('unitsThatFollow', 'line-position');
    });

    it('opens a list above where there is no room below', async () => {
      await webview.page.setViewportSize({ width: 700, height: 600 });
      await character(5).click();
      await webview.page.getByRole('list', { name: 'Expected here' }).waitFor();
      const find = webview.page.getByRole('combobox', { name: 'Find units' });
      await find.evaluate((select) => select.scrollIntoView({ block: 'end' }));
      await choose('Find units', 'That follow the position in the line');
      await asked('unitsThatFollow', 'line-position');
      await find.evaluate((select) => select.scrollIntoView({ block: 'end' }));
      await find.focus();
      await webview.page.keyboard.press('Enter');
      const option = webview.page.getByRole('option', { name: 'That vary most' });
      expect((await option.boundingBox())!.y).toBeLessThan((await find.boundingBox())!.y);
    });

    it('lets all units be walked over and chosen with keys', async () => {
      await character(5).click();
      const gate = webview.page.getByRole('slider', { name: /^forget gate of all units/ });
      await gate.focus();
      await webview.page.keyboard.press('ArrowRight');
      await webview.page.keyboard.press('ArrowRight');
      expect(await gate.getAttribute('aria-valuetext')).toMatch(/^#2: 0\.\d\d$/);
      expect(webview.host.last('unit')).toBeUndefined();
      await webview.page.keyboard.press('Enter');
      await asked('unit', { layer: 0, unit: 2 });
      await webview.page.keyboard.press('End');
      expect(await gate.getAttribute('aria-valuenow')).toBe('511');
      await webview.page.keyboard.press('ArrowUp');
      const above = Number(await gate.getAttribute('aria-valuenow'));
      expect(above).toBeGreaterThan(300);
      expect(above).toBeLessThan(500);
      await webview.page.keyboard.press('Home');
      await webview.page.keyboard.press(' ');
      await asked('unit', { layer: 0, unit: 0 });
      await webview.page.keyboard.press('ArrowDown');
      await webview.page.keyboard.press('Tab');
      expect(await gate.getAttribute('aria-valuenow')).toBe('0');
    });

    it('lets a unit be named for the equations', async () => {
      await character(5).click();
      await field('Unit').fill('512');
      await webview.page.getByText('A whole number from 0 to 511.').waitFor();
      await field('Unit').fill('17');
      await field('Unit').press('Tab');
      await asked('unit', { layer: 0, unit: 17 });
      await webview.page.getByText('Layer 1, unit 17').first().waitFor();
    });

    it('switches surprise in the editor', async () => {
      await webview.page.getByText('Surprise in the editor').click();
      await asked('setSurprisalShown', true);
    });
  });

  describe('corpus', () => {
    beforeEach(() => tab('Corpus').click());

    it('says what was read and replaced', async () => {
      const text = await webview.page.getByRole('tabpanel').innerText();
      for (const fact of ['412, of which 43 held out', '5,790,112', 'Keys of GitHub', '4.2M in 310 files']) {
        expect(text).toContain(fact);
      }
      expect(text.toLowerCase()).toContain('133 characters, by how often they occur');
      expect(text).toContain('and 41 rarer characters');
    });

    it('names the secrets that were replaced, of one kind together', async () => {
      for (const [name, count] of [
        ['Keys of GitHub', '1'],
        ['Passwords in addresses', '3'],
        ['Private keys', '1'],
      ] as const) {
        const term = webview.page.locator('dt', { hasText: name });
        await expect.poll(() => term.locator('xpath=following-sibling::dd[1]').innerText()).toBe(count);
      }
    });

    it('says which rules could not be used', async () => {
      const rules = webview.page.getByRole('list', { name: 'Rules that could not be used' });
      expect(await rules.getByRole('listitem').allInnerTexts()).toEqual([
        expect.stringMatching(/private\/\.gitignore cannot be read/),
      ]);
    });

    it('names files that were left out', async () => {
      await webview.page.getByText('Ignored by Git').click();
      await asked('excludedFiles', 'git-ignored');
      await webview.page.getByText('node_modules/a/index.js').waitFor();
      await webview.page.getByText('and 20310 more').waitFor();
    });
  });

  describe('savings', () => {
    const panel = () => webview.page.getByRole('tabpanel');
    const told = (changes: object) => webview.host.page.savings({ ...SAVINGS, ...changes });
    const figures = (changes: object) => told({ figures: { ...SAVINGS.figures, ...changes } });
    const text = () => panel().innerText();
    beforeEach(() => tab('Savings').click());

    it('says before anything was measured what will be done, and does it', async () => {
      await webview.host.page.savings({ notices: [] });
      await panel().getByText('nothing leaves this machine').waitFor();
      await panel().getByText('Git is started').waitFor();
      await button('What would it have saved?').click();
      await asked('run', 'replay');
      expect(await panel().getByRole('table').count()).toBe(0);
    });

    it('shows how far it is, and ends when it is told to', async () => {
      await webview.host.page.savings({ notices: [], progress: 0 });
      await state({ commands: [] });
      const bar = panel().getByRole('progressbar');
      expect(await bar.getAttribute('aria-valuenow')).toBeNull();
      await panel().getByText('Reading the history').waitFor();
      await told({ progress: 0.42 });
      await expect.poll(() => bar.getAttribute('aria-valuenow')).toBe('42');
      expect(await button('Measure again').count()).toBe(0);
      await button('Cancel').click();
      await asked('cancelReplay');
    });

    it('keeps the focus on its button, and tells screen readers of the result alone', async () => {
      const isFocused = (name: string) =>
        expect.poll(() => button(name).evaluate((one) => one.matches(':focus'))).toBe(true);
      await button('Measure again').focus();
      await webview.page.keyboard.press('Enter');
      await asked('run', 'replay');
      await told({ progress: 0 });
      await isFocused('Cancel');
      await told({ progress: 0.7 });
      await webview.page.keyboard.press('Enter');
      await asked('cancelReplay');
      await figures({ commits: 39 });
      await isFocused('Measure again');
      expect(await panel().getByRole('status').innerText()).toMatch(/^Of the last 5,120 .* 47%\.$/);
    });

    it('tells in a sentence what would have been typed, and by whom', async () => {
      await panel().getByText('Of the last 5,120 characters that you typed, Inkling would have typed 47%.').waitFor();
      expect(await text()).toMatch(/an ideal typist, who looks at every suggestion .* 42% of the keys/);
      expect(await text()).toMatch(/a human one, who types 45 words a minute.* typed 23%: 20% of the keys/);
      expect(await text()).toMatch(/committed after the network was trained .* The memory alone would have typed 41%/);
      expect(await text()).toContain('Commits: 38');
      await button('Measure again').click();
      await asked('run', 'replay');
      await figures({ whose: 'everybody', commits: 1, folder: 'front' });
      await panel().getByText('Of the last 5,120 characters that were typed, Inkling').waitFor();
      expect(await text()).toContain('everybody’s are counted');
      expect(await text()).toContain('Commits: 1 (front)');
    });

    it('says why the network was not asked, and when it will be', async () => {
      const memories = SAVINGS.figures!.memories;
      const alone = { both: undefined, memories: { ...memories, all: { ...memories.all, characters: 400 } } };
      await figures({ ...alone, network: { type: 'early', trained: '2026-11-23T09:49:00Z', characters: 612 } });
      await panel().getByText('Of the last 400 characters that you typed, Inkling would have typed 41%.').waitFor();
      expect(await text()).toMatch(/may have learnt these lines.* once 1,000 characters .* there are 612/);
      expect(await text()).toContain('figures of fewer than 1,000 characters say little');
      await figures({ ...alone, network: { type: 'none' } });
      await panel().getByText('as no network serves').waitFor();
      expect(await panel().getByRole('columnheader', { name: 'After training' }).count()).toBe(0);
      await state({ phase: 'unsupported', commands: ['replay'] });
      await webview.page.getByText('as the LSTM does not run here').waitFor();
    });

    it('has a table by kind and by language, before and after training', async () => {
      const cells = (name: string) =>
        panel()
          .getByRole('row', { name: new RegExp(`^${name}`) })
          .getByRole('cell')
          .allInnerTexts();
      expect(await cells('All')).toEqual(['5,120', '41%', '20%', '47%', '23%', '9%']);
      expect(await cells('Within lines')).toEqual(['900', '22%', '9%', '28%', '9%', '47%']);
      expect(await cells('\\.css')).toEqual(['400', '30%', '13%', '36%', '13%', '12%']);
      for (const header of ['Before training', 'After training', 'Silent']) {
        await panel().getByRole('columnheader', { name: header }).waitFor();
      }
    });

    it('shows the largest suggestions, and what was wrong in others', async () => {
      const largest = panel().getByRole('region', { name: 'The largest suggestions in your own lines' });
      expect(await largest.getByRole('listitem').count()).toBe(3);
      expect(await largest.locator('ins').first().innerText()).toContain('minimumProbability');
      const wrong = panel().getByRole('region', { name: 'What it would have got wrong' });
      expect(await wrong.locator('pre').allTextContents()).toEqual([
        'await mkdir(folder, { recursive: true, force: true',
        'readonly hidden: number;',
      ]);
      expect(await wrong.locator('del').allTextContents()).toEqual(['force: true', 'idden: number;']);
      expect(await wrong.innerText()).toContain('Of 656 suggestions, the ideal typist accepted 380.');
      await told({ examples: { largest: [], wrong: [] } });
      await panel().getByText('None was right as a whole.').waitFor();
      await told({ examples: undefined });
      await panel().getByText('Suggestions are not kept').waitFor();
    });

    it('says what was left out, and what went wrong beside what was measured before', async () => {
      expect(await panel().getByRole('list', { name: 'Left out' }).innerText()).toContain('41 characters');
      await told({ problem: 'Git is not installed.' });
      await panel().getByRole('alert').getByText('Git is not installed.').waitFor();
      await panel().getByText('Of the last 5,120 characters').waitFor();
    });

    it('is shown when somebody asks for it elsewhere, also before there is anything else to see', async () => {
      await tab('Corpus').click();
      await webview.host.page.reveal('savings');
      await expect.poll(() => tab('Savings').getAttribute('aria-selected')).toBe('true');
      await webview.host.page.runs([]);
      await webview.page.setViewportSize({ width: 600, height: 400 });
      await state({ phase: 'empty', commands: ['train', 'replay'] });
      const section = webview.page.getByRole('region', { name: 'Savings' });
      await section.getByText('Of the last 5,120 characters').waitFor();
      await webview.page.evaluate('window.scrollTo(0, 0)');
      await webview.host.page.reveal('savings');
      await expect.poll(() => webview.page.evaluate('window.scrollY')).toBeGreaterThan(100);
    });
  });

  it('is less than 400 kB, with all that it loads', async () => {
    await webview.page.evaluate('document.fonts.ready');
    expect([...webview.loaded.keys()].sort()).toEqual(['codicon.ttf', 'dashboard.css', 'dashboard.js']);
    expect([...webview.loaded.values()].reduce((total, size) => total + size, 0)).toBeLessThan(400_000);
  });

  it('tells the host which sections are seen', async () => {
    await asked('show', ['run', 'curves']);
    await tab('Inside the LSTM').click();
    await asked('show', ['run', 'inside']);
    await webview.page.keyboard.press('ArrowRight');
    await asked('show', ['run', 'corpus']);
    await webview.page.setViewportSize({ width: 600, height: 800 });
    await asked('show', ['corpus']);
    await tab('Run').click();
    await asked('show', ['run']);
  });

  it('speaks the language that the host has translations for', async () => {
    const chinese = await openWebview(browser, { width: 350, height: 800, language: 'zh-cn' });
    await chinese.host.tellEverything();
    await chinese.page.getByRole('button', { name: '暂停', exact: true }).click();
    await expect.poll(() => chinese.host.calls).toContainEqual(['run', 'pause']);
    await chinese.page.getByRole('tab', { name: 'LSTM 内部' }).click();
    await chinese.page.getByText('在编辑器中显示意外程度').waitFor();
    expect(chinese.problems).toEqual([]);
    await chinese.page.context().close();
  });
});
