/**
 * Draws media/icon.png, which the marketplace asks for, from media/icon.svg.
 *
 *     npm run icon
 *
 * It needs the browser of the tests in test/vscode, which npm has for Linux x64 only.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import chromium from '@sparticuz/chromium';
import { chromium as playwright } from 'playwright-core';

const media = (name: string) => fileURLToPath(new URL(`../media/${name}`, import.meta.url));
/** Width and height in pixels, as the marketplace asks for at least. */
const SIZE = 256;

const browser = await playwright.launch({ executablePath: await chromium.executablePath(), args: ['--no-sandbox'] });
try {
  const page = await browser.newPage({ viewport: { width: SIZE, height: SIZE } });
  const svg = readFileSync(media('icon.svg'), 'utf8');
  await page.setContent(`<style>body { margin: 0 } svg { display: block }</style>${svg}`);
  await page.screenshot({ path: media('icon.png'), omitBackground: true });
} finally {
  await browser.close();
}
