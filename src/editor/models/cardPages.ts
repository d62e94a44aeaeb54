import * as vscode from 'vscode';

const SCHEME = 'inkling-card';

/** Model cards as pages that are only looked at. */
export class CardPages implements vscode.Disposable, vscode.TextDocumentContentProvider {
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #provider: vscode.Disposable;
  #markdown = '';

  readonly onDidChange = this.#changed.event;

  constructor() {
    this.#provider = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);
  }

  provideTextDocumentContent(): string {
    return this.#markdown;
  }

  /**
   * Shows a card that is in no file.
   *
   * @param name of the model, for the tab
   */
  async show(name: string, markdown: string): Promise<void> {
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${name}.md` });
    this.#markdown = markdown;
    this.#changed.fire(uri);
    await this.preview(uri);
  }

  /** Where VS Code's own extension for Markdown is switched off, as text. */
  async preview(uri: vscode.Uri): Promise<void> {
    try {
      await vscode.commands.executeCommand('markdown.showPreview', uri);
    } catch {
      await vscode.window.showTextDocument(uri);
    }
  }

  dispose(): void {
    this.#provider.dispose();
    this.#changed.dispose();
  }
}
