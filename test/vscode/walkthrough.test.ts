import { join } from 'node:path';
import type { FrameLocator, Locator } from 'playwright-core';
import { describe, expect } from 'vitest';
import { makeWorkspace } from '../inhost/workspace.ts';
import { test as base, onlyInNewest, THEMES, version } from './fixtures.ts';
import { canRun, skipped } from './platform.ts';
import { STEPS, sentencesOf } from './walkthrough.ts';
import type { Workbench } from './workbench.ts';

const texts = sentencesOf('package.nls.json');

const test = base
  .extend('opening', { scope: 'file' }, async ({ folder }) => {
    makeWorkspace(folder);
    return {
      name: 'walkthrough',
      workspace: join(folder, 'client'),
      // VS Code shows no pictures in an editor of less than 950 pixels.
      size: { width: 1440, height: 900 },
      settings: {
        'security.workspace.trust.enabled': false,
        'inkling.training.minutes': 0.15,
        'inkling.training.hidden': 96,
        'inkling.completions.minimumConfidence': 0.05,
      },
    };
  })
  .extend('walkthrough', ({ workbench }) => new Walkthrough(workbench));

describe.skipIf(!canRun)(`The walkthrough in VS Code ${version.vscode}${skipped}`, () => {
  test('opens from the command palette, with five steps to do', async ({ workbench, walkthrough }) => {
    await workbench.statusItem.waitFor({ timeout: 60_000 });
    await walkthrough.open();
    await walkthrough.step('train').waitFor();
    const titles = await workbench.page.locator('.getting-started-step .step-title').allInnerTexts();
    expect(titles).toEqual(STEPS.map((name) => texts[`walkthrough.${name}.title`]));
  });

  test.for(THEMES)(
    'shows each step with its picture in $theme',
    async ({ theme, body }, { workbench, walkthrough }) => {
      await workbench.choose('Preferences: Color Theme', theme);
      for (const id of STEPS) {
        await walkthrough.step(id).locator('.step-title').click();
        const label = texts[`walkthrough.${id}.picture`];
        await walkthrough.picture().locator(`body.${body} svg[aria-label="${label}"]`).waitFor();
        await workbench.shot(`${theme.toLowerCase().replaceAll(' ', '-')}-${id}`);
      }
    },
  );

  test('leads to the settings and keys that it speaks of', async ({ workbench, walkthrough }) => {
    const follow = async (name: string, link: string, shown: string) => {
      await walkthrough.open();
      await walkthrough.step(name).locator('.step-title').click();
      await walkthrough.step(name).getByText(link).click();
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

  test('leads to forgetting, which asks first, and is done with the last step when that was read', async ({
    workbench,
    walkthrough,
  }) => {
    await walkthrough.open();
    await walkthrough.step('yours').locator('.step-title').click();
    await walkthrough.done('yours').waitFor();
    await walkthrough.step('yours').getByText('Forget This Workspace').click();
    const dialog = workbench.page.locator('.monaco-dialog-box');
    await dialog.getByText('Forget everything that Inkling has learnt from this workspace?').waitFor();
    await workbench.shot('forget');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'hidden' });
  });

  // Training takes a while; once will do.
  test.skipIf(onlyInNewest)(
    `checks off training and the first accepted suggestion${onlyInNewest}`,
    async ({ workbench, walkthrough }) => {
      const { page } = workbench;
      await walkthrough.open();
      await walkthrough.step('train').locator('.step-title').click();
      await walkthrough.step('train').getByRole('button', { name: 'Train on Workspace' }).click();
      await walkthrough.done('train').waitFor({ timeout: 60_000 });
      await workbench.openFile('module0.ts');
      await page.keyboard.press('Control+End');
      await page.keyboard.type('\n  return this.repository.findCust', { delay: 30 });
      await workbench.ghostText.first().waitFor();
      await page.keyboard.press('Tab');
      await walkthrough.open();
      await walkthrough.done('suggest').waitFor();
    },
  );

  test('checks off the dashboard', async ({ workbench, walkthrough }) => {
    await walkthrough.open();
    await walkthrough.step('learn').locator('.step-title').click();
    await walkthrough.step('learn').getByRole('button', { name: 'Show Dashboard' }).click();
    await workbench.page.locator('.tab', { hasText: 'Inkling' }).first().waitFor();
    await walkthrough.done('learn').waitFor();
    await workbench.shot('beside-the-dashboard');
  });
});

class Walkthrough {
  readonly #workbench: Workbench;

  constructor(workbench: Workbench) {
    this.#workbench = workbench;
  }

  open(): Promise<void> {
    return this.#workbench.choose('Welcome: Open Walkthrough...', texts['walkthrough.title']!);
  }

  step(name: string): Locator {
    return this.#workbench.page.locator(`.getting-started-step[data-step-id$="#${name}"]`);
  }

  done(name: string): Locator {
    return this.step(name).locator('.codicon.complete');
  }

  picture(): FrameLocator {
    return this.#workbench.page
      .locator('.getting-started-media iframe.webview.ready')
      .contentFrame()
      .frameLocator('iframe#active-frame');
  }
}
