import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { VERSIONS } from '../../scripts/setupVscode.ts';
import { canRun, skipped } from './platform.ts';
import { until, Workbench } from './workbench.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { version: ours } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const vsix = join(root, `inkling-${process.platform}-${process.arch}-${ours}.vsix`);

describe.skipIf(!canRun).each(VERSIONS)(`Inkling in VS Code $vscode${skipped}`, (version) => {
  let workspace: string;
  let workbench: Workbench;

  beforeAll(async () => {
    workspace = mkdtempSync(join(tmpdir(), 'inkling-workspace-'));
    cpSync(join(root, 'node_modules', 'rxjs', 'src', 'internal', 'operators'), workspace, { recursive: true });
    workbench = await Workbench.open({
      version,
      vsix,
      workspace,
      shots: join(root, '.cache', 'screenshots', version.vscode),
      settings: {
        'inkling.training.minutes': 0.7,
        'inkling.training.hidden': 128,
        'inkling.completions.minimumConfidence': 0.2,
      },
    });
  }, 240_000);

  afterAll(async () => {
    await workbench?.close();
    rmSync(workspace, { recursive: true, force: true });
  });

  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail') return;
    await workbench?.shot('FAILED');
    console.log(await workbench?.status(), workbench?.server.log());
  });

  test('asks for trust before it reads anything', async () => {
    await workbench.trust();
    await workbench.statusItem.waitFor({ timeout: 30_000 });
    await workbench.shot('trusted');
    expect(modelsIn(workbench.folder)).toEqual([]);
  });

  test('trains from the command palette, and shows in the status bar how far it is', async () => {
    await workbench.command('Inkling: Train on Workspace');
    await until(async () => /\d+%/.test(await workbench.statusItem.innerText()), 'the per cent', 60_000);
    await workbench.shot('training');
    const offered = await workbench.offered('Inkling:');
    expect(offered.join()).toMatch(/Pause Training/);
    expect(offered.join()).not.toMatch(/Train on Workspace/);
    await until(() => modelsIn(workbench.folder).length > 0, 'the first model', 60_000);
  });

  test('draws ghost text while it is still training, and Tab accepts it', async () => {
    await workbench.openFile('count.ts');
    const { page } = workbench;
    await page.keyboard.press('Control+End');
    await page.keyboard.type("\nimport { OperatorFunction } from '../ty", { delay: 30 });
    await workbench.ghostText.first().waitFor({ timeout: 60_000 });
    await workbench.shot('ghost');
    const ghost = (await workbench.ghostText.allInnerTexts()).join('').replaceAll('\u00a0', ' ');
    expect(ghost.trim().length).toBeGreaterThan(1);
    await page.keyboard.press('Tab');
    await workbench.shot('accepted');
    await until(async () => (await workbench.ghostText.count()) === 0, 'the end of the ghost text');
  });

  test('pauses, and resumes from there', async () => {
    await workbench.command('Inkling: Pause Training');
    await until(async () => /paused/.test(await workbench.status()), 'the pause', 30_000);
    await workbench.shot('paused');
    await workbench.command('Inkling: Resume Training');
    await until(async () => /[1-9]\d*%/.test(await workbench.statusItem.innerText()), 'training to go on', 60_000);
  });

  test('is paused after a reload in the middle of training, and still completes', async () => {
    await workbench.reload();
    await until(async () => /paused/.test(await workbench.status()), 'the pause after a reload', 60_000);
    await workbench.shot('reloaded');
    await workbench.command('Inkling: Resume Training');
    await until(async () => /\d+%/.test(await workbench.statusItem.innerText()), 'training to go on', 60_000);
  });

  test('ends with a model that serves', async () => {
    await until(async () => /ready/.test(await workbench.status()), 'the end of training', 150_000);
    await workbench.shot('trained');
    expect(modelsIn(workbench.folder)).toHaveLength(1);
  });

  test('serves the model again after a reload', async () => {
    await workbench.reload();
    await until(async () => /ready/.test(await workbench.status()), 'the model after a reload', 60_000);
    await workbench.openFile('concat.ts');
    await workbench.page.keyboard.press('Control+End');
    await workbench.page.keyboard.type('\nimport { OperatorFunction', { delay: 30 });
    await workbench.ghostText.first().waitFor({ timeout: 30_000 });
    await workbench.shot('ghost-after-reload');
  });

  test('completes nothing while completions are off', async () => {
    await workbench.command('Inkling: Toggle Completions');
    await until(async () => /off/.test(await workbench.status()), 'the status to say so');
    await workbench.page.keyboard.type(' } from ', { delay: 30 });
    await workbench.page.waitForTimeout(1500);
    expect(await workbench.ghostText.count()).toBe(0);
    await workbench.command('Inkling: Toggle Completions');
    await until(async () => /ready/.test(await workbench.status()), 'the status to say so');
  });

  test('shows a dashboard', async () => {
    await workbench.statusItem.click();
    const panel = workbench.page
      .locator('iframe.webview.ready')
      .first()
      .contentFrame()
      .frameLocator('iframe#active-frame');
    await panel.getByText('bits per character').first().waitFor();
    await workbench.shot('dashboard');
  });

  test('forgets everything when asked to', async () => {
    await workbench.command('Inkling: Forget This Workspace');
    const dialog = workbench.page.locator('.monaco-dialog-box');
    await dialog.waitFor();
    await workbench.shot('forget');
    await dialog.getByRole('button', { name: 'Forget' }).click();
    await until(() => modelsIn(workbench.folder).length === 0, 'the model to go');
    await until(async () => /nothing learnt/.test(await workbench.status()), 'the status to say so');
    expect((await workbench.offered('Inkling:')).join()).not.toMatch(/Forget This Workspace/);
  });
});

describe.skipIf(!canRun)(`Inkling in trouble${skipped}`, () => {
  let workspace: string;
  let workbench: Workbench;

  beforeAll(async () => {
    workspace = mkdtempSync(join(tmpdir(), 'inkling-workspace-'));
    cpSync(join(root, 'node_modules', 'rxjs', 'src', 'internal', 'scheduler'), workspace, { recursive: true });
    workbench = await Workbench.open({
      version: VERSIONS[0],
      vsix,
      workspace,
      shots: join(root, '.cache', 'screenshots', 'trouble'),
      settings: { 'inkling.training.minutes': 0.2, 'inkling.training.hidden': 64 },
    });
    await workbench.trust();
  }, 240_000);

  afterAll(async () => {
    await workbench?.close();
    rmSync(workspace, { recursive: true, force: true });
  });

  const model = () =>
    join(workbench.folder, 'data', 'User', 'workspaceStorage', modelsIn(workbench.folder).sort().at(-1)!);
  const isReady = async () => /ready/.test(await workbench.status());

  test('trains in two windows on one folder, neither in the way of the other', async () => {
    await workbench.statusItem.waitFor({ timeout: 60_000 });
    const second = await workbench.secondWindow();
    await second.statusItem.waitFor({ timeout: 60_000 });
    for (const window of [workbench, second]) {
      await window.command('Inkling: Train on Workspace');
      await until(async () => /\d+%/.test(await window.statusItem.innerText()), 'training', 60_000);
    }
    for (const window of [workbench, second]) {
      await until(async () => /ready/.test(await window.status()), 'the end of training', 90_000);
    }
    // VS Code gives the second window a folder of its own.
    expect(modelsIn(workbench.folder)).toHaveLength(2);
    await second.page.close();
  });

  test('continues with what it has learnt, and keeps the better model', async () => {
    const before = readFileSync(model());
    await workbench.command('Inkling: Continue Training');
    await until(async () => /\d+%/.test(await workbench.statusItem.innerText()), 'training', 60_000);
    await until(isReady, 'the end of training', 90_000);
    const bits = (bytes: Buffer) => Number(/heldOutBitsPerCharacter..([\d.]+)/s.exec(bytes.toString('latin1'))?.[1]);
    expect(bits(readFileSync(model()))).toBeLessThanOrEqual(bits(before));
  });

  test('says so when the model file is damaged, and recovers by training anew', async () => {
    const bytes = readFileSync(model());
    bytes[bytes.length >> 1]! ^= 1;
    writeFileSync(model(), bytes);
    await workbench.reload();
    await until(async () => /damaged/.test(await workbench.status()), 'the status to say so', 60_000);
    await workbench.shot('damaged');
    await workbench.command('Inkling: Train on Workspace');
    await until(isReady, 'the end of training', 90_000);
  });
});

describe.skipIf(!canRun)(`Inkling in a workspace that is not trusted${skipped}`, () => {
  test('reads nothing, loads nothing native, and says why', async () => {
    const workspace = mkdtempSync(join(tmpdir(), 'inkling-workspace-'));
    writeFileSync(join(workspace, 'a.ts'), 'const a = 1;\n');
    const workbench = await Workbench.open({
      version: VERSIONS[0],
      vsix,
      workspace,
      shots: join(root, '.cache', 'screenshots', 'untrusted'),
    });
    try {
      await workbench.trust(/No, I don't trust/);
      await until(async () => /not trusted/.test(await workbench.status()), 'the status to say so', 60_000);
      await workbench.command('Inkling: Train on Workspace');
      await workbench.toasts.filter({ hasText: 'not trusted' }).waitFor();
      await workbench.shot('refused');
      expect(modelsIn(workbench.folder)).toEqual([]);
      expect(nativeLibrariesBelow(process.pid)).toEqual([]);
    } finally {
      await workbench.close();
      rmSync(workspace, { recursive: true, force: true });
    }
  });
});

/** Processes below this one that have onnxruntime loaded; Linux only. */
function nativeLibrariesBelow(pid: number): string[] {
  if (process.platform !== 'linux') return [];
  return descendants(pid).filter((child) => {
    try {
      return readFileSync(`/proc/${child}/maps`, 'utf8').includes('libonnxruntime');
    } catch {
      return false; // it has ended
    }
  });
}

function descendants(pid: number): string[] {
  const parents = new Map<string, string>();
  for (const name of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      parents.set(
        name,
        readFileSync(`/proc/${name}/stat`, 'utf8')
          .replace(/^.*\) /, '')
          .split(' ')[1]!,
      );
    } catch {
      // it has ended
    }
  }
  const below = (parent: string): string[] =>
    [...parents].flatMap(([child, its]) => (its === parent ? [child, ...below(child)] : []));
  return below(String(pid));
}

/** Model files anywhere below VS Code's data. */
function modelsIn(folder: string): string[] {
  const storage = join(folder, 'data', 'User', 'workspaceStorage');
  const all = existsSync(storage) ? readdirSync(storage, { recursive: true, encoding: 'utf8' }) : [];
  return all.filter((path) => path.endsWith('model.onnx'));
}
