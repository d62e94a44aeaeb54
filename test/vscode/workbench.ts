import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import chromium from '@sparticuz/chromium';
import { type Browser, type Locator, type Page, chromium as playwright } from 'playwright-core';
import { installVscode, type Version } from '../../scripts/setupVscode.ts';

const CHROMIUM = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
];

const SETTINGS = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.reduceMotion': 'on',
  'workbench.secondarySideBar.defaultVisibility': 'hidden', // else the chat takes the focus
  'telemetry.telemetryLevel': 'off',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'update.showReleaseNotes': false,
  'security.workspace.trust.startupPrompt': 'always',
  'files.autoSave': 'off',
  'editor.quickSuggestions': { other: 'off', comments: 'off', strings: 'off' },
};

export interface WorkbenchOptions {
  readonly version: Version;
  /** Extensions to install. */
  readonly vsix: string | readonly string[];
  readonly workspace: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Where screenshots go. */
  readonly shots: string;
  /** Variables for the extension host. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** A real VS Code in a real browser, with throwaway folders for all its data. */
export class Workbench {
  readonly page: Page;
  /** VS Code's data: logs, storage of extensions. */
  readonly folder: string;
  readonly #browser: Browser;
  readonly #server: ChildProcess;
  readonly #options: WorkbenchOptions;
  readonly #url: string;
  #shots = 0;

  static async open(options: WorkbenchOptions): Promise<Workbench> {
    const folder = mkdtempSync(join(tmpdir(), 'inkling-vscode-'));
    const { server, node } = installVscode(options.version);
    const environment: NodeJS.ProcessEnv = { ...process.env, HOME: folder, XDG_RUNTIME_DIR: '' };
    for (const name of Object.keys(environment)) if (/^(VSCODE|ELECTRON)_/.test(name)) delete environment[name];
    Object.assign(environment, options.environment);
    const data = ['--server-data-dir', 'server', '--user-data-dir', 'data', '--extensions-dir', 'extensions'].map(
      (part) => (part.startsWith('--') ? part : join(folder, part)),
    );
    mkdirSync(join(folder, 'data', 'User'), { recursive: true });
    writeFileSync(
      join(folder, 'data', 'User', 'settings.json'),
      JSON.stringify({ ...SETTINGS, ...options.settings }, null, 2),
    );
    const install = [options.vsix].flat().flatMap((vsix) => ['--install-extension', vsix]);
    const installed = spawnSync(node, [server, '--accept-server-license-terms', ...data, ...install], {
      env: environment,
      encoding: 'utf8',
    });
    if (installed.status !== 0)
      throw new Error(`The extension was not installed: ${installed.stdout}${installed.stderr}`);
    const port = await freePort();
    const log = openSync(join(folder, 'server.log'), 'a');
    const child = spawn(
      node,
      [
        server,
        '--accept-server-license-terms',
        ...data,
        ...['--host', '127.0.0.1', '--port', String(port), '--without-connection-token', '--disable-telemetry'],
      ],
      { env: environment, stdio: ['ignore', log, log], detached: true },
    );
    const url = `http://127.0.0.1:${port}`;
    await until(async () => (await fetch(`${url}/version`).catch(() => undefined))?.ok === true, 'the server', 60_000);
    const browser = await playwright.launch({ executablePath: await chromium.executablePath(), args: CHROMIUM });
    const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
    mkdirSync(options.shots, { recursive: true });
    const workbench = new Workbench(page, folder, browser, child, options, url);
    await workbench.reload();
    return workbench;
  }

  private constructor(
    page: Page,
    folder: string,
    browser: Browser,
    server: ChildProcess,
    options: WorkbenchOptions,
    url: string,
  ) {
    this.page = page;
    this.folder = folder;
    this.#browser = browser;
    this.#server = server;
    this.#options = options;
    this.#url = url;
  }

  /** Opens the workspace, at first or anew. */
  async reload(): Promise<void> {
    await this.page.goto(`${this.#url}/?folder=${encodeURIComponent(this.#options.workspace)}`);
    await this.page.locator('.monaco-workbench').waitFor({ timeout: 60_000 });
  }

  /** Another window on the same workspace. */
  async secondWindow(): Promise<Workbench> {
    const page = await this.page.context().newPage();
    const second = new Workbench(page, this.folder, this.#browser, this.#server, this.#options, this.#url);
    second.#shots = this.#shots + 100;
    await second.reload();
    return second;
  }

  /** Answers the trust dialog. */
  async trust(answer: RegExp = /Yes, I trust/): Promise<void> {
    const dialog = this.page.locator('.monaco-dialog-box');
    await dialog.waitFor({ timeout: 60_000 });
    await dialog.getByRole('button', { name: answer }).click();
    await dialog.waitFor({ state: 'hidden' });
  }

  /** Runs a command from the palette as a person does. */
  async command(title: string): Promise<void> {
    await this.page.keyboard.press('F1');
    const input = this.page.locator('.quick-input-widget .quick-input-box input');
    await input.waitFor({ state: 'visible' });
    await input.fill(`>${title}`);
    await this.page.locator('.quick-input-list .monaco-list-row', { hasText: title }).first().waitFor();
    await this.page.keyboard.press('Enter');
    await input.waitFor({ state: 'hidden' });
  }

  /** Commands that the palette offers for some words. */
  async offered(words: string): Promise<string[]> {
    await this.page.keyboard.press('F1');
    const input = this.page.locator('.quick-input-widget .quick-input-box input');
    await input.waitFor({ state: 'visible' });
    await input.fill(`>${words}`);
    await this.page.waitForTimeout(500);
    const rows = await this.page.locator('.quick-input-list .monaco-list-row').allInnerTexts();
    await this.page.keyboard.press('Escape');
    await input.waitFor({ state: 'hidden' });
    return rows;
  }

  async openFile(name: string): Promise<void> {
    await this.page
      .locator('.explorer-folders-view .monaco-list-row', {
        hasText: new RegExp(`^\\s*${name.replace('.', '\\.')}\\s*$`),
      })
      .first()
      .dblclick();
    await this.editor.locator('.view-lines').waitFor();
    await this.editor.locator('.view-lines').click();
  }

  get editor(): Locator {
    return this.page.locator('.editor-instance .monaco-editor').first();
  }

  get ghostText(): Locator {
    return this.editor.locator('.ghost-text-decoration');
  }

  get statusItem(): Locator {
    return this.page.locator('.statusbar-item[id="inkling.inkling.inkling"]');
  }

  /** What the status bar says for screen readers. */
  async status(): Promise<string> {
    return (await this.statusItem.getAttribute('aria-label')) ?? '';
  }

  /** What extension hosts have logged. */
  async log(): Promise<string> {
    const logs = join(this.folder, 'data', 'logs');
    const files = readdirSync(logs, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.log'));
    return files
      .filter((path) => /remoteexthost|[Ii]nkling/.test(path))
      .map((path) => `${path}:\n${readFileSync(join(logs, path), 'utf8').slice(-3000)}`)
      .join('\n');
  }

  get toasts(): Locator {
    return this.page.locator('.notifications-toasts .notification-list-item-message');
  }

  async shot(name: string): Promise<void> {
    const file = `${String(++this.#shots).padStart(2, '0')}-${name}.png`;
    await this.page.screenshot({ path: join(this.#options.shots, file) });
  }

  async close(): Promise<void> {
    await this.#browser.close();
    try {
      process.kill(-this.#server.pid!, 'SIGTERM'); // the whole group: extension hosts and terminals too
    } catch {
      // it has ended already
    }
    await until(
      () => this.#server.exitCode !== null || this.#server.signalCode !== null,
      'the end of the server',
      15_000,
    );
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

/** Waits until something is so. */
export async function until(
  isSo: () => boolean | Promise<boolean>,
  what: string,
  milliseconds: number = 30_000,
): Promise<void> {
  const start = performance.now();
  while (!(await isSo())) {
    if (performance.now() - start > milliseconds)
      throw new Error(`Waited ${milliseconds / 1000} s in vain for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
