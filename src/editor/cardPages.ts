import * as vscode from 'vscode';

const SCHEME = 'inkling-card';
const CARD = vscode.Uri.from({ scheme: SCHEME, path: '/model.md' });

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

  /** Shows a card that is in no file. */
  async show(markdown: string): Promise<void> {
    this.#markdown = markdown;
    this.#changed.fire(CARD);
    await this.preview(CARD);
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
