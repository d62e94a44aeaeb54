import type { FrameLocator, Locator } from 'playwright-core';
import { until, type Workbench } from './workbench.ts';

/** What is asked here of the browser's `HTMLCanvasElement`. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  toDataURL(): string;
  getContext(type: '2d'): {
    getImageData(x: number, y: number, width: number, height: number): { readonly data: Uint8ClampedArray };
  };
}

/** The page of the dashboard in a real VS Code, and its controls by their names. */
export class DashboardPage {
  readonly #workbench: Workbench;

  constructor(workbench: Workbench) {
    this.#workbench = workbench;
  }

  get panel(): FrameLocator {
    return this.#workbench.page
      .locator('iframe.webview.ready')
      .first()
      .contentFrame()
      .frameLocator('iframe#active-frame');
  }

  get plot(): Locator {
    return this.slider('Bits per character');
  }

  tab(name: string): Locator {
    return this.panel.getByRole('tab', { name, exact: true });
  }

  button(name: string): Locator {
    return this.panel.getByRole('button', { name, exact: true }).first();
  }

  slider(name: string): Locator {
    return this.panel.getByRole('slider', { name, exact: true });
  }

  field(name: string): Locator {
    return this.panel.getByRole('textbox', { name, exact: true });
  }

  checkbox(name: string): Locator {
    return this.panel.getByRole('checkbox', { name, exact: true });
  }

  async choose(name: string, option: string): Promise<void> {
    await this.panel.getByRole('combobox', { name, exact: true }).click();
    await this.panel.getByRole('option', { name: option, exact: true }).click();
  }

  /** Types into a field, and leaves it. */
  async fill(name: string, text: string): Promise<void> {
    await this.field(name).fill(text);
    await this.field(name).press('Tab');
  }

  /** Answers the dialog that asks for a file. */
  async giveFile(path: string): Promise<void> {
    const dialog = this.#workbench.page.locator('.quick-input-widget');
    const input = dialog.locator('.quick-input-box input');
    // It writes a path of its own there when it has read the folder.
    await until(async () => (await input.inputValue()) !== '', 'the dialog');
    await dialog.locator('.monaco-list-row').first().waitFor();
    await input.fill(path);
    // While it reads another folder, it takes no answer.
    await until(async () => {
      const ok = dialog.getByRole('button', { name: 'OK' });
      if (await input.isVisible()) await ok.click({ timeout: 500 }).catch(() => {});
      return !(await input.isVisible());
    }, 'the dialog to close');
  }

  /** The picture of the curves as it is drawn. */
  picture(): Promise<string> {
    return this.plot.locator('canvas').evaluate((canvas: Canvas) => canvas.toDataURL());
  }
}
