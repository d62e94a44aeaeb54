import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ViewportSize } from 'playwright-core';
import { test as base, inject } from 'vitest';
import { VERSIONS, type Version } from '../../scripts/setupVscode.ts';
import { makeFolder, removeFolder } from '../support/temporaryFolder.ts';
import { DashboardPage } from './dashboardPage.ts';
import { Workbench, type WorkbenchOptions } from './workbench.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The VS Code that the files of a project run in. */
    readonly vscode: string;
    /** By VS Code: the folder where it has installed this platform's package. */
    readonly installed: Readonly<Record<string, string>>;
  }
}

/** How a test has its VS Code. */
export interface Opening extends Partial<Omit<WorkbenchOptions, 'version' | 'shots' | 'installed'>> {
  /** Of the folder for screenshots, beside the version. */
  readonly name: string;
  /** Default: that of this run. */
  readonly version?: Version;
  /** A package in the place of this platform's. */
  readonly inkling?: string;
  /** Of the window, in pixels. */
  readonly size?: ViewportSize;
  /** In which the page does what it is asked, in milliseconds. */
  readonly patience?: number;
}

const screenshots = fileURLToPath(new URL('../../.cache/screenshots', import.meta.url));

/** The VS Code of this run: each file runs once in each. */
export const version = VERSIONS.find(({ vscode }) => vscode === inject('vscode'))!;

/** Themes that things are looked at in, with what a webview's body is called in each: in the older VS Code one. */
export const THEMES = [
  { theme: 'Dark Modern', body: 'vscode-dark' },
  { theme: 'Dark High Contrast', body: 'vscode-high-contrast' },
  { theme: 'Light High Contrast', body: 'vscode-high-contrast-light' },
  { theme: 'Light Modern', body: 'vscode-light' },
].slice(version === VERSIONS[0] ? 0 : -1);

/** What titles of tests end with that run in the newest VS Code alone. */
export const onlyInNewest = version === VERSIONS[0] ? '' : ` (skipped: VS Code ${VERSIONS[0].vscode} will do)`;

/** For tests that follow each other in one VS Code, which a file describes by extending `opening`. */
export const test = base
  .extend('version', { scope: 'file' }, version)
  .extend('folder', { scope: 'file' }, async ({ version }, { onCleanup }) => {
    const folder = makeFolder(`workspace-${version.vscode}`);
    onCleanup(() => removeFolder(folder));
    return folder;
  })
  .extend('opening', { scope: 'file' }, async ({ folder }): Promise<Opening> => ({ name: 'plain', workspace: folder }))
  .extend('workbench', { scope: 'file' }, async ({ opening }, { onCleanup }) => {
    const workbench = await open(opening);
    onCleanup(() => workbench.close());
    return workbench;
  })
  .extend('dashboard', { scope: 'file' }, async ({ workbench }) => new DashboardPage(workbench))
  .extend('explanation', { auto: true }, async ({ workbench, task }, { onCleanup }) => {
    onCleanup(async () => {
      if (task.result?.state === 'fail') await workbench.explain();
    });
  });

/** For tests that open a VS Code each. */
export const testOfOne = base
  .extend('folder', async ({ task: _ }, { onCleanup }) => {
    const folder = makeFolder('workspace');
    onCleanup(() => removeFolder(folder));
    return folder;
  })
  .extend('open', async ({ folder, task }, { onCleanup }) => {
    const opened: Workbench[] = [];
    onCleanup(async () => {
      for (const workbench of opened) {
        if (task.result?.state === 'fail') await workbench.explain();
        await workbench.close();
      }
    });
    return async (opening: Opening): Promise<Workbench> => {
      const workbench = await open({ workspace: folder, ...opening });
      opened.push(workbench);
      return workbench;
    };
  });

async function open({ name, inkling, size, patience, ...options }: Opening): Promise<Workbench> {
  const { vscode } = options.version ?? version;
  const workbench = await Workbench.open({
    version,
    shots: join(screenshots, `${name}-${vscode}`),
    workspace: '',
    ...options,
    ...(inkling === undefined ? { installed: inject('installed')[vscode]! } : {}),
    vsix: [inkling ?? [], options.vsix ?? []].flat(),
  });
  if (size !== undefined) await workbench.page.setViewportSize(size);
  if (patience !== undefined) workbench.page.setDefaultTimeout(patience);
  return workbench;
}
