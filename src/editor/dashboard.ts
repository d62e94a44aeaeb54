import * as vscode from 'vscode';
import { ACTIONS, type Action } from './statusBar.ts';

/** A plain panel that says what goes on. It runs no script. */
export class DashboardPanel implements vscode.Disposable {
  #panel: vscode.WebviewPanel | undefined;
  #html = '';

  open(): void {
    if (this.#panel !== undefined) {
      this.#panel.reveal();
      return;
    }
    this.#panel = vscode.window.createWebviewPanel('inkling.dashboard', 'Inkling', vscode.ViewColumn.Beside, {
      enableScripts: false,
      enableCommandUris: ACTIONS,
      localResourceRoots: [],
    });
    this.#panel.onDidDispose(() => {
      this.#panel = undefined;
    });
    this.#draw();
  }

  show(lines: readonly string[], actions: readonly Action[]): void {
    const html = [
      ...lines.map((line) => `<p>${escaped(line)}</p>`),
      ...actions.map(({ command, title }) => `<p><a href="command:${command}">${escaped(title)}</a></p>`),
    ].join('');
    if (html === this.#html) return;
    this.#html = html;
    this.#draw();
  }

  dispose(): void {
    this.#panel?.dispose();
  }

  #draw(): void {
    if (this.#panel === undefined) return;
    this.#panel.webview.html = `<!DOCTYPE html>
<html lang="${escaped(vscode.env.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Inkling</title>
<style>body { max-width: 40rem; margin: 1.5rem auto; line-height: 1.5 } h1 { font-weight: 400 }</style>
</head>
<body><h1>Inkling</h1>${this.#html}</body>
</html>`;
  }
}

function escaped(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return text.replace(/[&<>"']/g, (character) => entities[character]!);
}
