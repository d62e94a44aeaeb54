import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { VERSIONS } from '../../scripts/setupVscode.ts';
import { canRun, skipped, vsix } from './platform.ts';
import { until, Workbench } from './workbench.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A module that says one name many times. */
function moduleOf(name: string): string {
  const uses = Array.from({ length: 30 }, (_, index) => `export const part${index} = ${name}(${index});\n`);
  return `export function ${name}(value: number): number {\n  return value + 1;\n}\n${uses.join('')}`;
}

/** Two folders, of which one leaves something out by its own settings. */
const FILES = {
  'front/shown.ts': moduleOf('arrangeTulips'),
  'front/other.ts': moduleOf('arrangeRoses'),
  'front/private/mine.ts': moduleOf('gatherPenguins'),
  'back/served.ts': moduleOf('countElephants'),
  'back/more.ts': moduleOf('countGiraffes'),
  'back/private/hidden.ts': moduleOf('measureWalruses'),
  'front/.vscode/settings.json': JSON.stringify({ 'inkling.training.exclude': 5 }),
  'back/.vscode/settings.json': JSON.stringify({ 'files.exclude': { private: true } }),
  'all.code-workspace': JSON.stringify({
    folders: [
      { path: 'front', name: 'Web Client' },
      { path: 'back', name: 'Server' },
    ],
  }),
};

describe.skipIf(!canRun).each(VERSIONS)(`Several folders in VS Code $vscode${skipped}`, (version) => {
  let folder: string;
  let workbench: Workbench;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'inkling-workspace-'));
    for (const [path, text] of Object.entries(FILES)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    workbench = await Workbench.open({
      version,
      vsix,
      workspace: join(folder, 'all.code-workspace'),
      shots: join(root, '.cache', 'screenshots', `folders-${version.vscode}`),
      settings: {
        'security.workspace.trust.enabled': false,
        'inkling.training.minutes': 0.1,
        'inkling.training.hidden': 32,
        'inkling.completions.minimumConfidence': 0.2,
        'editor.autoIndent': 'none',
        'editor.quickSuggestions': { other: 'off' },
      },
    });
    await until(async () => /memory only/.test(await workbench.status()), 'the memory', 30_000);
    await workbench.shot('opened');
    const client = workbench.page.locator('.explorer-folders-view .monaco-list-row', { hasText: 'Web Client' });
    if ((await client.getAttribute('aria-expanded')) === 'false') await client.click();
    await workbench.openFile('shown.ts');
  }, 240_000);

  afterAll(async () => {
    await workbench?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await workbench?.shot('FAILED');
  });

  const { press, type } = {
    press: (key: string) => workbench.page.keyboard.press(key),
    type: (text: string) => workbench.page.keyboard.type(text, { delay: 30 }),
  };

  /** What is suggested at the end of the file behind these words; empty: nothing within three seconds. */
  async function suggested(words: string): Promise<string> {
    await press('Control+End');
    await type(`\n${words}`);
    await until(async () => (await workbench.ghost()) !== '', 'the ghost text', 3000).catch(() => {});
    const ghost = await workbench.ghost();
    await workbench.shot(words.replaceAll(/\W/g, '-'));
    await press('Escape');
    for (let index = 0; index <= words.length; index++) await press('Backspace');
    return ghost;
  }

  /** Of the storage of the workspace. */
  function stored(name: string): string {
    const storage = join(workbench.folder, 'data', 'User', 'workspaceStorage');
    const path = readdirSync(storage, { recursive: true, encoding: 'utf8' }).find((one) => one.endsWith(name));
    return path === undefined ? '' : readFileSync(join(storage, path), 'utf8');
  }

  test('have the exclusions of their own settings, and nothing of them is suggested', async () => {
    expect(await suggested('const x = countEl')).toMatch(/^ephants/);
    expect(await suggested('const x = gatherPe')).toMatch(/^nguins/);
    expect(await suggested('const x = measureWa')).not.toMatch(/^lruses/);
  });

  test('have told which of their settings cannot be used, where one looks', async () => {
    await workbench.statusItem.hover();
    const hover = workbench.page.locator('.monaco-hover', { hasText: 'Memory:' });
    await hover.getByText('The setting inkling.training.exclude holds something that is no glob').waitFor();
    await workbench.shot('told');
    await workbench.editor.locator('.view-lines').hover();
    await hover.waitFor({ state: 'hidden' });
  });

  test('are called alike on disk and in editors, whatever names they were given', async () => {
    await press('Control+End');
    await type(`\n${'export const packMammoths = carryMammoths();\n'.repeat(6)}`);
    await until(async () => /^mmoths/.test(await suggested('const x = carryMa')), 'what was typed', 30_000);
  });

  test('are learnt without what is left out', async () => {
    await workbench.command('Inkling: Train on Workspace');
    await until(async () => /ready/.test(await workbench.status()), 'the end of training', 120_000);
    const paths = JSON.parse(stored('learnt.json')).map(([path]: [string]) => path);
    expect(paths).toContain('back/served.ts');
    expect(paths).toContain('front/private/mine.ts');
    expect(paths).not.toContain('back/private/hidden.ts');
    const { excludedNames, notices } = JSON.parse(stored('corpus.json'));
    expect(excludedNames.excluded).toContain('back/private/');
    expect(notices).toEqual([expect.stringContaining('inkling.training.exclude')]);
    expect(await suggested('const x = measureWa')).not.toMatch(/^lruses/);
  });
});
