import { cpSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect } from 'vitest';
import { UNIVERSAL } from '../../scripts/targets.ts';
import { makeVsix } from '../../scripts/vsix.ts';
import { test as base, version } from './fixtures.ts';
import { nativeLibrariesBelow } from './observations.ts';
import { canRun, skipped } from './platform.ts';
import { until } from './workbench.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

const test = base.extend('opening', { scope: 'file' }, async ({ folder }) => {
  const [workspace, built] = ['workspace', 'built'].map((name) => join(folder, name)) as [string, string];
  cpSync(join(root, 'node_modules', 'rxjs', 'src', 'internal', 'operators'), workspace, { recursive: true });
  mkdirSync(built);
  const { path } = await makeVsix({
    target: UNIVERSAL,
    dist: join(root, 'dist'),
    stage: join(folder, 'stage'),
    folder: built,
  });
  return {
    name: 'universal',
    inkling: path,
    workspace,
    settings: {
      'security.workspace.trust.enabled': false,
      'editor.autoClosingBrackets': 'never',
      'editor.autoClosingQuotes': 'never',
    },
  };
});

describe.skipIf(!canRun)(`The universal package in VS Code ${version.vscode}${skipped}`, () => {
  test('is installed without native files, and says what it does without them', async ({ workbench }) => {
    const says = /memory only: the LSTM does not run on this platform \(linux-x64\)/;
    await until(async () => says.test(await workbench.status()), 'the sentence in the status bar', 60_000);
    const installed = readdirSync(join(workbench.folder, 'extensions'), { recursive: true, encoding: 'utf8' });
    expect(installed.filter((path) => path.endsWith('extension.cjs'))).toHaveLength(1);
    expect(installed.filter((path) => /\.(node|so(\.\d+)*|dylib|dll)$/.test(path))).toEqual([]);
  });

  test('completes from memory', async ({ workbench }) => {
    await workbench.openFile('concat.ts');
    await workbench.page.keyboard.press('Control+End');
    await workbench.page.keyboard.type('\nexport func', { delay: 30 });
    await until(async () => (await workbench.ghost()).startsWith('tion'), 'the ghost text');
    await workbench.shot('ghost');
    await workbench.page.keyboard.press('Tab');
    await until(async () => (await workbench.lastLine()).startsWith('export function'), 'the text that was accepted');
  });

  test('says so to whoever wants to train', async ({ workbench, dashboard }) => {
    await workbench.command('Inkling: Train on Workspace');
    await workbench.toasts.filter({ hasText: 'The LSTM does not run on this platform (linux-x64).' }).waitFor();
    await workbench.shot('refused');
    await workbench.command('Inkling: Show Dashboard');
    const { panel } = dashboard;
    await panel.getByText('Inkling completes your code all the same').waitFor({ timeout: 30_000 });
    expect(await panel.getByRole('button', { name: 'Train' }).count()).toBe(0);
    await workbench.shot('dashboard');
    expect(nativeLibrariesBelow(process.pid)).toEqual([]);
  });
});
