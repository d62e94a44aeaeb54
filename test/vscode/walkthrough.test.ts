import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FrameLocator } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { VERSIONS } from '../../scripts/setupVscode.ts';
import { makeWorkspace } from '../inhost/workspace.ts';
import { DashboardPage } from './dashboardPage.ts';
import { canRun, skipped, vsix } from './platform.ts';
import { until, Workbench } from './workbench.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const json = (name: string) => JSON.parse(readFileSync(join(root, name), 'utf8'));
const texts: Record<string, string> = json('package.nls.json');

const STEPS = ['train', 'suggest', 'learn', 'yours'];
/** By their names in the list of themes, with what a webview's body is called in each. */
const THEMES = [
  { name: 'Dark Modern', shot: 'dark', body: 'vscode-dark' },
  { name: 'Light Modern', shot: 'light', body: 'vscode-light' },
  { name: 'Dark High Contrast', shot: 'contrast', body: 'vscode-high-contrast' },
  { name: 'Light High Contrast', shot: 'contrast-light', body: 'vscode-high-contrast-light' },
];

describe.skipIf(!canRun).each(VERSIONS)(`The walkthrough in VS Code $vscode${skipped}`, (version) => {
  let workspace: string;
  let workbench: Workbench;

  beforeAll(async () => {
    workspace = mkdtempSync(join(tmpdir(), 'inkling-workspace-'));
    makeWorkspace(workspace);
    workbench = await Workbench.open({
      version,
      vsix,
      workspace: join(workspace, 'client'),
      shots: join(root, '.cache', 'screenshots', `walkthrough-${version.vscode}`),
      settings: {
        'security.workspace.trust.enabled': false,
        'inkling.training.minutes': 0.3,
        'inkling.training.hidden': 96,
        'inkling.completions.minimumConfidence': 0.05,
      },
    });
    // VS Code shows no pictures in an editor of less than 950 pixels.
    await workbench.page.setViewportSize({ width: 1440, height: 900 });
  }, 240_000);

  afterAll(async () => {
    await workbench?.close();
    rmSync(workspace, { recursive: true, force: true });
  });

  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail') return;
    await workbench?.shot('FAILED');
  });

  const open = () => workbench.choose('Welcome: Open Walkthrough...', texts['walkthrough.title']!);
  const step = (name: string) => workbench.page.locator(`.getting-started-step[data-step-id$="#${name}"]`);
  const done = (name: string) => step(name).locator('.codicon.complete');
  const picture = (): FrameLocator =>
    workbench.page
      .locator('.getting-started-media iframe.webview.ready')
      .contentFrame()
      .frameLocator('iframe#active-frame');

  test('opens from the command palette, with four steps to do', async () => {
    await workbench.statusItem.waitFor({ timeout: 60_000 });
    await open();
    await step('train').waitFor();
    const titles = await workbench.page.locator('.getting-started-step .step-title').allInnerTexts();
    expect(titles).toEqual(STEPS.map((name) => texts[`walkthrough.${name}.title`]));
  });

  test.each(THEMES)('shows each step with its picture in $name', async ({ name, shot, body }) => {
    await workbench.choose('Preferences: Color Theme', name);
    for (const id of STEPS) {
      await step(id).locator('.step-title').click();
      const label = texts[`walkthrough.${id}.picture`];
      await picture().locator(`body.${body} svg[aria-label="${label}"]`).waitFor();
      await workbench.shot(`${shot}-${id}`);
    }
  });

  test('leads to the settings and keys that it speaks of', async () => {
    const follow = async (name: string, link: string, shown: string) => {
      await open();
      await step(name).locator('.step-title').click();
      await step(name).getByText(link).click();
      await workbench.page.locator(shown).first().waitFor();
    };
    await follow('suggest', 'give it a key', '.keybindings-editor .monaco-list-row:has-text("Accept Next Line")');
    await workbench.page.keyboard.press('Escape'); // it may have come as a dialog
    await follow('suggest', 'Settings for Completions', '[data-key="inkling.completions.minimumConfidence"]');
    await workbench.page.keyboard.press('Escape');
    await follow('yours', 'Exclude More Files', '[data-key="inkling.training.exclude"]');
    await workbench.shot('setting');
    await workbench.page.keyboard.press('Escape');
  });

  test('leads to forgetting, which asks first, and is done with the last step when that was read', async () => {
    await open();
    await step('yours').locator('.step-title').click();
    await done('yours').waitFor();
    await step('yours').getByText('Forget This Workspace').click();
    const dialog = workbench.page.locator('.monaco-dialog-box');
    await dialog.getByText('Forget everything that Inkling has learnt from this workspace?').waitFor();
    await workbench.shot('forget');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'hidden' });
  });

  // Training takes a while; once will do.
  test.skipIf(version !== VERSIONS[0])('checks off training and the first accepted suggestion', async () => {
    const { page } = workbench;
    await open();
    await step('train').locator('.step-title').click();
    await step('train').getByRole('button', { name: 'Train on Workspace' }).click();
    await done('train').waitFor({ timeout: 60_000 });
    await workbench.openFile('module0.ts');
    await page.keyboard.press('Control+End');
    await page.keyboard.type('\n  return this.repository.findCust', { delay: 30 });
    await workbench.ghostText.first().waitFor();
    await page.keyboard.press('Tab');
    await open();
    await done('suggest').waitFor();
  });

  test('checks off the dashboard', async () => {
    await open();
    await step('learn').locator('.step-title').click();
    await step('learn').getByRole('button', { name: 'Show Dashboard' }).click();
    await workbench.page.locator('.tab', { hasText: 'Inkling' }).first().waitFor();
    await done('learn').waitFor();
    await workbench.shot('beside-the-dashboard');
  });
});

describe.skipIf(!canRun)(`In Simplified Chinese${skipped}`, () => {
  const [version] = VERSIONS;
  const chinese: Record<string, string> = json('package.nls.zh-cn.json');
  const sentences: Record<string, string> = json('l10n/bundle.l10n.zh-cn.json');
  let workspace: string;
  let workbench: Workbench;

  beforeAll(async () => {
    workspace = mkdtempSync(join(tmpdir(), 'inkling-workspace-'));
    makeWorkspace(workspace);
    workbench = await Workbench.open({
      version,
      vsix,
      workspace: join(workspace, 'client'),
      language: 'zh-cn',
      shots: join(root, '.cache', 'screenshots', `walkthrough-zh-cn-${version.vscode}`),
      settings: { 'security.workspace.trust.enabled': false },
    });
    await workbench.page.setViewportSize({ width: 1440, height: 900 });
    await workbench.statusItem.waitFor({ timeout: 60_000 });
  }, 240_000);

  afterAll(async () => {
    await workbench?.close();
    rmSync(workspace, { recursive: true, force: true });
  });

  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await workbench?.shot('FAILED');
  });

  test('the walkthrough has its steps, and the palette its commands', async () => {
    await workbench.choose('Welcome: Open Walkthrough...', chinese['walkthrough.title']!);
    const titles = workbench.page.locator('.getting-started-step .step-title');
    await titles.first().waitFor();
    expect(await titles.allInnerTexts()).toEqual(STEPS.map((name) => chinese[`walkthrough.${name}.title`]));
    for (const id of STEPS) {
      await workbench.page.locator(`.getting-started-step[data-step-id$="#${id}"] .step-title`).click();
      await workbench.shot(id);
    }
    expect((await workbench.offered('Inkling:')).join()).toContain(chinese['command.importModel']);
  });

  test('the status bar and the dashboard speak', async () => {
    await until(
      async () => (await workbench.status()).includes(sentences['memory only: train for more']!),
      'the status',
    );
    await workbench.command('View: Close All Editors');
    await workbench.statusItem.click();
    const { panel } = new DashboardPage(workbench);
    await panel.getByText(sentences['Nothing leaves this machine.']!).waitFor();
    await workbench.shot('dashboard');
  });
});
