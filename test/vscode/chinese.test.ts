import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { makeWorkspace } from '../inhost/workspace.ts';
import { test as base } from './fixtures.ts';
import { canRun, skipped } from './platform.ts';
import { STEPS, sentencesOf } from './walkthrough.ts';
import { until } from './workbench.ts';

const chinese = sentencesOf('package.nls.zh-cn.json');
const sentences = sentencesOf('l10n/bundle.l10n.zh-cn.json');

const test = base.extend('opening', { scope: 'file' }, async ({ folder }) => {
  makeWorkspace(folder);
  return {
    name: 'chinese',
    workspace: join(folder, 'client'),
    language: 'zh-cn',
    size: { width: 1440, height: 900 },
    settings: { 'security.workspace.trust.enabled': false },
  };
});

describe.skipIf(!canRun)(`In Simplified Chinese${skipped}`, () => {
  test.beforeAll(({ workbench }) => workbench.statusItem.waitFor({ timeout: 60_000 }));

  test('the walkthrough has its steps, and the palette its commands', async ({ workbench }) => {
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

  test('the status bar and the dashboard speak', async ({ workbench, dashboard }) => {
    await until(
      async () => (await workbench.status()).includes(sentences['memory only: train for more']!),
      'the status',
    );
    await workbench.command('View: Close All Editors');
    await workbench.statusItem.click();
    await dashboard.panel.getByText(sentences['Nothing leaves this machine.']!).waitFor();
    await workbench.shot('dashboard');
  });
});
