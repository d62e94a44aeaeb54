import { readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { pageHtml } from '../../src/dashboard/html.ts';
import { FakeHost } from './fakeHost.ts';

const ORIGIN = 'http://dashboard.test';
const root = new URL('../..', import.meta.url);

/** Colour themes as VS Code 1.100 has them, with what it calls a webview's body in each. */
export const THEMES = [
  { name: 'dark', body: 'vscode-dark' },
  { name: 'light', body: 'vscode-light' },
  { name: 'contrast', body: 'vscode-high-contrast' },
] as const;

type Theme = (typeof THEMES)[number];

export interface Webview {
  readonly page: Page;
  readonly host: FakeHost;
  /** What broke: scripts' errors, and what the content security policy did not let through. */
  readonly problems: readonly string[];
  /** Names and sizes of the files that the page has asked for, bytes. */
  readonly loaded: ReadonlyMap<string, number>;
  setTheme(theme: Theme): Promise<void>;
}

interface WebviewOptions {
  readonly width: number;
  readonly height: number;
  readonly language?: string;
}

/** The dashboard's page in a browser as VS Code would show it: same document, same policy, same variables. */
export async function openWebview(
  browser: Browser,
  { width, height, language = 'en' }: WebviewOptions,
): Promise<Webview> {
  const context = await browser.newContext({ viewport: { width, height }, reducedMotion: 'reduce', locale: 'en-US' });
  const page = await context.newPage();
  const problems: string[] = [];
  const loaded = new Map<string, number>();
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
  await page.route(`${ORIGIN}/**`, async (route) => {
    const name = new URL(route.request().url()).pathname.slice(1);
    if (name === '') return route.fulfill({ contentType: 'text/html', body: html(language) });
    const path = fileURLToPath(new URL(`dist/${name}`, root));
    loaded.set(name, statSync(path).size);
    return route.fulfill({ path });
  });
  const listeners: ((message: unknown) => void)[] = [];
  const host = new FakeHost(
    // As JSON, the way VS Code carries it.
    (message) =>
      void page.evaluate((json) => window.postMessage(JSON.parse(json), '*'), JSON.stringify(message)).catch(() => {}),
    (listener) => listeners.push(listener),
  );
  await page.exposeFunction('tellHost', (message: unknown) => {
    for (const listener of listeners) listener(message);
  });
  await page.addInitScript(becomeWebview, themeOf(THEMES[0]));
  await page.goto(`${ORIGIN}/`);
  return {
    page,
    host,
    problems,
    loaded,
    setTheme: (theme) => page.evaluate(becomeThemed, themeOf(theme)),
  };
}

function html(language: string): string {
  const bundle = new URL(`l10n/bundle.l10n.${language}.json`, root);
  return pageHtml({
    nonce: 'abc123',
    cspSource: ORIGIN,
    scriptUri: `${ORIGIN}/dashboard.js`,
    styleUri: `${ORIGIN}/dashboard.css`,
    language,
    ...(language !== 'en' && { translations: JSON.parse(readFileSync(bundle, 'utf8')) }),
  });
}

interface ThemeVariables {
  readonly body: string;
  readonly variables: Readonly<Record<string, string>>;
}

function themeOf({ name, body }: Theme): ThemeVariables {
  return { body, variables: JSON.parse(readFileSync(new URL(`themes/${name}.json`, import.meta.url), 'utf8')) };
}

/** Runs in the page, before its scripts. */
function becomeWebview({ body, variables }: ThemeVariables): void {
  let state: unknown;
  Object.assign(window, {
    acquireVsCodeApi: () => ({
      postMessage: (message: unknown) => (window as unknown as { tellHost(message: unknown): void }).tellHost(message),
      getState: () => state,
      setState: (to: unknown) => {
        state = to;
        Object.assign(window, { keptState: to });
      },
    }),
  });
  document.addEventListener('readystatechange', () => {
    if (document.readyState !== 'interactive') return;
    for (const [name, value] of Object.entries(variables)) document.documentElement.style.setProperty(name, value);
    document.body.className = body;
  });
}

/** Runs in the page: another theme, as VS Code changes it. */
function becomeThemed({ body, variables }: ThemeVariables): void {
  document.documentElement.removeAttribute('style');
  for (const [name, value] of Object.entries(variables)) document.documentElement.style.setProperty(name, value);
  document.body.className = body;
}
