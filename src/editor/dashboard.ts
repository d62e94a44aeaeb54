import * as vscode from 'vscode';

/** A plain panel that says what goes on. It runs no script. */
export class DashboardPanel implements vscode.Disposable {
  #panel: vscode.WebviewPanel | undefined;
  #lines: readonly string[] = [];

  open(): void {
    if (this.#panel !== undefined) {
      this.#panel.reveal();
      return;
    }
    this.#panel = vscode.window.createWebviewPanel('inkling.dashboard', 'Inkling', vscode.ViewColumn.Beside, {
      enableScripts: false,
      enableCommandUris: ['workbench.trust.manage'],
      localResourceRoots: [],
    });
    this.#panel.onDidDispose(() => {
      this.#panel = undefined;
    });
    this.#draw();
  }

  show(lines: readonly string[]): void {
    const isNew = lines.join('\n') !== this.#lines.join('\n');
    this.#lines = lines;
    if (isNew) this.#draw();
  }

  dispose(): void {
    this.#panel?.dispose();
  }

  #draw(): void {
    if (this.#panel === undefined) return;
    const trust = vscode.workspace.isTrusted
      ? ''
      : `<p><a href="command:workbench.trust.manage">${escaped(vscode.l10n.t('Manage Trust'))}</a></p>`;
    this.#panel.webview.html = `<!DOCTYPE html>
<html lang="${escaped(vscode.env.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Inkling</title>
<style>body { max-width: 40rem; margin: 1.5rem auto; line-height: 1.5 } h1 { font-weight: 400 }</style>
</head>
<body><h1>Inkling</h1>${this.#lines.map((line) => `<p>${escaped(line)}</p>`).join('')}${trust}</body>
</html>`;
  }
}

function escaped(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return text.replace(/[&<>"']/g, (character) => entities[character]!);
}
