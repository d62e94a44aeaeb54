import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AxeResults } from 'axe-core';
import { describe, expect } from 'vitest';
import { descendantsOf } from '../support/processes.ts';
import { commit, initRepository } from '../support/repository.ts';
import { DashboardPage } from './dashboardPage.ts';
import { test as base, onlyInNewest, THEMES, testOfOne, version } from './fixtures.ts';
import { nativeLibrariesBelow, storedIn } from './observations.ts';
import { canRun, skipped } from './platform.ts';
import { until, type Workbench } from './workbench.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const COMMAND = 'Inkling: What Would It Have Saved?';
const SECRET = 'ghp_16C7e42F292c6912E7710c838347Ae178B4a';
/** Lines that a commit adds. */
const LINES = 25;
const PATIENCE = 240_000;
const SETTINGS = {
  'security.workspace.trust.enabled': false,
  'inkling.training.minutes': 0.1,
  'inkling.training.hidden': 32,
};

/** Writes a file as somebody does who commits now and then. */
function grow(repository: string, path: string, text: string): void {
  const lines = text.split('\n');
  for (let end = LINES; end < lines.length + LINES; end += LINES) {
    commit(repository, { [path]: lines.slice(0, end).join('\n') });
  }
}

/** A repository with code that was there, and code that was typed, in a folder of it. */
function makeRepository(repository: string): void {
  initRepository(repository);
  cpSync(join(root, 'src', 'base'), join(repository, 'app', 'base'), { recursive: true });
  commit(repository, { 'README.md': '# An app\n' });
  for (const name of ['split.ts', 'scrub.ts']) {
    grow(repository, `app/corpus/${name}`, readFileSync(join(root, 'src', 'corpus', name), 'utf8'));
  }
  const lines = Array.from({ length: 8 }, (_, index) => `  client.connect('${SECRET}', readSettings(), ${index});\n`);
  for (const index of lines.keys()) commit(repository, { 'app/connect.ts': lines.slice(0, index + 1).join('') });
  commit(repository, {
    'app/notes.md': 'What is to be done: everything.\n',
    'beside/not.ts': 'export const beside = 1;\n',
  });
}

const test = base.extend('opening', { scope: 'file' }, async ({ folder }) => {
  makeRepository(folder);
  return {
    ...{ name: 'savings', workspace: join(folder, 'app'), settings: SETTINGS },
    size: { width: 1500, height: 1400 },
  };
});

/** Whatever an expectation of a replay is, it takes its time on a machine that does other things. */
const slow = { timeout: PATIENCE };

describe.skipIf(!canRun)(`What would have been saved in VS Code ${version.vscode}${skipped}`, () => {
  test('is asked from the palette before anything was trained, and told on the page', {
    timeout: 2 * PATIENCE,
  }, async ({ workbench, dashboard }) => {
    await until(async () => /memory only/.test(await workbench.status()), 'the memory', 60_000);
    await workbench.command('Inkling: Show Dashboard');
    const section = dashboard.panel.getByRole('region', { name: 'Savings' });
    await section.getByText('Git is started to read the history').waitFor({ timeout: 60_000 });
    await workbench.shot('before');
    await workbench.command('View: Close All Editors');
    await workbench.command(COMMAND);
    await section.getByRole('progressbar').waitFor();
    await workbench.shot('measuring');
    await section
      .getByText(/^Of the last [\d,]+ characters that you typed, Inkling would have typed \d+%/)
      .waitFor(slow);
    await workbench.shot('memory');
    await section.getByText('as no network serves').waitFor();
    await section.getByText('characters in files with .md are left out').waitFor();
    const text = await section.innerText();
    expect(text).toContain('corpus/scrub.ts');
    expect(text).not.toContain('beside');
    expect(text).not.toContain(SECRET.slice(0, 12));
    expect(await section.locator('ins').count()).toBeGreaterThan(5);
    expect(nativeLibrariesBelow(process.pid)).toEqual([]);
    await rests(workbench);
  });

  test('is not told when it is taken back, and what was told before stays', slow, async ({ workbench, dashboard }) => {
    const sentence = await dashboard.panel.locator('.headline').innerText();
    await dashboard.button('Measure again').click();
    await dashboard.button('Cancel').click();
    await dashboard.button('Measure again').waitFor(slow);
    expect(await dashboard.panel.locator('.headline').innerText()).toBe(sentence);
    await rests(workbench);
  });

  test('is told without the network, whose training was later, and why', { timeout: 2 * PATIENCE }, async ({
    workbench,
    dashboard,
  }) => {
    await workbench.command('Inkling: Train on Workspace');
    await until(async () => /ready/.test(await workbench.status()), 'the end of training', 120_000);
    await dashboard.tab('Savings').click();
    await dashboard.button('Measure again').click();
    await dashboard.panel.getByText('as the network may have learnt these lines').waitFor(slow);
    await workbench.shot('trained-later');
  });

  test('is told with the network of what was committed since, and without it of the same', {
    timeout: 2 * PATIENCE,
  }, async ({ folder, workbench, dashboard }) => {
    grow(folder, 'app/corpus/vocabulary.ts', readFileSync(join(root, 'src', 'corpus', 'vocabulary.ts'), 'utf8'));
    await dashboard.button('Measure again').click();
    await dashboard.panel.getByText('so that it cannot have learnt it').waitFor(slow);
    await dashboard.panel.getByRole('columnheader', { name: 'After training' }).waitFor();
    const examples = await dashboard.panel.locator('.examples').allInnerTexts();
    expect(examples.join('\n')).toContain('corpus/vocabulary.ts');
    expect(examples.join('\n')).not.toContain('scrub.ts');
    await rests(workbench);
  });

  test.for(THEMES)('can be read by everybody in $theme', async ({ theme, body }, { workbench, dashboard }) => {
    await workbench.choose('Preferences: Color Theme', theme);
    await dashboard.panel.locator(`body.${body}`).waitFor();
    await dashboard.tab('Savings').click();
    await workbench.shot(theme.toLowerCase().replaceAll(' ', '-'));
    const frame = dashboard.panel.locator('body');
    await frame.evaluate((_, source) => new Function(source)(), axe).catch(() => {});
    const violations = await frame.evaluate(async () => {
      const found = (await (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run()).violations;
      return found
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .flatMap(({ id, nodes }) => nodes.slice(0, 3).map(({ html }) => `${id}: ${html.slice(0, 200)}`));
    });
    expect(violations).toEqual([]);
  });

  test('is kept in figures, and nothing else, over a reload', slow, async ({ workbench, dashboard }) => {
    const sentence = await dashboard.panel.locator('.headline').innerText();
    await workbench.reload();
    await dashboard.tab('Savings').click({ timeout: 60_000 });
    await dashboard.panel.getByText('Suggestions are not kept').waitFor();
    expect(await dashboard.panel.locator('.headline').innerText()).toBe(sentence);
    expect(await dashboard.panel.locator('.examples').count()).toBe(0);
  });

  test('is forgotten with the workspace, also while it is measured', slow, async ({ workbench, dashboard }) => {
    await dashboard.button('Measure again').click();
    await dashboard.panel.getByRole('progressbar').waitFor();
    await workbench.command('Inkling: Forget This Workspace');
    await workbench.page.locator('.monaco-dialog-box').getByRole('button', { name: 'Forget' }).click();
    await dashboard.panel.getByText('Nothing leaves this machine.', { exact: true }).waitFor({ timeout: 60_000 });
    const section = dashboard.panel.getByRole('region', { name: 'Savings' });
    await section.getByText('Git is started to read the history').waitFor();
    expect(await section.getByRole('table').count()).toBe(0);
    await rests(workbench);
    await workbench.shot('forgotten');
    expect(storedIn(workbench.folder).filter((path) => /replay/.test(path))).toEqual([]);
    expect((await workbench.offered('Inkling: Forget')).join()).not.toContain('Forget This Workspace');
  });
});

describe.skipIf(!canRun || onlyInNewest !== '')(`What would have been saved${skipped}${onlyInNewest}`, () => {
  testOfOne(
    'is asked of a folder that is chosen among several',
    { timeout: 2 * PATIENCE },
    async ({ folder, open }) => {
      makeRepository(join(folder, 'front'));
      mkdirSync(join(folder, 'back'));
      writeText(join(folder, 'back', 'served.ts'));
      const file = join(folder, 'all.code-workspace');
      writeText(file, JSON.stringify({ folders: [{ path: 'front' }, { path: 'back' }] }));
      const workbench = await open({ name: 'savings-of-several', workspace: file, settings: SETTINGS });
      await until(async () => /memory only/.test(await workbench.status()), 'the memory', 60_000);
      const dashboard = new DashboardPage(workbench);
      const row = (name: string) => workbench.page.locator('.quick-input-list .monaco-list-row', { hasText: name });
      await workbench.commandThatAsks(COMMAND);
      await row('front').waitFor();
      await workbench.shot('which');
      await workbench.press('Escape');
      await row('front').waitFor({ state: 'hidden' });
      expect(await workbench.page.locator('.tabs-container .tab', { hasText: 'Inkling' }).count()).toBe(0);
      await workbench.commandThatAsks(COMMAND);
      await row('back').click();
      await workbench.toasts.getByText('is not in a Git repository').waitFor();
      await dashboard.panel.getByRole('alert').getByText('is not in a Git repository').waitFor();
      await workbench.shot('no-repository');
      await workbench.commandThatAsks(COMMAND);
      await row('front').click();
      await dashboard.panel.getByText(/^Of the last [\d,]+ characters that you typed/).waitFor(slow);
      await dashboard.panel.getByText(/^Measured .* \(front\)$/).waitFor();
      await workbench.shot('of-one');
    },
  );

  testOfOne('is not asked where the workspace is not trusted', async ({ folder, open }) => {
    initRepository(folder);
    commit(folder, { 'a.ts': 'export const a = 1;\n' });
    const workbench = await open({ name: 'savings-untrusted' });
    await workbench.trust(/No, I don't trust/);
    await workbench.statusItem.waitFor({ timeout: 60_000 });
    await workbench.command(COMMAND);
    await workbench.toasts.getByText('Inkling reads no files of a workspace that is not trusted.').waitFor();
    await workbench.shot('asked');
    expect(gitBelow()).toEqual([]);
  });
});

function writeText(path: string, text = 'export const served = 1;\n'): void {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
}

/** What was started for a replay has ended, and what was written for it is gone. */
async function rests(workbench: Workbench): Promise<void> {
  await until(() => gitBelow().length === 0, 'git to end');
  expect(storedIn(workbench.folder).filter((path) => /replay/.test(path))).toEqual([]);
}

/** Processes of git that read a history, below this one; Linux only. */
function gitBelow(): string[] {
  return descendantsOf(process.pid).filter((child) => {
    try {
      return /\bgit\0.*(cat-file|rev-list|diff-tree|ls-tree)/s.test(readFileSync(`/proc/${child}/cmdline`, 'utf8'));
    } catch {
      return false; // it has ended
    }
  });
}
