import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Locator } from 'playwright-core';
import { describe, expect } from 'vitest';
import { test as base, version } from './fixtures.ts';
import { canRun, skipped } from './platform.ts';
import { until, type Workbench } from './workbench.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Modules that end alike. */
function moduleText(index: number): string {
  const methods = Array.from(
    { length: 8 },
    (_, line) => `  async load${'ABCDEFGH'[line]}${index}(): Promise<void> {
    try {
      await this.source.fetch(${index * 8 + line});
    } catch (error) {
      this.logger.error('It could not be loaded.', error);
      throw error;
    }
  }
`,
  );
  return `export class Loader${index} extends Base {\n${methods.join('\n')}}\n`;
}

const test = base.extend('opening', { scope: 'file' }, async ({ folder }) => {
  cpSync(join(root, 'node_modules', 'rxjs', 'src', 'internal', 'operators'), folder, { recursive: true });
  for (let index = 0; index < 20; index++) writeFileSync(join(folder, `loader${index}.ts`), moduleText(index));
  return {
    name: 'memory',
    workspace: folder,
    size: { width: 1600, height: 900 },
    settings: {
      'security.workspace.trust.enabled': false,
      'inkling.training.minutes': 0.2, // the LSTM is asked what it has learnt
      'inkling.training.hidden': 64,
      'editor.autoClosingBrackets': 'never',
      'editor.autoClosingQuotes': 'never',
      'editor.autoIndent': 'none',
      'editor.quickSuggestions': { other: 'off' },
    },
  };
});

describe.skipIf(!canRun)(`The memory in VS Code ${version.vscode}${skipped}`, () => {
  test.beforeAll(async ({ workbench }) => {
    await until(async () => /memory only/.test(await workbench.status()), 'the memory', 30_000);
  });

  test('goes on for several lines, where it is sure', async ({ workbench }) => {
    await workbench.openFile('concat.ts');
    await workbench.press('Control+End');
    await workbench.type('\n    } catch (er');
    await workbench.ghostText.first().waitFor();
    const text = async () => (await workbench.editor.locator('.view-lines').innerText()).replaceAll('\u00a0', ' ');
    let accepted = 0;
    await until(async () => {
      // What is accepted may be followed by more, which begins with the next line.
      await workbench.shot(`lines-${accepted++}`);
      await workbench.press('Tab');
      await workbench.page.waitForTimeout(700);
      return /\) \{\s+this\.logger\.error\('It could not be loaded\.', error\);\s+throw error;\s+\}/.test(
        lastLines(await text()),
      );
    }, 'the lines');
    expect(accepted).toBeLessThan(5);
    await workbench.shot('accepted');
    await workbench.press('Escape');
    await workbench.press('Control+a');
    await workbench.press('Delete');
  });

  test('knows at once what is typed, and no more when that is deleted', async ({ workbench }) => {
    const words = 'const gatheredPenguins = countPenguins();';
    await workbench.type(`${words}\n`.repeat(5));
    await until(() => goesOn(workbench, 'const gath', 'ered'), 'what was typed', 30_000);
    await workbench.press('Control+a');
    await workbench.press('Delete');
    await until(async () => !(await goesOn(workbench, 'const gath', 'ered')), 'nothing', 30_000);
    await workbench.command('File: Revert File');
  });

  test('shares with the LSTM once that is trained, with experts for the file', async ({ workbench, dashboard }) => {
    await workbench.openFile('count.ts');
    await workbench.press('Control+End');
    await workbench.type('\nexport func');
    await workbench.command('Inkling: Train on Workspace');
    await until(async () => /ready/.test(await workbench.status()), 'the end of training', 120_000);
    await workbench.command('Inkling: Show Dashboard');
    await dashboard.tab('Next Character').click();
    await workbench.command('View: Focus First Editor Group');
    await workbench.type('t');
    const first = (name: string) =>
      dashboard.panel.getByRole('list', { name, exact: true }).getByRole('listitem').first();
    for (const name of ['The LSTM', 'The memory', 'This file', 'The words of this file']) {
      await until(async () => /^i/.test((await first(name).innerText()).trim()), 'the i of function');
    }
    await dashboard.panel
      .getByRole('img', { name: /LSTM \d.* · memory \d.* · this file \d.* · its words \d/ })
      .waitFor();
    await workbench.shot('experts');
  });

  test('is silent when a setting says so, and speaks again', async ({ folder, workbench, dashboard }) => {
    set(folder, 'inkling.memory.enabled', false);
    await until(() => says(workbench, dashboard.panel.getByText('the memory is off')), 'the page to say so');
    await workbench.shot('memory-off');
    set(folder, 'inkling.memory.enabled', true);
    await until(() => says(workbench, dashboard.panel.getByRole('list', { name: 'The memory' })), 'the memory');
  });
});

function lastLines(text: string): string {
  return text.split('\n').slice(-8).join('\n');
}

function set(folder: string, name: string, value: unknown): void {
  mkdirSync(join(folder, '.vscode'), { recursive: true });
  writeFileSync(join(folder, '.vscode', 'settings.json'), JSON.stringify({ [name]: value }));
}

/** Whether, typed at the end of the file, these words have ghost text that begins so. */
async function goesOn(workbench: Workbench, words: string, beginning: string): Promise<boolean> {
  await workbench.press('Control+End');
  await workbench.type(`\n${words}`);
  const isShown = await until(async () => (await workbench.ghost()).startsWith(beginning), 'the ghost text', 3000).then(
    () => true,
    () => false,
  );
  await workbench.shot(isShown ? 'ghost' : 'no-ghost');
  await workbench.press('Escape');
  for (let index = 0; index <= words.length; index++) await workbench.press('Backspace');
  return isShown;
}

/** Whether the dashboard shows this once a character has been typed again. */
async function says(workbench: Workbench, what: Locator): Promise<boolean> {
  await workbench.press('Backspace');
  await workbench.type('t');
  return what.waitFor({ timeout: 2000 }).then(
    () => true,
    () => false,
  );
}
