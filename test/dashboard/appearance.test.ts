import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { AxeResults } from 'axe-core';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setChecked } from '../support/checkbox.ts';
import { canRun, openBrowser, skipped } from './browser.ts';
import { PHASES, RUNS } from './data.ts';
import { openWebview, THEMES, type Webview } from './fakeWebview.ts';

const shots = fileURLToPath(new URL('../../.cache/screenshots/dashboard', import.meta.url));
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const SECTIONS = ['Run', 'Curves', 'Samples', 'Next Character', 'Inside the LSTM', 'Corpus', 'Savings'];

describe.skipIf(!canRun).each([1280, 350])(`The dashboard's page, %i pixels wide${skipped}`, (width) => {
  let browser: Browser;
  let webview: Webview;

  beforeAll(async () => {
    mkdirSync(shots, { recursive: true });
    browser = await openBrowser();
    webview = await openWebview(browser, { width, height: 800 });
    await webview.page.evaluate(axe);
    await webview.host.tellEverything();
  });
  afterAll(async () => await browser?.close());

  /** Opens a section with something in it. */
  async function open(section: string): Promise<boolean> {
    const { page } = webview;
    const tab = page.getByRole('tab', { name: section, exact: true });
    if ((await tab.count()) === 0) return false;
    await tab.click();
    if (section === 'Curves') await setChecked(page.getByRole('checkbox', { name: 'Show Run 19' }), true);
    if (section === 'Inside the LSTM') {
      await page.locator('.text [data-index="20"]').click();
      await page.locator('.equations').waitFor();
    }
    // A drawing may wait a fifth of a second for its turn.
    await page.waitForTimeout(250);
    return true;
  }

  /** Takes a picture, and looks for what somebody could not see, read or reach. */
  async function look(name: string): Promise<void> {
    const { page } = webview;
    await page.screenshot({ path: `${shots}/${name}.png`, fullPage: true });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    const { violations } = (await page.evaluate("axe.run({ resultTypes: ['violations'] })")) as AxeResults;
    const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    expect(grave.map(({ id, nodes }) => [id, ...nodes.slice(0, 3).map(({ html }) => html.slice(0, 160))])).toEqual([]);
  }

  describe.each(THEMES)('in $name', (theme) => {
    beforeAll(() => webview.setTheme(theme));

    it.each(SECTIONS)('%s can be used by everybody', async (section) => {
      if (!(await open(section))) return expect(width).toBe(1280);
      await look(`${theme.name}-${width}-${section.split(' ')[0]!.toLowerCase()}`);
    });

    it('what is wrong with a number can be read by everybody', async () => {
      await open('Run');
      const minutes = webview.page.getByRole('textbox', { name: 'Minutes', exact: true });
      await minutes.fill('soon');
      await webview.page.getByRole('alert').waitFor();
      await look(`${theme.name}-${width}-problem`);
      await minutes.fill('5');
    });
  });

  it.each(PHASES.map((state) => [state.phase, state] as const))(
    'explains what it is to be %s',
    async (phase, state) => {
      await webview.setTheme(THEMES[0]);
      await webview.host.page.runs(state.run === undefined ? [] : RUNS);
      await webview.host.page.state(state);
      const run = webview.page.getByRole('tab', { name: 'Run', exact: true });
      if ((await run.count()) > 0) await run.click();
      await webview.page.getByRole('heading', { name: state.sentence }).waitFor();
      await look(`dark-${width}-phase-${phase}`);
    },
  );

  it('breaks nothing on the way', () => {
    expect(webview.problems).toEqual([]);
  });
});
