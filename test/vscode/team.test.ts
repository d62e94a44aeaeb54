import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Frame } from 'playwright-core';
import { describe, expect } from 'vitest';
import { CARD_MARK } from '../../src/lstm/cardText.ts';
import { readModelCard } from '../../src/lstm/modelFile.ts';
import { makeWorkspace } from '../inhost/workspace.ts';
import { chainModel } from '../support/models.ts';
import type { DashboardPage } from './dashboardPage.ts';
import { test as base, THEMES, version } from './fixtures.ts';
import { modelsIn, nativeLibrariesBelow, storageIn } from './observations.ts';
import { canRun, skipped } from './platform.ts';
import { until, type Workbench } from './workbench.ts';

const ASCII = ['\n', ...Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index))];
/** Sure of the character that follows in ASCII: after q comes r. */
const FORWARD = chainModel(ASCII);
/** The same, backwards. */
const BACKWARD = chainModel(ASCII.toReversed());
/** Knows Chinese, and no letter of the workspace. */
const CHINESE = chainModel(Array.from({ length: 60 }, (_, index) => String.fromCodePoint(0x4e00 + index)));

const test = base
  .extend('team', { scope: 'file' }, async ({ folder }) => {
    const team = join(folder, 'team.onnx');
    writeFileSync(team, FORWARD);
    return team;
  })
  .extend('opening', { scope: 'file' }, async ({ folder, team }) => {
    makeWorkspace(folder);
    writeFileSync(join(folder, 'chinese.onnx'), CHINESE);
    writeFileSync(join(folder, 'other.onnx'), 'something else');
    return {
      name: 'team',
      workspace: join(folder, 'client'),
      size: { width: 1600, height: 900 },
      patience: 30_000,
      // A path belongs to the machine that the extension runs on, which is the server's.
      machineSettings: { 'inkling.model.path': team },
      settings: {
        'inkling.training.minutes': 0.1,
        'inkling.training.hidden': 64,
        'workbench.colorTheme': 'Light Modern',
      },
    };
  })
  .extend(
    'says',
    ({ workbench }) =>
      (words: RegExp) =>
        until(async () => words.test(await workbench.status()), `the status ${words}`, 60_000),
  )
  .extend(
    'toast',
    ({ workbench }) =>
      (text: string) =>
        workbench.page.locator('.notifications-toasts .notification-list-item', { hasText: text }).first(),
  )
  .extend('dialog', ({ workbench }) => workbench.page.locator('.monaco-dialog-box'));

describe.skipIf(!canRun)(`A team's model in VS Code ${version.vscode}${skipped}`, () => {
  test('is not loaded in Restricted Mode', async ({ workbench, says }) => {
    await workbench.trust(/No, I don't trust/);
    await says(/not trusted/);
    expect(nativeLibrariesBelow(process.pid)).toEqual([]);
    expect(await workbench.status()).not.toMatch(/team\.onnx/);
  });

  test('that the setting names serves once the workspace is trusted, and is not copied', async ({
    team,
    workbench,
    dashboard,
    says,
  }) => {
    const before = statSync(team);
    await workbench.statusItem.click();
    await dashboard.button('Manage Trust').click();
    await workbench.page.getByRole('button', { name: 'Trust', exact: true }).first().click();
    await says(/ready, with the model team\.onnx, which inkling\.model\.path names/);
    // The newest shows the question of trust as a dialog.
    const question = workbench.page.locator('.monaco-modal-editor-block');
    if (await question.isVisible()) await question.locator('.codicon-close').last().click();
    await question.waitFor({ state: 'hidden' });
    expect(nativeLibrariesBelow(process.pid)).not.toEqual([]);
    expect(modelsIn(workbench.folder)).toEqual([]);
    expect(statSync(team).mtimeMs).toBe(before.mtimeMs);
    const tooltip = await workbench.tooltip('named by inkling.model.path');
    expect(await tooltip.innerText()).toMatch(/2\.13 bits per character[\s\S]*Trained 2026-01-02 03:04 UTC on 34,567/);
    await workbench.shot('tooltip');
    await workbench.page.mouse.move(400, 300);
  });

  test.for(THEMES)(
    'is shown in the dashboard with its card, in $theme',
    async ({ theme }, { team, workbench, dashboard }) => {
      await workbench.choose('Preferences: Color Theme', theme);
      await workbench.command('Inkling: Show Dashboard');
      await dashboard.panel.getByText(`${team}, named by inkling.model.path`).first().waitFor();
      for (const fact of ['34.6K characters', '96 characters', 'onnx · cpu', 'an older Inkling']) {
        await dashboard.panel.getByText(fact, { exact: true }).first().waitFor();
      }
      await workbench.shot(`dashboard-${theme.toLowerCase().replaceAll(' ', '-')}`);
    },
  );

  test('speaks beside the memory of this workspace, as an own model does', async ({ workbench, dashboard }) => {
    await workbench.choose('Preferences: Color Theme', 'Light Modern');
    await workbench.command('View: Close All Editors');
    await workbench.openFile('module0.ts');
    await workbench.page.keyboard.press('Control+End');
    await workbench.page.keyboard.type('\n  return this.reposito', { delay: 20 });
    await workbench.command('Inkling: Show Dashboard');
    await dashboard.tab('Next Character').click();
    await workbench.command('View: Focus First Editor Group');
    await workbench.page.keyboard.type('r');
    const first = (name: string) =>
      dashboard.panel.getByRole('list', { name }).getByRole('listitem').first().innerText({ timeout: 1000 });
    const begins = async (name: string, character: string) =>
      until(async () => (await first(name).catch(() => '')).trim().startsWith(character), `${name}: ${character}`);
    await begins('The LSTM', 's');
    await begins('The memory', 'y');
    await workbench.shot('experts');
  });

  test('is loaded anew when it is replaced', async ({ team, dashboard }) => {
    writeFileSync(team, BACKWARD);
    const first = dashboard.panel.getByRole('list', { name: 'The LSTM' }).getByRole('listitem').first();
    await until(async () => (await first.innerText()).trim().startsWith('q'), 'what comes before r', 60_000);
  });

  test.for([
    {
      name: 'missing',
      change: (team: string) => rmSync(team),
      sentence: /Could not read the model .*team\.onnx: it does not exist\./,
    },
    {
      name: 'not a model',
      change: (team: string) => writeFileSync(team, 'something else'),
      sentence: /team\.onnx is not an ONNX model, or it is damaged\./,
    },
    {
      name: 'damaged',
      change: (team: string) => writeFileSync(team, FORWARD.with(FORWARD.length >> 1, 1)),
      sentence: /team\.onnx .*its checksum is wrong\./,
    },
  ])(
    'that is $name is said to be so in one sentence, with what to do',
    async ({ name, change, sentence }, { team, workbench, says, toast }) => {
      change(team);
      await says(sentence);
      expect(await workbench.status()).toMatch(
        /Correct the file or the setting inkling\.model\.path; until then no model/,
      );
      await toast('Correct the file or the setting').waitFor();
      await workbench.shot(`broken-${name.replaceAll(' ', '-')}`);
    },
  );

  test('serves again when it is mended', async ({ team, says }) => {
    writeFileSync(team, FORWARD);
    await says(/ready, with the model team\.onnx/);
  });

  test('goes on serving while the workspace trains a model of its own, which is said', async ({
    workbench,
    says,
    toast,
  }) => {
    await workbench.command('Inkling: Train on Workspace');
    await toast("This trains the workspace's own model.").waitFor();
    await workbench.shot('training-own');
    await until(() => modelsIn(workbench.folder).length > 0, 'a model of its own', 90_000);
    await says(/ready, with the model team\.onnx/);
  });

  test('gives way to the model of the workspace when the setting names none, and when it is missing', async ({
    workbench,
    dashboard,
    says,
  }) => {
    setPath(workbench, '');
    await says(/ready$/);
    setPath(workbench, '~/nowhere/team.onnx');
    await says(/nowhere.team\.onnx: it does not exist\..*until then the model of this workspace serves/);
    await dashboard.panel
      .getByText(/until then the model of this workspace serves/)
      .first()
      .waitFor();
    await dashboard.panel.locator('h1 .codicon-warning').waitFor();
    await workbench.shot('own-meanwhile');
    setPath(workbench, '');
    await says(/ready$/);
  });

  test('is exported with its card, which can be shown', async ({ folder, workbench, dashboard, toast }) => {
    const target = join(folder, 'exported.onnx');
    await workbench.commandThatAsks('Inkling: Export Model…');
    await dashboard.giveFile(target);
    const done = toast('The model is in');
    await done.waitFor();
    await workbench.shot('exported');
    expect(readFileSync(target)).toEqual(readFileSync(storedModel(workbench)));
    const text = readFileSync(join(folder, 'exported.md'), 'utf8');
    expect(text.startsWith(CARD_MARK)).toBe(true);
    expect(text).toContain('Inkling 0.1.0');
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    await done.getByRole('button', { name: 'Show Card' }).click();
    await workbench.page.locator('.tab', { hasText: 'exported.md' }).first().waitFor();
    await preview(workbench, 'exported.onnx');
    await workbench.shot('exported-card');
  });

  test('is not exported over a page that is no card', async ({ folder, workbench, dashboard, toast }) => {
    writeFileSync(join(folder, 'README.md'), '# Mine\n');
    await workbench.commandThatAsks('Inkling: Export Model…');
    await dashboard.giveFile(join(folder, 'README.onnx'));
    await toast('give the model another name').waitFor();
    expect(existsSync(join(folder, 'README.onnx'))).toBe(false);
    expect(readFileSync(join(folder, 'README.md'), 'utf8')).toBe('# Mine\n');
  });

  test.for(THEMES)(
    'is imported only when its card was shown and it is wanted, in $theme',
    async ({ theme }, { folder, workbench, dashboard, dialog }) => {
      await workbench.choose('Preferences: Color Theme', theme);
      const before = readFileSync(storedModel(workbench));
      await importModel(workbench, dashboard, join(folder, 'chinese.onnx'));
      await dialog.getByText('Import the model chinese.onnx?').waitFor();
      expect(await dialog.innerText()).toMatch(
        /1 × 62 units with 60 characters[\s\S]*34,567 characters[\s\S]*does not know 100 % of the characters[\s\S]*takes the place/,
      );
      await workbench.shot(`import-${theme.toLowerCase().replaceAll(' ', '-')}`);
      await dialog.getByRole('button', { name: 'Cancel' }).click();
      await dialog.waitFor({ state: 'hidden' });
      expect(readFileSync(storedModel(workbench))).toEqual(before);
    },
  );

  test('is imported after a look at its card', async ({ team, workbench, dashboard, says, toast, dialog }) => {
    await workbench.choose('Preferences: Color Theme', 'Light Modern');
    await importModel(workbench, dashboard, team);
    await dialog.getByText('Import the model team.onnx?').waitFor();
    expect(await dialog.innerText()).not.toMatch(/does not know/);
    await dialog.getByRole('button', { name: 'Show Card' }).click();
    const ask = toast('Import the model team.onnx?');
    await ask.waitFor();
    await preview(workbench, 'team.onnx');
    await workbench.shot('card');
    await ask.getByRole('button', { name: 'Import', exact: true }).click();
    await until(
      () => readModelCard(readFileSync(storedModel(workbench))).vocabulary.length === ASCII.length,
      'the model',
    );
    await says(/ready$/);
    await workbench.tooltip('imported from team.onnx');
    await workbench.shot('imported');
    await workbench.page.mouse.move(400, 300);
  });

  test('that is none is refused, and the one that serves stays', async ({
    folder,
    workbench,
    dashboard,
    says,
    toast,
  }) => {
    const before = readFileSync(storedModel(workbench));
    await importModel(workbench, dashboard, join(folder, 'other.onnx'));
    await toast('other.onnx is not an ONNX model').waitFor();
    expect(readFileSync(storedModel(workbench))).toEqual(before);
    await says(/ready$/);
  });
});

/** Changes the user's settings for this machine, as an editor of their file does. */
function setPath(workbench: Workbench, path: string): void {
  const settings = join(workbench.folder, 'data', 'Machine', 'settings.json');
  writeFileSync(settings, JSON.stringify({ 'inkling.model.path': path }));
}

/** Waits for the heading of a card, in whichever of the pages that are open. */
function preview(workbench: Workbench, name: string): Promise<void> {
  const shows = (frame: Frame) =>
    frame
      .getByRole('heading', { name })
      .first()
      .isVisible()
      .catch(() => false); // a page that has gone meanwhile
  return until(
    async () => (await Promise.all(workbench.page.frames().map(shows))).includes(true),
    `the card of ${name}`,
    60_000,
  );
}

/** Asks for a file to import, and gives one. */
async function importModel(workbench: Workbench, dashboard: DashboardPage, path: string): Promise<void> {
  await workbench.commandThatAsks('Inkling: Import Model…');
  await dashboard.giveFile(path);
}

function storedModel(workbench: Workbench): string {
  return join(storageIn(workbench.folder), modelsIn(workbench.folder)[0]!);
}
