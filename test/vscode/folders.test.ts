import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect } from 'vitest';
import { test as base, version } from './fixtures.ts';
import { storageIn, storedIn } from './observations.ts';
import { canRun, skipped } from './platform.ts';
import { until, type Workbench } from './workbench.ts';

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

const test = base.extend('opening', { scope: 'file' }, async ({ folder }) => {
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return {
    name: 'folders',
    workspace: join(folder, 'all.code-workspace'),
    settings: {
      'security.workspace.trust.enabled': false,
      'inkling.training.minutes': 0.1,
      'inkling.training.hidden': 32,
      'inkling.completions.minimumConfidence': 0.2,
      'editor.autoIndent': 'none',
      'editor.quickSuggestions': { other: 'off' },
    },
  };
});

describe.skipIf(!canRun)(`Several folders in VS Code ${version.vscode}${skipped}`, () => {
  test.beforeAll(async ({ workbench }) => {
    await until(async () => /memory only/.test(await workbench.status()), 'the memory', 30_000);
    await workbench.shot('opened');
    const client = workbench.page.locator('.explorer-folders-view .monaco-list-row', { hasText: 'Web Client' });
    if ((await client.getAttribute('aria-expanded')) === 'false') await client.click();
    await workbench.openFile('shown.ts');
  });

  test('have the exclusions of their own settings, and nothing of them is suggested', async ({ workbench }) => {
    expect(await suggested(workbench, 'const x = countEl')).toMatch(/^ephants/);
    expect(await suggested(workbench, 'const x = gatherPe')).toMatch(/^nguins/);
    expect(await suggested(workbench, 'const x = measureWa')).not.toMatch(/^lruses/);
  });

  test('have told which of their settings cannot be used, where one looks', async ({ workbench }) => {
    const hover = await workbench.tooltip('Memory:');
    await hover.getByText('The setting inkling.training.exclude holds something that is no glob').waitFor();
    await workbench.shot('told');
    await workbench.editor.locator('.view-lines').hover();
    await hover.waitFor({ state: 'hidden' });
  });

  test('are called alike on disk and in editors, whatever names they were given', async ({ workbench }) => {
    await workbench.press('Control+End');
    await workbench.type(`\n${'export const packMammoths = carryMammoths();\n'.repeat(6)}`);
    await until(async () => /^mmoths/.test(await suggested(workbench, 'const x = carryMa')), 'what was typed', 30_000);
  });

  test('are learnt without what is left out', async ({ workbench }) => {
    await workbench.command('Inkling: Train on Workspace');
    await until(async () => /ready/.test(await workbench.status()), 'the end of training', 120_000);
    const paths = JSON.parse(stored(workbench, 'learnt.json')).map(([path]: [string]) => path);
    expect(paths).toContain('back/served.ts');
    expect(paths).toContain('front/private/mine.ts');
    expect(paths).not.toContain('back/private/hidden.ts');
    const { excludedNames, notices } = JSON.parse(stored(workbench, 'corpus.json'));
    expect(excludedNames.excluded).toContain('back/private/');
    expect(notices).toEqual([expect.stringContaining('inkling.training.exclude')]);
    expect(await suggested(workbench, 'const x = measureWa')).not.toMatch(/^lruses/);
  });
});

/** What is suggested at the end of the file behind these words; empty: nothing within three seconds. */
async function suggested(workbench: Workbench, words: string): Promise<string> {
  await workbench.press('Control+End');
  await workbench.type(`\n${words}`);
  await until(async () => (await workbench.ghost()) !== '', 'the ghost text', 3000).catch(() => {});
  const ghost = await workbench.ghost();
  await workbench.shot(words.replaceAll(/\W/g, '-'));
  await workbench.press('Escape');
  for (let index = 0; index <= words.length; index++) await workbench.press('Backspace');
  return ghost;
}

/** Of the storage of the workspace. */
function stored(workbench: Workbench, name: string): string {
  const path = storedIn(workbench.folder).find((one) => one.endsWith(name));
  return path === undefined ? '' : readFileSync(join(storageIn(workbench.folder), path), 'utf8');
}
