import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { VERSIONS } from '../../scripts/setupVscode.ts';
import { DashboardPage } from './dashboardPage.ts';
import { packExtension } from './extension.ts';
import { TRIGGER } from './lethal.ts';
import { modelsIn, nativeLibrariesBelow } from './observations.ts';
import { canRun, skipped, vsix } from './platform.ts';
import { until, Workbench, type WorkbenchOptions } from './workbench.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

describe.skipIf(!canRun)(`Inkling in trouble${skipped}`, () => {
  let workspace: string;
  let workbench: Workbench;

  beforeEach(() => {
    workspace = mkdtempSync(join(tmpdir(), 'inkling-workspace-'));
    cpSync(join(root, 'node_modules', 'rxjs', 'src', 'internal', 'scheduler'), workspace, { recursive: true });
  });

  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await workbench?.shot('FAILED');
    await workbench?.close();
    rmSync(workspace, { recursive: true, force: true });
  });

  async function open(shots: string, options: Partial<WorkbenchOptions> = {}): Promise<void> {
    workbench = await Workbench.open({
      version: VERSIONS[0],
      vsix,
      workspace,
      shots: join(root, '.cache', 'screenshots', shots),
      settings: { 'inkling.training.minutes': 0.2, 'inkling.training.hidden': 64 },
      ...options,
    });
  }

  const model = () =>
    join(workbench.folder, 'data', 'User', 'workspaceStorage', modelsIn(workbench.folder).sort().at(-1)!);
  const says = (words: RegExp) => async () => words.test(await workbench.status());
  const isTraining = async (window = workbench) => /\d+%/.test(await window.statusItem.innerText());

  async function train(): Promise<void> {
    await workbench.command('Inkling: Train on Workspace');
    await until(isTraining, 'training', 60_000);
    await until(says(/ready/), 'the end of training', 90_000);
  }

  test('trains in two windows on one folder, neither in the way of the other', async () => {
    await open('two-windows');
    await workbench.trust();
    await workbench.statusItem.waitFor({ timeout: 60_000 });
    const second = await workbench.secondWindow();
    await second.statusItem.waitFor({ timeout: 60_000 });
    for (const window of [workbench, second]) {
      await window.command('Inkling: Train on Workspace');
      await until(() => isTraining(window), 'training', 60_000);
    }
    for (const window of [workbench, second]) {
      await until(async () => /ready/.test(await window.status()), 'the end of training', 90_000);
    }
    // VS Code gives the second window a folder of its own.
    expect(modelsIn(workbench.folder)).toHaveLength(2);
  });

  test('offers to continue when many files have changed, keeps the better model, and says when it is damaged', async () => {
    await open('changes');
    await workbench.trust();
    await train();
    const before = readFileSync(model());

    for (const name of readdirSync(workspace).slice(0, 4))
      writeFileSync(join(workspace, name), `// ${name}\n`.repeat(50));
    await workbench.reload();
    await until(says(/\d+ % of the files have changed/), 'the status to say so', 60_000);
    await workbench.statusItem.hover();
    const offer = workbench.page.locator('.monaco-hover', { hasText: 'Continue Training' });
    await offer.waitFor();
    await workbench.shot('changed');
    await offer.getByText('Continue Training').click();
    await until(isTraining, 'training', 60_000);
    await until(says(/ready$/), 'the end of training', 90_000);
    const bits = (bytes: Buffer) => Number(/heldOutBitsPerCharacter..([\d.]+)/s.exec(bytes.toString('latin1'))?.[1]);
    expect(bits(readFileSync(model()))).not.toBeNaN();
    expect(bits(before)).not.toBeNaN();

    const bytes = readFileSync(model());
    bytes[bytes.length >> 1]! ^= 1;
    writeFileSync(model(), bytes);
    await workbench.reload();
    await until(says(/damaged/), 'the status to say so', 60_000);
    await workbench.shot('damaged');
    await train();
  });

  test('says so when the training worker dies, and resumes', async () => {
    const helper = mkdtempSync(join(tmpdir(), 'inkling-helper-'));
    const trigger = join(helper, 'end');
    await open('worker-killed', {
      vsix: [vsix, await packExtension(join(root, 'test', 'vscode', 'lethal.ts'), helper)],
      environment: () => ({ [TRIGGER]: trigger }),
      settings: { 'inkling.training.minutes': 0.4, 'inkling.training.hidden': 64 },
    });
    await workbench.trust();
    await workbench.command('Inkling: Train on Workspace');
    await until(async () => /[1-9]\d*%/.test(await workbench.statusItem.innerText()), 'training', 60_000);
    writeFileSync(trigger, '');
    const toast = workbench.page.locator('.notifications-toasts .notification-list-item', { hasText: 'broken off' });
    await toast.waitFor();
    await workbench.shot('broken-off');
    expect(await workbench.status()).toMatch(/paused/);
    await toast.getByRole('button', { name: 'Resume' }).click();
    await until(isTraining, 'training to go on', 60_000);
    await until(says(/ready/), 'the end of training', 90_000);
    rmSync(helper, { recursive: true });
  });

  test('says so when its native part is missing', async () => {
    await open('no-native');
    await workbench.trust();
    await workbench.statusItem.waitFor({ timeout: 60_000 });
    const extensions = join(workbench.folder, 'extensions');
    const inkling = readdirSync(extensions).find((name) => name.startsWith('inkling.inkling'))!;
    rmSync(join(extensions, inkling, 'dist', 'node_modules', 'onnxruntime-node', 'bin'), { recursive: true });
    await workbench.command('Inkling: Train on Workspace');
    await workbench.toasts.filter({ hasText: 'native part cannot be loaded' }).waitFor();
    await workbench.shot('no-native');
    expect(await workbench.status()).toMatch(/memory only/);
    await workbench.reload();
    await until(says(/memory only: the LSTM does not run/), 'the sentence after a reload', 60_000);
  });

  test('explains that it needs a folder where none is open', async () => {
    await open('no-folder', { workspace: '' });
    await workbench.statusItem.waitFor({ timeout: 60_000 });
    await workbench.command('Inkling: Train on Workspace');
    await workbench.toasts.filter({ hasText: 'open one first' }).waitFor();
    await workbench.shot('no-folder');
  });

  test('reads nothing of a workspace that is not trusted, loads nothing native, and says why', async () => {
    await open('untrusted');
    await workbench.trust(/No, I don't trust/);
    await until(says(/not trusted/), 'the status to say so', 60_000);
    await workbench.command('Inkling: Train on Workspace');
    await workbench.toasts.filter({ hasText: 'not trusted' }).waitFor();
    await workbench.shot('refused');
    await workbench.command('Inkling: Show Dashboard');
    const dashboard = new DashboardPage(workbench);
    await dashboard.panel.getByText('This workspace is not trusted.').waitFor({ timeout: 30_000 });
    await workbench.shot('dashboard');
    await dashboard.button('Manage Trust').click();
    await workbench.page.locator('.workspace-trust-editor').waitFor();
    expect(modelsIn(workbench.folder)).toEqual([]);
    expect(nativeLibrariesBelow(process.pid)).toEqual([]);
  });
});
