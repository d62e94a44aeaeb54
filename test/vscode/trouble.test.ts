import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect } from 'vitest';
import { DashboardPage } from './dashboardPage.ts';
import { packExtension } from './extension.ts';
import { type Opening, testOfOne } from './fixtures.ts';
import { TRIGGER } from './lethal.ts';
import { modelsIn, nativeLibrariesBelow, storageIn } from './observations.ts';
import { canRun, skipped } from './platform.ts';
import { until, type Workbench } from './workbench.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

const test = testOfOne
  .extend('workspace', async ({ folder }) => {
    const workspace = join(folder, 'workspace');
    cpSync(join(root, 'node_modules', 'rxjs', 'src', 'internal', 'scheduler'), workspace, { recursive: true });
    return workspace;
  })
  .extend('openWorkspace', ({ open, workspace }) => (name: string, opening: Partial<Opening> = {}) => {
    const settings = { 'inkling.training.minutes': 0.12, 'inkling.training.hidden': 64 };
    return open({ name, workspace, settings, ...opening });
  });

describe.skipIf(!canRun)(`Inkling in trouble${skipped}`, () => {
  test('trains in two windows on one folder, neither in the way of the other', async ({ openWorkspace }) => {
    const workbench = await openWorkspace('two-windows');
    await workbench.trust();
    await workbench.statusItem.waitFor({ timeout: 60_000 });
    const second = await workbench.secondWindow();
    await second.statusItem.waitFor({ timeout: 60_000 });
    for (const window of [workbench, second]) {
      await window.command('Inkling: Train on Workspace');
      await until(isTraining(window), 'training', 60_000);
    }
    for (const window of [workbench, second]) {
      await until(async () => /ready/.test(await window.status()), 'the end of training', 90_000);
    }
    // VS Code gives the second window a folder of its own.
    expect(modelsIn(workbench.folder)).toHaveLength(2);
  });

  test('offers to continue when many files have changed, keeps the better model, and says when it is damaged', async ({
    workspace,
    openWorkspace,
  }) => {
    const workbench = await openWorkspace('changes');
    await workbench.trust();
    await train(workbench);
    const before = readFileSync(model(workbench));

    for (const name of readdirSync(workspace).slice(0, 4))
      writeFileSync(join(workspace, name), `// ${name}\n`.repeat(50));
    await workbench.reload();
    await until(says(workbench, /\d+ % of the files have changed/), 'the status to say so', 60_000);
    const offer = await workbench.tooltip('Continue Training');
    await workbench.shot('changed');
    await offer.getByText('Continue Training').click();
    await until(isTraining(workbench), 'training', 60_000);
    await until(says(workbench, /ready$/), 'the end of training', 90_000);
    const bits = (bytes: Buffer) => Number(/heldOutBitsPerCharacter..([\d.]+)/s.exec(bytes.toString('latin1'))?.[1]);
    expect(bits(readFileSync(model(workbench)))).not.toBeNaN();
    expect(bits(before)).not.toBeNaN();

    const bytes = readFileSync(model(workbench));
    bytes[bytes.length >> 1]! ^= 1;
    writeFileSync(model(workbench), bytes);
    await workbench.reload();
    await until(says(workbench, /damaged/), 'the status to say so', 60_000);
    await workbench.shot('damaged');
    await train(workbench);
  });

  test('says so when the training worker dies, and resumes', async ({ folder, openWorkspace }) => {
    const helper = join(folder, 'helper');
    mkdirSync(helper);
    const trigger = join(helper, 'end');
    const workbench = await openWorkspace('worker-killed', {
      vsix: await packExtension(join(root, 'test', 'vscode', 'lethal.ts'), helper),
      environment: () => ({ [TRIGGER]: trigger }),
      settings: { 'inkling.training.minutes': 0.25, 'inkling.training.hidden': 64 },
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
    await until(isTraining(workbench), 'training to go on', 60_000);
    await until(says(workbench, /ready/), 'the end of training', 90_000);
  });

  test('says so when its native part is missing', async ({ openWorkspace }) => {
    const workbench = await openWorkspace('no-native');
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
    await until(says(workbench, /memory only: the LSTM does not run/), 'the sentence after a reload', 60_000);
  });

  test('explains that it needs a folder where none is open', async ({ openWorkspace }) => {
    const workbench = await openWorkspace('no-folder', { workspace: '' });
    await workbench.statusItem.waitFor({ timeout: 60_000 });
    await workbench.command('Inkling: Train on Workspace');
    await workbench.toasts.filter({ hasText: 'open one first' }).waitFor();
    await workbench.shot('no-folder');
  });

  test('reads nothing of a workspace that is not trusted, loads nothing native, and says why', async ({
    openWorkspace,
  }) => {
    const workbench = await openWorkspace('untrusted');
    await workbench.trust(/No, I don't trust/);
    await until(says(workbench, /not trusted/), 'the status to say so', 60_000);
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

function model(workbench: Workbench): string {
  return join(storageIn(workbench.folder), modelsIn(workbench.folder).sort().at(-1)!);
}

function says(workbench: Workbench, words: RegExp): () => Promise<boolean> {
  return async () => words.test(await workbench.status());
}

function isTraining(workbench: Workbench): () => Promise<boolean> {
  return async () => /\d+%/.test(await workbench.statusItem.innerText());
}

async function train(workbench: Workbench): Promise<void> {
  await workbench.command('Inkling: Train on Workspace');
  await until(isTraining(workbench), 'training', 60_000);
  await until(says(workbench, /ready/), 'the end of training', 90_000);
}
