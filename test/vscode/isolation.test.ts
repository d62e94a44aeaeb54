import { cpSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect } from 'vitest';
import { watchSystemCalls } from '../support/systemCalls.ts';
import { setTrap, type Trap } from '../support/trapped.ts';
import { packExtension } from './extension.ts';
import { test as base, version } from './fixtures.ts';
import { extensionHostsBelow } from './observations.ts';
import { canRun, skipped } from './platform.ts';
import { until, type Workbench } from './workbench.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

const test = base
  .extend('workspace', { scope: 'file' }, async ({ folder }) => {
    const workspace = join(folder, 'workspace');
    cpSync(join(root, 'node_modules', 'rxjs', 'src', 'internal', 'scheduler'), workspace, { recursive: true });
    return workspace;
  })
  .extend('trapFolder', { scope: 'file' }, async ({ folder }) => {
    const trapFolder = join(folder, 'trap');
    mkdirSync(trapFolder);
    return trapFolder;
  })
  .extend('trap', { scope: 'file' }, async ({ trapFolder }) => setTrap(join(trapFolder, 'trapped.jsonl')))
  .extend('opening', { scope: 'file' }, async ({ workspace, trapFolder, trap }) => ({
    name: 'isolation',
    vsix: await packExtension(join(root, 'test', 'vscode', 'trapper.ts'), trapFolder),
    workspace,
    environment: () => trap.environment,
    settings: {
      'security.workspace.trust.enabled': false,
      // Longer than a library may wait before it tells what it has collected.
      'inkling.training.minutes': 0.4,
      'inkling.training.hidden': 64,
      'editor.autoIndent': 'none',
    },
  }));

describe.skipIf(!canRun)(`Isolation in VS Code ${version.vscode}${skipped}`, () => {
  test('trains, suggests and shows what it does without a socket, a name looked up or a process, and writes to its own folders', async ({
    workbench,
    dashboard,
    trapFolder,
    trap,
  }) => {
    await until(async () => /memory only/.test(await workbench.status()), 'the memory', 60_000);
    const [host] = extensionHostsBelow(process.pid);
    const watch = await watchSystemCalls(host!, join(trapFolder, 'trace.txt'));
    await workbench.command('Inkling: Train on Workspace');
    await until(async () => /\d+%/.test(await workbench.statusItem.innerText()), 'training', 60_000);
    await until(async () => /ready/.test(await workbench.status()), 'the end of training', 120_000);
    await workbench.openFile('Action.ts');
    await workbench.page.keyboard.press('Control+End');
    await workbench.page.keyboard.press('Enter');
    await workbench.typeUntilGhost('export class ', 3);
    await workbench.command('Inkling: Show Dashboard');
    for (const tab of ['Curves', 'Samples', 'Next Character', 'Inside the LSTM', 'Corpus']) {
      await dashboard.tab(tab).click();
      await workbench.page.waitForTimeout(500);
    }
    await workbench.shot('dashboard');
    const { internet, lookups, changed } = await watch.stop();
    expect(internet).toEqual([]);
    expect(lookups).toEqual([]);
    // VS Code's own folders, what the trap writes, and no other: not even one in the user's home, which is beside them.
    const ofVscode = ['data', 'server', 'extensions'].map((name) => join(workbench.folder, name));
    const places = [...ofVscode, trapFolder, '/dev', '/proc/self'].map((place) => `${place}/`);
    const isElsewhere = (path: string) => !isOwn(workbench, path) && !places.some((place) => path.startsWith(place));
    expect(changed?.filter(isElsewhere) ?? []).toEqual([]);
    const seen = deedsIn(trap);
    expect(seen.filter(({ what }) => what !== 'write')).toEqual([]);
    // It would see them: the workers write, and VS Code itself opens sockets.
    expect(seen.some(({ isMainThread }) => !isMainThread)).toBe(true);
    expect(trap.read().some(({ what }) => what === 'socket')).toBe(true);
    expect(seen.map(({ subject }) => subject).filter((path) => !isOwn(workbench, path))).toEqual([]);
  });

  test('leaves nothing of the workspace behind once it has been told to forget it', async ({
    workbench,
    workspace,
  }) => {
    // Lines that only this workspace has, and names of its files.
    const lines = readdirSync(workspace)
      .flatMap((name) => readFileSync(join(workspace, name), 'utf8').split('\n'))
      .map((line) => line.trim())
      .filter((line) => line.length > 30);
    const traces = [...new Set([...lines, 'QueueScheduler.ts', 'asyncScheduler'])];
    const folders = ['workspaceStorage', 'globalStorage'].map((name) => join(workbench.folder, 'data', 'User', name));
    const places = [...folders, join(workbench.folder, '.cache'), join(workbench.folder, 'data', 'logs')];
    const found = () =>
      places.flatMap(filesBelow).flatMap((file) => {
        if (!/inkling/i.test(file.slice(workbench.folder.length))) return []; // VS Code's own
        const bytes = readFileSync(file);
        return traces.filter((trace) => bytes.includes(trace)).map((trace) => `${file}: ${trace}`);
      });
    expect(found().length).toBeGreaterThan(0);
    await workbench.command('Inkling: Forget This Workspace');
    await workbench.page.locator('.monaco-dialog-box').getByRole('button', { name: 'Forget' }).click();
    await until(async () => /memory only/.test(await workbench.status()), 'the memory', 60_000);
    await until(() => found().length === 0, 'every trace to go').catch(() => {});
    expect(found()).toEqual([]);
  });
});

function filesBelow(folder: string): string[] {
  let names: string[];
  try {
    names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  } catch {
    return []; // there is none
  }
  return names.map((name) => join(folder, name)).filter((path) => statSync(path).isFile());
}

/** What was done with code of Inkling's package on the stack. */
function deedsIn(trap: Trap): ReturnType<Trap['read']> {
  return trap.read().filter(({ by }) => /inkling\.inkling-[^/]*\/(dist|node_modules)\//.test(by));
}

/** Whether VS Code, or the system, has a folder for Inkling alone. */
function isOwn(workbench: Workbench, path: string): boolean {
  return (
    path.startsWith(workbench.folder) &&
    (/\/inkling\.inkling(\/|$)/.test(path) || /\/\.cache\/inkling(\/|$)/.test(path))
  );
}
