import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { AxeResults } from 'axe-core';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canRun, openBrowser, skipped } from './browser.ts';
import { openWebview, THEMES, type Webview } from './fakeWebview.ts';

const shots = fileURLToPath(new URL('../../.cache/screenshots/dashboard', import.meta.url));
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const SECTIONS = ['Run', 'Curves', 'Samples', 'Next Character', 'Inside the LSTM', 'Corpus'];

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
    if (section === 'Curves') await page.getByRole('checkbox', { name: 'Show Run 19' }).check();
    if (section === 'Inside the LSTM') {
      await page.locator('.text [data-index="20"]').click();
      await page.locator('.equations').waitFor();
    }
    // A drawing may wait a fifth of a second for its turn.
    await page.waitForTimeout(250);
    return true;
  }

  describe.each(THEMES)('in $name', (theme) => {
    beforeAll(() => webview.setTheme(theme));

    it.each(SECTIONS)('%s can be used by everybody', async (section) => {
      if (!(await open(section))) return expect(width).toBe(1280);
      const { page } = webview;
      await page.screenshot({
        path: `${shots}/${theme.name}-${width}-${section.split(' ')[0]!.toLowerCase()}.png`,
        fullPage: true,
      });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      const { violations } = (await page.evaluate("axe.run({ resultTypes: ['violations'] })")) as AxeResults;
      const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
      expect(grave.map(({ id, nodes }) => [id, ...nodes.slice(0, 3).map(({ html }) => html.slice(0, 160))])).toEqual(
        [],
      );
    });
  });

  it('breaks nothing on the way', () => {
    expect(webview.problems).toEqual([]);
  });
});
