import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect } from 'vitest';
import { test as base, THEMES, version } from './fixtures.ts';
import { modelsIn, nativeLibrariesBelow, prioritiesBelow, storedIn } from './observations.ts';
import { canRun, skipped } from './platform.ts';
import { until } from './workbench.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A line that many files of the workspace have, and up to where no other line is like it. */
const FAMILIAR = ["import { OperatorFunction } from '../types';", 'import { OperatorFunction'.length] as const;

const test = base.extend('opening', { scope: 'file' }, async ({ folder }) => {
  cpSync(join(root, 'node_modules', 'rxjs', 'src', 'internal', 'operators'), folder, { recursive: true });
  return {
    name: 'river',
    builtin: true,
    workspace: folder,
    settings: {
      'inkling.training.minutes': 0.5,
      'inkling.training.hidden': 128,
      'inkling.completions.minimumConfidence': 0.2,
      'inkling.completions.multiline': false,
    },
  };
});

describe.skipIf(!canRun)(`Inkling in VS Code ${version.vscode}${skipped}`, () => {
  test('asks for trust before it reads anything', async ({ workbench }) => {
    await workbench.trust();
    await workbench.statusItem.waitFor({ timeout: 30_000 });
    await workbench.shot('trusted');
    expect(modelsIn(workbench.folder)).toEqual([]);
    expect(nativeLibrariesBelow(process.pid)).toEqual([]);
  });

  test('completes from memory before anything was trained, without anything native, and says so', async ({
    workbench,
  }) => {
    await until(async () => /memory only/.test(await workbench.status()), 'the memory', 30_000);
    await workbench.openFile('distinct.ts');
    await workbench.page.keyboard.press('Control+End');
    await workbench.page.keyboard.press('Enter');
    await workbench.typeUntilGhost(...FAMILIAR);
    await workbench.shot('memory-only');
    expect(nativeLibrariesBelow(process.pid)).toEqual([]);
    await workbench.page.keyboard.press('Escape');
  });

  test('trains from the command palette, and shows in the status bar how far it is', async ({ workbench }) => {
    await workbench.command('Inkling: Train on Workspace');
    await until(async () => /\d+%/.test(await workbench.statusItem.innerText()), 'the per cent', 60_000);
    await workbench.shot('training');
    const offered = await workbench.offered('Inkling:');
    expect(offered.join()).toMatch(/Pause Training/);
    expect(offered.join()).not.toMatch(/Train on Workspace/);
    await until(() => modelsIn(workbench.folder).length > 0, 'the first model', 60_000);
  });

  test('draws ghost text while it is still training, and Tab accepts it', async ({ workbench }) => {
    await workbench.openFile('count.ts');
    const { page } = workbench;
    await page.keyboard.press('Control+End');
    await page.keyboard.press('Enter');
    await workbench.typeUntilGhost(
      "import { OperatorFunction } from '../types';",
      "import { OperatorFunction } from '../".length,
    );
    await workbench.shot('ghost');
    const ghost = await workbench.ghost();
    expect(ghost.trim().length).toBeGreaterThan(1);
    if (process.platform === 'linux') expect(prioritiesBelow(process.pid)).toContain(10);
    await page.keyboard.press('Tab');
    await workbench.shot('accepted');
    await until(async () => (await workbench.ghostText.count()) === 0, 'the end of the ghost text');
  });

  test('pauses, and resumes from there', async ({ workbench }) => {
    await workbench.command('Inkling: Pause Training');
    await until(async () => /paused/.test(await workbench.status()), 'the pause', 30_000);
    await workbench.shot('paused');
    await workbench.command('Inkling: Resume Training');
    await until(async () => /[1-9]\d*%/.test(await workbench.statusItem.innerText()), 'training to go on', 60_000);
  });

  test('is paused after a reload in the middle of training, and still completes', async ({ workbench }) => {
    await workbench.reload();
    await until(async () => /paused/.test(await workbench.status()), 'the pause after a reload', 60_000);
    await workbench.shot('reloaded');
    await workbench.command('Inkling: Resume Training');
    await until(async () => /\d+%/.test(await workbench.statusItem.innerText()), 'training to go on', 60_000);
  });

  test('ends with a model that serves', async ({ workbench }) => {
    await until(async () => /ready/.test(await workbench.status()), 'the end of training', 150_000);
    await workbench.shot('trained');
    expect(modelsIn(workbench.folder)).toHaveLength(1);
  });

  test('serves the model again after a reload', async ({ workbench }) => {
    await workbench.reload();
    await until(async () => /ready/.test(await workbench.status()), 'the model after a reload', 60_000);
    await workbench.openFile('concat.ts');
    await workbench.page.keyboard.press('Control+End');
    await workbench.page.keyboard.press('Enter');
    await workbench.typeUntilGhost(...FAMILIAR);
    await workbench.shot('ghost-after-reload');
  });

  test('gives a word at a time', async ({ workbench }) => {
    const { page } = workbench;
    const before = await workbench.lastLine();
    const ghost = await workbench.ghost();
    await page.keyboard.press('Control+ArrowRight');
    // The first word may be a bracket that the editor has typed already: then only the ghost text is another one.
    await until(async () => (await workbench.lastLine()) !== before || (await workbench.ghost()) !== ghost, 'the word');
    const after = await workbench.lastLine();
    // Brackets and quotes that the editor closed by itself stand behind the ghost text: only the letters stay in order.
    const whole = letters(before + ghost);
    expect(whole.slice(0, letters(after).length)).toBe(letters(after));
    expect(words(after).length - words(before).length).toBeLessThanOrEqual(1);
    await page.keyboard.press('Escape');
    await until(async () => (await workbench.ghostText.count()) === 0, 'the end of the ghost text');
  });

  test('goes along with what the list of suggestions has selected, or is silent', async ({ workbench }) => {
    const { page } = workbench;
    // TypeScript has nothing to suggest while an import is half written.
    await page.keyboard.press('Control+Shift+K');
    await page.keyboard.press('Enter');
    await page.keyboard.type('Opera');
    const selected = page.locator('.suggest-widget .monaco-list-row.focused');
    // What TypeScript says of it: it is no mere word of the file. A list that came before TypeScript has read the folder
    // stays without.
    const offered = selected.filter({ hasText: 'import OperatorFunction' });
    await until(
      async () => {
        await page.keyboard.press('Control+Space');
        const isOffered = await offered.waitFor({ timeout: 5000 }).then(
          () => true,
          () => false,
        );
        if (!isOffered) await page.keyboard.press('Escape');
        return isOffered;
      },
      'what TypeScript offers',
      60_000,
    );
    const label = (await selected.locator('.label-name').first().innerText()).trim();
    await workbench.shot('suggest-widget');
    const ghost = await workbench.ghost();
    if (ghost !== '') expect(`Opera${ghost}`.startsWith(label)).toBe(true);
    await page.keyboard.press('Escape');
  });

  test('counts what was shown and accepted', async ({ workbench }) => {
    const tooltip = await workbench.tooltip('accepted');
    expect(await tooltip.innerText()).toMatch(/[1-9]\d* shown, [1-9]\d* accepted/);
    await workbench.shot('tooltip');
    await workbench.page.mouse.move(400, 300);
  });

  test.for(THEMES)('can be read in the theme $theme', async ({ theme }, { workbench }) => {
    await workbench.choose('Preferences: Color Theme', theme);
    const { page } = workbench;
    await workbench.editor.click();
    await page.keyboard.press('Control+End');
    await page.keyboard.press('Enter');
    await workbench.typeUntilGhost(...FAMILIAR);
    await workbench.tooltip('Inkling');
    await workbench.shot(theme.toLowerCase().replaceAll(' ', '-'));
    await page.mouse.move(400, 300);
    // What is typed next should follow a whole file, not the beginning of the line it would complete.
    await page.keyboard.press('Control+Shift+K');
  });

  test('completes nothing while completions are off', async ({ workbench }) => {
    await workbench.command('Inkling: Toggle Completions');
    await until(async () => /off/.test(await workbench.status()), 'the status to say so');
    await workbench.page.keyboard.press('Enter');
    await workbench.page.keyboard.type('import { OperatorFunction', { delay: 30 });
    // Where there would be something otherwise, and long after it would be there.
    await workbench.page.waitForTimeout(1500);
    expect(await workbench.ghostText.count()).toBe(0);
    await workbench.command('Inkling: Toggle Completions');
    await until(async () => /ready/.test(await workbench.status()), 'the status to say so');
  });

  test('shows a dashboard', async ({ workbench }) => {
    await workbench.statusItem.click();
    const panel = workbench.page
      .locator('iframe.webview.ready')
      .first()
      .contentFrame()
      .frameLocator('iframe#active-frame');
    await panel.getByText('bits per character').first().waitFor();
    await workbench.shot('dashboard');
  });

  test('stops when asked to, with a model', async ({ workbench }) => {
    await workbench.command('Inkling: Continue Training');
    await until(async () => /\d+%/.test(await workbench.statusItem.innerText()), 'training', 60_000);
    await workbench.command('Inkling: Stop Training');
    await until(async () => /ready/.test(await workbench.status()), 'the end', 60_000);
    expect(modelsIn(workbench.folder)).toHaveLength(1);
  });

  test('forgets everything when asked to', async ({ workbench }) => {
    await workbench.command('Inkling: Forget This Workspace');
    const dialog = workbench.page.locator('.monaco-dialog-box');
    await dialog.waitFor();
    await workbench.shot('forget');
    const kept = () => storedIn(workbench.folder).filter((path) => /inkling\.inkling/.test(path));
    expect(kept().join()).toMatch(/runs/);
    await dialog.getByRole('button', { name: 'Forget' }).click();
    await until(() => kept().length === 0, 'all that was kept to go');
    await until(async () => /memory only/.test(await workbench.status()), 'the status to say so');
    expect((await workbench.offered('Inkling:')).join()).not.toMatch(/Forget This Workspace/);
  });
});

function words(text: string): string[] {
  return text.match(/\w+/g) ?? [];
}

function letters(text: string): string {
  return words(text).join('');
}
