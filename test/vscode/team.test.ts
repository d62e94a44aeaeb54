import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { VERSIONS } from '../../scripts/setupVscode.ts';
import { CARD_MARK } from '../../src/lstm/cardText.ts';
import { readModelCard } from '../../src/lstm/modelFile.ts';
import { makeWorkspace } from '../inhost/workspace.ts';
import { chainModel } from '../support/models.ts';
import { DashboardPage } from './dashboardPage.ts';
import { modelsIn, nativeLibrariesBelow } from './observations.ts';
import { canRun, skipped, vsix } from './platform.ts';
import { until, Workbench } from './workbench.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const THEMES = ['Dark Modern', 'Light Modern', 'Dark High Contrast', 'Light High Contrast'];

const ASCII = ['\n', ...Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index))];
/** Sure of the character that follows in ASCII: after q comes r. */
const FORWARD = chainModel(ASCII);
/** The same, backwards. */
const BACKWARD = chainModel(ASCII.toReversed());
/** Knows Chinese, and no letter of the workspace. */
const CHINESE = chainModel(Array.from({ length: 60 }, (_, index) => String.fromCodePoint(0x4e00 + index)));

describe.skipIf(!canRun).each(VERSIONS)(`A team's model in VS Code $vscode${skipped}`, (version) => {
  let folder: string;
  let workbench: Workbench;
  let dashboard: DashboardPage;

  const team = () => join(folder, 'team.onnx');
  /** Changes the user's settings for this machine, as an editor of their file does. */
  const setPath = (path: string) => {
    const settings = join(workbench.folder, 'data', 'Machine', 'settings.json');
    writeFileSync(settings, JSON.stringify({ 'inkling.model.path': path }));
  };
  const says = (words: RegExp) =>
    until(async () => words.test(await workbench.status()), `the status ${words}`, 60_000);
  const dialog = () => workbench.page.locator('.monaco-dialog-box');
  const toast = (text: string) =>
    workbench.page.locator('.notifications-toasts .notification-list-item', { hasText: text }).first();
  const own = () => modelsIn(workbench.folder);

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'inkling-workspace-'));
    makeWorkspace(folder);
    writeFileSync(team(), FORWARD);
    writeFileSync(join(folder, 'chinese.onnx'), CHINESE);
    writeFileSync(join(folder, 'other.onnx'), 'something else');
    workbench = await Workbench.open({
      version,
      vsix,
      workspace: join(folder, 'client'),
      shots: join(root, '.cache', 'screenshots', `team-${version.vscode}`),
      // A path belongs to the machine that the extension runs on, which is the server's.
      machineSettings: { 'inkling.model.path': team() },
      settings: {
        'inkling.training.minutes': 0.2,
        'inkling.training.hidden': 64,
        'workbench.colorTheme': 'Light Modern',
      },
    });
    await workbench.page.setViewportSize({ width: 1600, height: 900 });
    workbench.page.setDefaultTimeout(30_000);
    dashboard = new DashboardPage(workbench);
  }, 240_000);

  afterAll(async () => {
    await workbench?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail') return;
    await workbench?.shot('FAILED');
    console.log(await workbench?.status(), workbench?.server.log());
  });

  /** The heading of a card that is shown. */
  const preview = (name: string) =>
    workbench.page
      .locator('iframe.webview.ready')
      .last()
      .contentFrame()
      .frameLocator('iframe#active-frame')
      .getByRole('heading', { name });

  /** Asks for a file to import, and gives one. */
  async function importModel(path: string): Promise<void> {
    await workbench.commandThatAsks('Inkling: Import Model…');
    await dashboard.giveFile(path);
  }

  test('is not loaded in Restricted Mode', async () => {
    await workbench.trust(/No, I don't trust/);
    await says(/not trusted/);
    expect(nativeLibrariesBelow(process.pid)).toEqual([]);
    expect(await workbench.status()).not.toMatch(/team\.onnx/);
  });

  test('that the setting names serves once the workspace is trusted, and is not copied', async () => {
    const before = statSync(team());
    await workbench.statusItem.click();
    await dashboard.button('Manage Trust').click();
    await workbench.page.getByRole('button', { name: 'Trust', exact: true }).first().click();
    await says(/ready, with the model team\.onnx, which inkling\.model\.path names/);
    // The newest shows the question of trust as a dialog.
    const question = workbench.page.locator('.monaco-modal-editor-block');
    if (await question.isVisible()) await question.locator('.codicon-close').last().click();
    await question.waitFor({ state: 'hidden' });
    expect(nativeLibrariesBelow(process.pid)).not.toEqual([]);
    expect(own()).toEqual([]);
    expect(statSync(team()).mtimeMs).toBe(before.mtimeMs);
    await workbench.statusItem.hover();
    const tooltip = workbench.page.locator('.monaco-hover', { hasText: 'named by inkling.model.path' });
    await tooltip.waitFor();
    expect(await tooltip.innerText()).toMatch(/2\.13 bits per character[\s\S]*Trained 2026-01-02 03:04 UTC on 34,567/);
    await workbench.shot('tooltip');
    await workbench.page.mouse.move(400, 300);
  });

  test.each(THEMES)('is shown in the dashboard with its card, in %s', async (theme) => {
    await workbench.choose('Preferences: Color Theme', theme);
    await workbench.command('Inkling: Show Dashboard');
    await dashboard.panel.getByText(`${team()}, named by inkling.model.path`).first().waitFor();
    for (const fact of ['34.6K characters', '96 characters', 'onnx · cpu', 'an older Inkling']) {
      await dashboard.panel.getByText(fact, { exact: true }).first().waitFor();
    }
    await workbench.shot(`dashboard-${theme.toLowerCase().replaceAll(' ', '-')}`);
  });

  test('speaks beside the memory of this workspace, as an own model does', async () => {
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

  test('is loaded anew when it is replaced', async () => {
    writeFileSync(team(), BACKWARD);
    const first = dashboard.panel.getByRole('list', { name: 'The LSTM' }).getByRole('listitem').first();
    await until(async () => (await first.innerText()).trim().startsWith('q'), 'what comes before r', 60_000);
  });

  test.each([
    ['missing', () => rmSync(team()), /Could not read the model .*team\.onnx: it does not exist\./],
    [
      'not a model',
      () => writeFileSync(team(), 'something else'),
      /team\.onnx is not an ONNX model, or it is damaged\./,
    ],
    [
      'damaged',
      () => writeFileSync(team(), FORWARD.with(FORWARD.length >> 1, 1)),
      /team\.onnx .*its checksum is wrong\./,
    ],
  ])('that is %s is said to be so in one sentence, with what to do', async (name, change, sentence) => {
    change();
    await says(sentence);
    expect(await workbench.status()).toMatch(
      /Correct the file or the setting inkling\.model\.path; until then no model/,
    );
    await toast('Correct the file or the setting').waitFor();
    await workbench.shot(`broken-${name.replaceAll(' ', '-')}`);
  });

  test('serves again when it is mended', async () => {
    writeFileSync(team(), FORWARD);
    await says(/ready, with the model team\.onnx/);
  });

  test('goes on serving while the workspace trains a model of its own, which is said', async () => {
    await workbench.command('Inkling: Train on Workspace');
    await toast("This trains the workspace's own model.").waitFor();
    await workbench.shot('training-own');
    await until(() => own().length > 0, 'a model of its own', 90_000);
    await says(/ready, with the model team\.onnx/);
  });

  test('gives way to the model of the workspace when the setting names none, and when it is missing', async () => {
    setPath('');
    await says(/ready$/);
    setPath('~/nowhere/team.onnx');
    await says(/nowhere.team\.onnx: it does not exist\..*until then the model of this workspace serves/);
    await dashboard.panel
      .getByText(/until then the model of this workspace serves/)
      .first()
      .waitFor();
    await dashboard.panel.locator('h1 .codicon-warning').waitFor();
    await workbench.shot('own-meanwhile');
    setPath('');
    await says(/ready$/);
  });

  test('is exported with its card, which can be shown', async () => {
    const target = join(folder, 'exported.onnx');
    await workbench.commandThatAsks('Inkling: Export Model…');
    await dashboard.giveFile(target);
    const done = toast('The model is in');
    await done.waitFor();
    await workbench.shot('exported');
    expect(readFileSync(target)).toEqual(readFileSync(storedModel()));
    const text = readFileSync(join(folder, 'exported.md'), 'utf8');
    expect(text.startsWith(CARD_MARK)).toBe(true);
    expect(text).toContain('Inkling 0.1.0');
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    await done.getByRole('button', { name: 'Show Card' }).click();
    await workbench.page.locator('.tab', { hasText: 'exported.md' }).first().waitFor();
    await preview('exported.onnx').waitFor();
    await workbench.shot('exported-card');
  });

  test('is not exported over a page that is no card', async () => {
    writeFileSync(join(folder, 'README.md'), '# Mine\n');
    await workbench.commandThatAsks('Inkling: Export Model…');
    await dashboard.giveFile(join(folder, 'README.onnx'));
    await toast('give the model another name').waitFor();
    expect(existsSync(join(folder, 'README.onnx'))).toBe(false);
    expect(readFileSync(join(folder, 'README.md'), 'utf8')).toBe('# Mine\n');
  });

  test.each(THEMES)('is imported only when its card was shown and it is wanted, in %s', async (theme) => {
    await workbench.choose('Preferences: Color Theme', theme);
    const before = readFileSync(storedModel());
    await importModel(join(folder, 'chinese.onnx'));
    await dialog().getByText('Import the model chinese.onnx?').waitFor();
    expect(await dialog().innerText()).toMatch(
      /1 × 62 units with 60 characters[\s\S]*34,567 characters[\s\S]*does not know 100 % of the characters[\s\S]*takes the place/,
    );
    await workbench.shot(`import-${theme.toLowerCase().replaceAll(' ', '-')}`);
    await dialog().getByRole('button', { name: 'Cancel' }).click();
    await dialog().waitFor({ state: 'hidden' });
    expect(readFileSync(storedModel())).toEqual(before);
  });

  test('is imported after a look at its card', async () => {
    await workbench.choose('Preferences: Color Theme', 'Light Modern');
    await importModel(team());
    await dialog().getByText('Import the model team.onnx?').waitFor();
    expect(await dialog().innerText()).not.toMatch(/does not know/);
    await dialog().getByRole('button', { name: 'Show Card' }).click();
    const ask = toast('Import the model team.onnx?');
    await ask.waitFor();
    await preview('team.onnx').waitFor();
    await workbench.shot('card');
    await ask.getByRole('button', { name: 'Import', exact: true }).click();
    await until(() => readModelCard(readFileSync(storedModel())).vocabulary.length === ASCII.length, 'the model');
    await says(/ready$/);
    await workbench.statusItem.hover();
    await workbench.page.locator('.monaco-hover', { hasText: 'imported from team.onnx' }).waitFor();
    await workbench.shot('imported');
    await workbench.page.mouse.move(400, 300);
  });

  test('that is none is refused, and the one that serves stays', async () => {
    const before = readFileSync(storedModel());
    await importModel(join(folder, 'other.onnx'));
    await toast('other.onnx is not an ONNX model').waitFor();
    expect(readFileSync(storedModel())).toEqual(before);
    await says(/ready$/);
  });

  function storedModel(): string {
    return join(workbench.folder, 'data', 'User', 'workspaceStorage', own()[0]!);
  }
});
