import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { stageOf } from '../../scripts/package.ts';
import { VERSIONS } from '../../scripts/setupVscode.ts';
import { UNIVERSAL } from '../../scripts/targets.ts';
import { makeVsix } from '../../scripts/vsix.ts';
import { DashboardPage } from './dashboardPage.ts';
import { nativeLibrariesBelow } from './observations.ts';
import { canRun, skipped } from './platform.ts';
import { until, Workbench } from './workbench.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

describe.skipIf(!canRun).each(VERSIONS)(`The universal package in VS Code $vscode${skipped}`, (version) => {
  let folder: string;
  let workspace: string;
  let workbench: Workbench;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'inkling-universal-'));
    workspace = mkdtempSync(join(tmpdir(), 'inkling-workspace-'));
    cpSync(join(root, 'node_modules', 'rxjs', 'src', 'internal', 'operators'), workspace, { recursive: true });
    const { path } = await makeVsix({
      target: UNIVERSAL,
      dist: join(root, 'dist'),
      stage: stageOf(UNIVERSAL),
      folder,
    });
    workbench = await Workbench.open({
      version,
      vsix: path,
      workspace,
      shots: join(root, '.cache', 'screenshots', `universal-${version.vscode}`),
      settings: {
        'security.workspace.trust.enabled': false,
        'editor.autoClosingBrackets': 'never',
        'editor.autoClosingQuotes': 'never',
      },
    });
  }, 240_000);

  afterAll(async () => {
    await workbench?.close();
    rmSync(workspace, { recursive: true });
    rmSync(folder, { recursive: true });
  });

  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await workbench?.shot('FAILED');
  });

  test('is installed without native files, and says what it does without them', async () => {
    const says = /memory only: the LSTM does not run on this platform \(linux-x64\)/;
    await until(async () => says.test(await workbench.status()), 'the sentence in the status bar', 60_000);
    const installed = readdirSync(join(workbench.folder, 'extensions'), { recursive: true, encoding: 'utf8' });
    expect(installed.filter((path) => path.endsWith('extension.cjs'))).toHaveLength(1);
    expect(installed.filter((path) => /\.(node|so(\.\d+)*|dylib|dll)$/.test(path))).toEqual([]);
  });

  test('completes from memory', async () => {
    await workbench.openFile('concat.ts');
    await workbench.page.keyboard.press('Control+End');
    await workbench.page.keyboard.type('\nexport func', { delay: 30 });
    await until(async () => (await workbench.ghost()).startsWith('tion'), 'the ghost text');
    await workbench.shot('ghost');
    await workbench.page.keyboard.press('Tab');
    await until(async () => (await workbench.lastLine()).startsWith('export function'), 'the text that was accepted');
  });

  test('says so to whoever wants to train', async () => {
    await workbench.command('Inkling: Train on Workspace');
    await workbench.toasts.filter({ hasText: 'The LSTM does not run on this platform (linux-x64).' }).waitFor();
    await workbench.shot('refused');
    await workbench.command('Inkling: Show Dashboard');
    const { panel } = new DashboardPage(workbench);
    await panel.getByText('Inkling completes your code all the same').waitFor({ timeout: 30_000 });
    expect(await panel.getByRole('button', { name: 'Train' }).count()).toBe(0);
    await workbench.shot('dashboard');
    expect(nativeLibrariesBelow(process.pid)).toEqual([]);
  });
});
