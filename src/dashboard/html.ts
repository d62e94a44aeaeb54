/** What the host fills into the page's skeleton. */
export interface PageParts {
  /** Fresh for every page: only scripts that carry it run. */
  readonly nonce: string;
  /** `webview.cspSource`. */
  readonly cspSource: string;
  /** `dist/dashboard.js`, through `webview.asWebviewUri`. */
  readonly scriptUri: string;
  /** `dist/dashboard.css`, the same way; the font that it names lies beside it. */
  readonly styleUri: string;
  /** BCP 47, such as `zh-cn`. */
  readonly language: string;
  /** Translations by English sentence: `vscode.l10n.bundle`. */
  readonly translations?: Readonly<Record<string, unknown>>;
}

/** The whole document that a webview has to hold; everything else is drawn by the script. */
export function pageHtml({ nonce, cspSource, scriptUri, styleUri, language, translations = {} }: PageParts): string {
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${cspSource}`,
    `font-src ${cspSource}`,
    `img-src ${cspSource} data: blob:`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${escaped(language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escaped(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Inkling</title>
<link rel="stylesheet" href="${escaped(styleUri)}">
</head>
<body data-translations="${escaped(JSON.stringify(translations))}">
<div id="page"></div>
<script type="module" nonce="${escaped(nonce)}" src="${escaped(scriptUri)}"></script>
</body>
</html>`;
}

function escaped(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return text.replace(/[&<>"']/g, (character) => entities[character]!);
}
