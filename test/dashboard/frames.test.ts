import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Curve } from '../../src/protocol/runs.ts';
import { setChecked } from '../support/checkbox.ts';
import { canRun, openBrowser, skipped } from './browser.ts';
import { curve, RUNS } from './data.ts';
import { openWebview, type Webview } from './fakeWebview.ts';

const POINTS = 10_000;
const UPDATES = 15;

describe.skipIf(!canRun)(`Curves of ten thousand points${skipped}`, () => {
  let browser: Browser;
  let webview: Webview;

  beforeAll(async () => {
    browser = await openBrowser();
    webview = await openWebview(browser, { width: 1280, height: 900 });
    await webview.host.tellEverything();
  });
  afterAll(async () => await browser?.close());

  // Whoever else uses the processor can make a frame long: that is not the page's doing.
  it.each([1, 20])(
    'of %i runs are drawn, while more come and the pointer moves, in frames of less than 50 ms',
    { retry: 2 },
    async (runs) => {
      const points = curve(1, POINTS + UPDATES * 5);
      const part = (from: number, to: number) =>
        Object.fromEntries(
          Object.entries(points).map(([name, column]) => [name, column.slice(from, to)]),
        ) as unknown as Curve;
      await webview.host.page.points('run-20', 0, part(0, POINTS));
      for (const { id, name } of RUNS.slice(1, runs)) {
        await webview.host.page.points(id, 0, curve(Number(id.slice(4)), POINTS));
        await setChecked(webview.page.getByRole('checkbox', { name: `Show ${name}`, exact: true }), true);
      }
      await webview.page.waitForTimeout(500);
      await webview.page.evaluate(recordFrames);
      const box = (await webview.page.getByRole('slider', { name: 'Bits per character' }).boundingBox())!;
      for (let update = 0; update < UPDATES; update++) {
        const from = POINTS + update * 5;
        await webview.host.page.points('run-20', from, part(from, from + 5));
        await webview.page.mouse.move(box.x + 100 + update * 50, box.y + 100, { steps: 4 });
        await webview.page.waitForTimeout(150);
      }
      const { frames, drawings } = await webview.page.evaluate(() => {
        const { frames, drawings } = window as unknown as Recorded;
        return { frames, drawings };
      });
      const sorted = [...frames].sort((a, b) => a - b);
      const at = (part: number) => sorted[Math.floor((sorted.length - 1) * part)]!;
      console.log(
        `${frames.length} frames of ${runs} × ${POINTS} points: median ${at(0.5).toFixed(1)} ms, p95 ${at(0.95).toFixed(1)} ms, longest ${at(1).toFixed(1)} ms`,
      );
      expect(drawings).toBeGreaterThan(5);
      expect(at(0.95)).toBeLessThan(50);
      expect(webview.problems).toEqual([]);
    },
  );
});

interface Recorded {
  readonly frames: readonly number[];
  readonly drawings: number;
}

/** Runs in the page: how long each frame takes, and how many had a new picture in them. */
function recordFrames(): void {
  const recorded = { frames: [] as number[], drawings: 0 };
  Object.assign(window, recorded);
  const own = window as unknown as { frames: number[]; drawings: number };
  const clear = CanvasRenderingContext2D.prototype.clearRect;
  CanvasRenderingContext2D.prototype.clearRect = function (...rectangle) {
    own.drawings++;
    clear.apply(this, rectangle);
  };
  let last = performance.now();
  const next = () => {
    const now = performance.now();
    own.frames.push(now - last);
    last = now;
    requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
}
