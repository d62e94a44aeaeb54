import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canRun, openBrowser, skipped } from './browser.ts';
import { CORPUS, curve, evaluationsOf, NEXT, RUNS, SAVINGS, TRACE, TRAINING } from './data.ts';
import { openWebview } from './fakeWebview.ts';

const HOSTILE = `<img src=x onerror="document.title='run'"><script>document.title='run'</script>`;
/** Strings that say what something is, not what it is called. */
const KINDS = new Set([
  ...['id', 'phase', 'date', 'commands', 'recipe', 'device', 'engine', 'best'],
  ...['type', 'trained', 'whose', 'kind'],
]);

/** The same with every text replaced, as names of files and what a model from elsewhere holds may be. */
function hostile<T>(value: T, key = ''): T {
  if (typeof value === 'string') return (KINDS.has(key) ? value : HOSTILE) as T;
  if (Array.isArray(value)) return value.map((one) => hostile(one, key)) as T;
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, hostile(one, name)])) as T;
}

describe.skipIf(!canRun)(`The dashboard's page and texts that are markup${skipped}`, () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(async () => await browser?.close());

  it('shows them as they are written, and runs nothing in them', async () => {
    const { page, host, problems } = await openWebview(browser, { width: 1280, height: 900 });
    const points = curve(1, 200);
    await host.page.runs(hostile(RUNS));
    await host.page.points('run-20', 0, points);
    await host.page.evaluations('run-20', hostile(evaluationsOf(points)));
    await host.page.corpus(hostile(CORPUS));
    await host.page.next(hostile(NEXT));
    await host.page.trace(hostile(TRACE));
    await host.page.savings(hostile(SAVINGS));
    await host.page.state(hostile(TRAINING));
    const tabs = page.getByRole('tab');
    const names = await tabs.allInnerTexts();
    expect(names.length).toBeGreaterThan(4);
    for (let index = 0; index < names.length; index++) {
      await tabs.nth(index).click();
      await expect.poll(() => page.locator('#page').innerText()).toContain('onerror=');
      expect(await page.locator('#page img, #page script').count(), names[index]).toBe(0);
    }
    expect(await page.title()).toBe('Inkling');
    expect(problems).toEqual([]);
    await page.context().close();
  });
});
