import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import chromium from '@sparticuz/chromium';
import { type Browser, type Page, chromium as playwright } from 'playwright-core';
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
  // Else the TypeScript of VS Code asks the registry of npm for types of what JavaScript imports.
  'typescript.disableAutomaticTypeAcquisition': true,
  'js/ts.tsserver.automaticTypeAcquisition.enabled': false, // its newer name
  'files.autoSave': 'off',
  'editor.cursorBlinking': 'solid', // else there is something to draw twice a second
  // TypeScript's lists and hints come when a test asks for them, and not over ghost text.
  'editor.quickSuggestions': { other: 'off', comments: 'off', strings: 'off' },
  'editor.suggestOnTriggerCharacters': false,
  'editor.parameterHints.enabled': false,
};

/** Extensions of VS Code's own that start with each window or file, or processes of their own, beside what is tested. */
const EXPENSIVE = [
  ...['copilot', 'debug-auto-launch', 'emmet', 'git', 'git-base', 'github', 'merge-conflict', 'npm'],
  'typescript-language-features', // two processes, and a quarter of a core
];

export interface ServerOptions {
  readonly version: Version;
  /** A folder of extensions that VS Code has installed already, to start with a copy of; see `installExtensions`. */
  readonly installed?: string;
  /** Extensions to install. */
  readonly vsix?: string | readonly string[];
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Those that belong to the machine, which here is the server's. */
  readonly machineSettings?: Readonly<Record<string, unknown>>;
  /** Variables for extension hosts; gets the folder of VS Code's data. */
  readonly environment?: (folder: string) => Readonly<Record<string, string>>;
  readonly flags?: readonly string[];
  /** Whether all extensions that VS Code brings along are there, as on somebody's own machine. Default: false. */
  readonly builtin?: boolean;
}

/** A real VS Code server with throwaway folders for all its data. */
export class Server {
  readonly url: string;
  /** VS Code's data: logs, storage of extensions. */
  readonly folder: string;
  readonly #process: ChildProcess;

  static async start(options: ServerOptions): Promise<Server> {
    const folder = mkdtempSync(join(tmpdir(), 'inkling-vscode-'));
    const { node, extensions } = installVscode(options.version);
    const env = { ...environmentIn(folder), ...options.environment?.(folder) };
    const builtin = options.builtin ? extensions : join(folder, 'builtin');
    if (!options.builtin) linkWithout(EXPENSIVE, extensions, builtin);
    const args = [...argumentsIn(folder, options.version), '--builtin-extensions-dir', builtin];
    mkdirSync(join(folder, 'data', 'User'), { recursive: true });
    writeFileSync(
      join(folder, 'data', 'User', 'settings.json'),
      JSON.stringify({ ...SETTINGS, ...options.settings }, null, 2),
    );
    mkdirSync(join(folder, 'data', 'Machine'), { recursive: true });
    writeFileSync(join(folder, 'data', 'Machine', 'settings.json'), JSON.stringify(options.machineSettings ?? {}));
    if (options.installed !== undefined) cpSync(options.installed, join(folder, 'extensions'), { recursive: true });
    const packages = [options.vsix ?? []].flat();
    if (packages.length > 0) installInto(folder, options.version, packages, env);
    const port = await freePort();
    const log = openSync(join(folder, 'server.log'), 'a');
    const address = [
      '--host',
      '127.0.0.1',
      '--port',
      String(port),
      '--without-connection-token',
      '--disable-telemetry',
    ];
    const child = spawn(node, [...args, ...address, ...(options.flags ?? [])], {
      env,
      stdio: ['ignore', log, log],
      detached: true,
    });
    const url = `http://127.0.0.1:${port}`;
    await until(async () => (await fetch(`${url}/version`).catch(() => undefined))?.ok === true, 'the server', 60_000);
    return new Server(url, folder, child);
  }

  private constructor(url: string, folder: string, child: ChildProcess) {
    this.url = url;
    this.folder = folder;
    this.#process = child;
  }

  get pid(): number {
    return this.#process.pid!;
  }

  /** What extension hosts have logged. */
  log(): string {
    const logs = join(this.folder, 'data', 'logs');
    if (!existsSync(logs)) return '';
    const files = readdirSync(logs, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.log'));
    return files
      .filter((path) => /remoteexthost|[Ii]nkling/.test(path))
      .map((path) => `${path}:\n${readFileSync(join(logs, path), 'utf8').slice(-3000)}`)
      .join('\n');
  }

  /** Ends it, extension hosts and terminals too, and removes its data. */
  async stop(): Promise<void> {
    try {
      process.kill(-this.pid, 'SIGTERM'); // the whole group
    } catch {
      // it has ended already
    }
    await until(
      () => this.#process.exitCode !== null || this.#process.signalCode !== null,
      'the end of the server',
      15_000,
    );
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

/**
 * Has VS Code install extensions. What it writes names each by its path relative to the folder too, by which it finds it in
 * a copy.
 *
 * @param folder an empty one, made where there is none, for what VS Code writes beside
 * @returns the folder of extensions, below that one
 */
export function installExtensions(folder: string, version: Version, packages: readonly string[]): string {
  mkdirSync(folder, { recursive: true });
  installInto(folder, version, packages, environmentIn(folder));
  return join(folder, 'extensions');
}

function installInto(
  folder: string,
  version: Version,
  packages: readonly string[],
  env: Readonly<NodeJS.ProcessEnv>,
): void {
  const args = [...argumentsIn(folder, version), ...packages.flatMap((vsix) => ['--install-extension', vsix])];
  const { status, stdout, stderr } = spawnSync(installVscode(version).node, args, { env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`The extension was not installed: ${stdout}${stderr}`);
}

/** With all that VS Code writes below a folder. */
function argumentsIn(folder: string, version: Version): string[] {
  return [
    installVscode(version).server,
    '--accept-server-license-terms',
    ...['--server-data-dir', join(folder, 'server'), '--user-data-dir', join(folder, 'data')],
    ...['--extensions-dir', join(folder, 'extensions')],
  ];
}

/** As on somebody's own machine, where nothing is quiet because it believes that it is tested. */
function environmentIn(folder: string): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env, HOME: folder, XDG_RUNTIME_DIR: '' };
  for (const name of Object.keys(env)) if (/^(VSCODE|ELECTRON|CI$|GITHUB_ACTIONS$)/.test(name)) delete env[name];
  return env;
}

/**
 * The browser that npm offers, with one empty page.
 *
 * @param language what VS Code takes for its display language; its own texts stay English, as no language pack is there
 */
export async function openBrowser(language = 'en'): Promise<{ browser: Browser; page: Page }> {
  const browser = await playwright.launch({ executablePath: await chromium.executablePath(), args: CHROMIUM });
  // Else it is `en-US@posix` on bare machines, which is none.
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    reducedMotion: 'reduce', // what turns and blinks is drawn by the processor
    locale: 'en-US',
  });
  await context.addInitScript((value) => Object.assign(globalThis, { _VSCODE_NLS_LANGUAGE: value }), language);
  const page = await context.newPage();
  return { browser, page };
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

/** A folder that has everything of another but some things. */
function linkWithout(left: readonly string[], from: string, to: string): void {
  mkdirSync(to);
  for (const name of readdirSync(from)) if (!left.includes(name)) symlinkSync(join(from, name), join(to, name));
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
