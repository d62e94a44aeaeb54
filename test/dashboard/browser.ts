import chromium from '@sparticuz/chromium';
import { type Browser, chromium as playwright } from 'playwright-core';

const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking'];

/** npm offers this browser for one platform. */
export const canRun = process.platform === 'linux' && process.arch === 'x64';
export const skipped = canRun ? '' : ' (skipped: the browser of npm runs on Linux x64 only)';

export async function openBrowser(): Promise<Browser> {
  return await playwright.launch({ executablePath: await chromium.executablePath(), args: FLAGS });
}
