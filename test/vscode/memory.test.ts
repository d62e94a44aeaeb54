import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Locator } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { VERSIONS } from '../../scripts/setupVscode.ts';
import { DashboardPage } from './dashboardPage.ts';
import { canRun, skipped, vsix } from './platform.ts';
import { until, Workbench } from './workbench.ts';

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

describe.skipIf(!canRun).each(VERSIONS)(`The memory in VS Code $vscode${skipped}`, (version) => {
  let workspace: string;
  let workbench: Workbench;
  let dashboard: DashboardPage;

  beforeAll(async () => {
    workspace = mkdtempSync(join(tmpdir(), 'inkling-workspace-'));
    cpSync(join(root, 'node_modules', 'rxjs', 'src', 'internal', 'operators'), workspace, { recursive: true });
    for (let index = 0; index < 20; index++) writeFileSync(join(workspace, `loader${index}.ts`), moduleText(index));
    workbench = await Workbench.open({
      version,
      vsix,
      workspace,
      shots: join(root, '.cache', 'screenshots', `memory-${version.vscode}`),
      settings: {
        'security.workspace.trust.enabled': false,
        'inkling.training.minutes': 0.2,
        'inkling.training.hidden': 64,
        'editor.autoClosingBrackets': 'never',
        'editor.autoClosingQuotes': 'never',
        'editor.autoIndent': 'none',
        'editor.quickSuggestions': { other: 'off' },
      },
    });
    await workbench.page.setViewportSize({ width: 1600, height: 900 });
    dashboard = new DashboardPage(workbench);
    await until(async () => /memory only/.test(await workbench.status()), 'the memory', 30_000);
  }, 240_000);

  afterAll(async () => {
    await workbench?.close();
    rmSync(workspace, { recursive: true, force: true });
  });

  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await workbench?.shot('FAILED');
  });

  const type = (text: string) => workbench.page.keyboard.type(text, { delay: 30 });
  const press = (key: string) => workbench.page.keyboard.press(key);
  const set = (name: string, value: unknown) => {
    mkdirSync(join(workspace, '.vscode'), { recursive: true });
    writeFileSync(join(workspace, '.vscode', 'settings.json'), JSON.stringify({ [name]: value }));
  };
  /** Whether, typed at the end of the file, these words have ghost text that begins so. */
  async function goesOn(words: string, beginning: string): Promise<boolean> {
    await press('Control+End');
    await type(`\n${words}`);
    const isShown = await until(
      async () => (await workbench.ghost()).startsWith(beginning),
      'the ghost text',
      3000,
    ).then(
      () => true,
      () => false,
    );
    await workbench.shot(isShown ? 'ghost' : 'no-ghost');
    await press('Escape');
    for (let index = 0; index <= words.length; index++) await press('Backspace');
    return isShown;
  }

  /** Whether the dashboard shows this once a character has been typed again. */
  async function says(what: Locator): Promise<boolean> {
    await press('Backspace');
    await type('t');
    return what.waitFor({ timeout: 2000 }).then(
      () => true,
      () => false,
    );
  }

  test('goes on for several lines, where it is sure', async () => {
    await workbench.openFile('concat.ts');
    await press('Control+End');
    await type('\n    } catch (er');
    await workbench.ghostText.first().waitFor();
    const text = async () => (await workbench.editor.locator('.view-lines').innerText()).replaceAll('\u00a0', ' ');
    let accepted = 0;
    await until(async () => {
      // What is accepted may be followed by more, which begins with the next line.
      await workbench.shot(`lines-${accepted++}`);
      await press('Tab');
      await workbench.page.waitForTimeout(700);
      return /\) \{\s+this\.logger\.error\('It could not be loaded\.', error\);\s+throw error;\s+\}/.test(
        lastLines(await text()),
      );
    }, 'the lines');
    expect(accepted).toBeLessThan(5);
    await workbench.shot('accepted');
    await press('Escape');
    await press('Control+a');
    await press('Delete');
  });

  test('knows at once what is typed, and no more when that is deleted', async () => {
    const words = 'const gatheredPenguins = countPenguins();';
    await type(`${words}\n`.repeat(5));
    await until(() => goesOn('const gath', 'ered'), 'what was typed', 30_000);
    await press('Control+a');
    await press('Delete');
    await until(async () => !(await goesOn('const gath', 'ered')), 'nothing', 30_000);
    await workbench.command('File: Revert File');
  });

  test('shares with the LSTM once that is trained, with experts for the file', async () => {
    await workbench.openFile('count.ts');
    await press('Control+End');
    await type('\nexport func');
    await workbench.command('Inkling: Train on Workspace');
    await until(async () => /ready/.test(await workbench.status()), 'the end of training', 120_000);
    await workbench.command('Inkling: Show Dashboard');
    await dashboard.tab('Next Character').click();
    await workbench.command('View: Focus First Editor Group');
    await type('t');
    for (const name of ['The LSTM', 'The memory', 'This file', 'The words of this file']) {
      const first = dashboard.panel.getByRole('list', { name, exact: true }).getByRole('listitem').first();
      await until(async () => /^i/.test((await first.innerText()).trim()), 'the i of function');
    }
    await dashboard.panel
      .getByRole('img', { name: /LSTM \d.* · memory \d.* · this file \d.* · its words \d/ })
      .waitFor();
    await workbench.shot('experts');
  });

  test('is silent when a setting says so, and speaks again', async () => {
    set('inkling.memory.enabled', false);
    await until(() => says(dashboard.panel.getByText('the memory is off')), 'the page to say so');
    await workbench.shot('memory-off');
    set('inkling.memory.enabled', true);
    await until(() => says(dashboard.panel.getByRole('list', { name: 'The memory' })), 'the memory');
  });
});

function lastLines(text: string): string {
  return text.split('\n').slice(-8).join('\n');
}
