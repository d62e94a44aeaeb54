import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { openBrowser, Server, type ServerOptions, until } from './server.ts';

export { until } from './server.ts';

export interface WorkbenchOptions extends ServerOptions {
  /** A folder, a `.code-workspace` file, or empty: none. */
  readonly workspace: string;
  /** Where screenshots go. */
  readonly shots: string;
  /** Of the display; default: English. */
  readonly language?: string;
}

const LONGEST_HELD_MILLISECONDS = 10_000;

/** A real VS Code in a real browser, with throwaway folders for all its data. */
export class Workbench {
  readonly page: Page;
  readonly server: Server;
  readonly #browser: Browser;
  readonly #options: WorkbenchOptions;
  #shots = 0;

  static async open(options: WorkbenchOptions): Promise<Workbench> {
    const server = await Server.start(options);
    const { browser, page } = await openBrowser(options.language);
    const workbench = new Workbench(page, browser, server, options);
    try {
      await workbench.reload();
    } catch (error) {
      await workbench.close();
      throw error;
    }
    return workbench;
  }

  private constructor(page: Page, browser: Browser, server: Server, options: WorkbenchOptions) {
    this.page = page;
    this.server = server;
    this.#browser = browser;
    this.#options = options;
  }

  /** VS Code's data: logs, storage of extensions. */
  get folder(): string {
    return this.server.folder;
  }

  /** Opens the workspace, at first or anew. */
  async reload(): Promise<void> {
    const { workspace } = this.#options;
    const kind = workspace.endsWith('.code-workspace') ? 'workspace' : 'folder';
    const query = workspace === '' ? 'ew=true' : `${kind}=${encodeURIComponent(workspace)}`;
    await this.page.goto('about:blank');
    await this.#released();
    await this.page.goto(`${this.server.url}/?${query}`);
    await this.page.locator('.monaco-workbench').waitFor({ timeout: 60_000 });
  }

  /** Where its extension host still holds a storage, the next one is given another, with nothing in it. */
  async #released(): Promise<void> {
    const storages = join(this.folder, 'data', 'User', 'workspaceStorage');
    const isHeld = () =>
      existsSync(storages) && readdirSync(storages).some((name) => existsSync(join(storages, name, 'vscode.lock')));
    const end = Date.now() + LONGEST_HELD_MILLISECONDS;
    while (isHeld() && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 50));
  }

  /** Another window on the same workspace. */
  async secondWindow(): Promise<Workbench> {
    const page = await this.page.context().newPage();
    const second = new Workbench(page, this.#browser, this.server, this.#options);
    second.#shots = this.#shots + 100;
    await second.reload();
    return second;
  }

  /** Answers the trust dialog. */
  async trust(answer: RegExp = /Yes, I trust/): Promise<void> {
    const dialog = this.page.locator('.monaco-dialog-box');
    await dialog.waitFor({ timeout: 60_000 });
    await dialog.getByRole('button', { name: answer }).click();
    await dialog.waitFor({ state: 'hidden' });
  }

  /** Runs a command from the palette as a person does. */
  async command(title: string): Promise<void> {
    const input = await this.#find(title);
    await this.page.keyboard.press('Enter');
    await input.waitFor({ state: 'hidden' });
  }

  /** Runs a command that asks for a file, which it does where the palette was. */
  async commandThatAsks(title: string): Promise<void> {
    const input = await this.#find(title);
    await this.page.keyboard.press('Enter');
    await until(async () => !(await input.inputValue()).startsWith('>'), `what ${title} asks for`);
  }

  /** Runs a command that offers a list, and chooses from it; anew when something else takes the focus, which closes it. */
  async choose(title: string, choice: string): Promise<void> {
    const row = (text: string) => this.page.locator('.quick-input-list .monaco-list-row', { hasText: text }).first();
    const patience = { timeout: 5000 };
    const clicked = async () => {
      const input = await this.#find(title);
      await row(title).click(patience);
      await row(title).waitFor({ state: 'hidden', ...patience });
      await input.fill(choice, patience);
      await row(choice).click(patience);
    };
    await until(
      async () => {
        const isChosen = await cameTrue(clicked());
        if (!isChosen) await this.page.keyboard.press('Escape');
        return isChosen;
      },
      `${choice} from what ${title} offers`,
      60_000,
    );
    await this.#input.waitFor({ state: 'hidden' });
  }

  /** Commands that the palette offers for some words. */
  async offered(words: string): Promise<string[]> {
    const input = await this.#palette();
    await input.fill(`>${words}`);
    await this.page.waitForTimeout(500);
    const rows = await this.page.locator('.quick-input-list .monaco-list-row').allInnerTexts();
    await this.page.keyboard.press('Escape');
    await input.waitFor({ state: 'hidden' });
    return rows;
  }

  /** Opens the palette. A key that comes while the focus goes somewhere else is lost. */
  async #palette(): Promise<Locator> {
    await until(async () => {
      await this.page.keyboard.press('F1');
      return cameTrue(this.#input.waitFor({ timeout: 3000 }));
    }, 'the palette');
    return this.#input;
  }

  get #input(): Locator {
    return this.page.locator('.quick-input-widget .quick-input-box input');
  }

  /**
   * Has the palette find a command. It closes when something else takes the focus meanwhile, and is opened anew; while it
   * is open it never gets to know commands of extensions that are still to come.
   */
  async #find(title: string): Promise<Locator> {
    const found = this.page.locator('.quick-input-list .monaco-list-row', { hasText: title }).first();
    let input: Locator | undefined;
    await until(
      async () => {
        input = await this.#palette();
        const isFound =
          (await cameTrue(input.fill(`>${title}`, { timeout: 2000 }))) &&
          (await cameTrue(found.waitFor({ timeout: 5000 })));
        if (!isFound) await this.page.keyboard.press('Escape');
        return isFound;
      },
      `the command ${title}`,
      60_000,
    );
    return input!;
  }

  /** At the speed of somebody who types fast. */
  async type(text: string): Promise<void> {
    await this.page.keyboard.type(text, { delay: 30 });
  }

  async press(key: string): Promise<void> {
    await this.page.keyboard.press(key);
  }

  async openFile(name: string): Promise<void> {
    await this.page
      .locator('.explorer-folders-view .monaco-list-row', {
        hasText: new RegExp(`^\\s*${name.replace('.', '\\.')}\\s*$`),
      })
      .first()
      .dblclick();
    await this.editor.locator('.view-lines').waitFor();
    await this.editor.locator('.view-lines').click();
  }

  get editor(): Locator {
    return this.page.locator('.editor-instance .monaco-editor').first();
  }

  get ghostText(): Locator {
    return this.editor.locator('.ghost-text-decoration');
  }

  /** The ghost text at the cursor; empty: there is none. */
  async ghost(): Promise<string> {
    return (await this.ghostText.allInnerTexts()).join('').replaceAll('\u00a0', ' ');
  }

  /**
   * Types a line until ghost text is shown. How far that is depends on the model, which depends on how fast the machine is
   * and on what was typed before.
   */
  async typeUntilGhost(line: string, sure: number): Promise<void> {
    await this.page.keyboard.type(line.slice(0, sure), { delay: 30 });
    for (const character of line.slice(sure)) {
      if (await this.#ghostStays()) return;
      await this.page.keyboard.type(character);
    }
    await this.ghostText.first().waitFor();
  }

  /** Whether there is ghost text, and not what is left of an answer to the character before. */
  async #ghostStays(): Promise<boolean> {
    if (!(await cameTrue(this.ghostText.first().waitFor({ timeout: 3000 })))) return false;
    await this.page.waitForTimeout(500);
    return (await this.ghostText.count()) > 0;
  }

  /** The last line of the editor that is drawn, without ghost text. */
  async lastLine(): Promise<string> {
    const lines = this.editor.locator('.view-line');
    const texts = await lines.evaluateAll((all) =>
      all.map((line) => {
        const copy = line.cloneNode(true) as typeof line;
        for (const ghost of copy.querySelectorAll('.ghost-text-decoration')) ghost.remove();
        return { top: Number.parseInt(line.style.top, 10), text: copy.textContent ?? '' };
      }),
    );
    const last = texts.sort((a, b) => a.top - b.top).at(-1)!;
    return last.text.replaceAll('\u00a0', ' ');
  }

  get statusItem(): Locator {
    return this.page.locator('.statusbar-item[id="inkling.inkling.inkling"]');
  }

  /** Hovers over the status bar until its tooltip says something; it closes when what is below the pointer is drawn anew. */
  async tooltip(words: string): Promise<Locator> {
    const tooltip = this.page.locator('.monaco-hover', { hasText: words });
    await until(
      async () => {
        await this.statusItem.hover();
        if (await cameTrue(tooltip.waitFor({ timeout: 5000 }))) return true;
        await this.page.mouse.move(400, 300);
        return false;
      },
      `the tooltip with ${words}`,
      60_000,
    );
    return tooltip;
  }

  /** What the status bar says for screen readers. */
  async status(): Promise<string> {
    return (await this.statusItem.getAttribute('aria-label')) ?? '';
  }

  get toasts(): Locator {
    return this.page.locator('.notifications-toasts .notification-list-item-message');
  }

  /** Takes a picture for people, if they asked for them: a second of the processor's time for each. */
  async shot(name: string): Promise<void> {
    this.#shots++;
    if (process.env['INKLING_SCREENSHOTS']) await this.#picture(name);
  }

  async #picture(name: string): Promise<void> {
    mkdirSync(this.#options.shots, { recursive: true });
    const file = `${String(this.#shots).padStart(2, '0')}-${name}.png`;
    await this.page.screenshot({ path: join(this.#options.shots, file) });
  }

  /** Leaves what helps to understand why a test failed. */
  async explain(): Promise<void> {
    this.#shots++;
    await this.#picture('FAILED').catch(console.log);
    const status = await this.statusItem.getAttribute('aria-label', { timeout: 1000 }).catch(() => 'no status');
    console.log(status, this.server.log());
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.server.stop();
  }
}

function cameTrue(waiting: Promise<unknown>): Promise<boolean> {
  return waiting.then(
    () => true,
    () => false,
  );
}
