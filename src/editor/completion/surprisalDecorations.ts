import * as vscode from 'vscode';
import { Debouncer } from '../../base/async/debouncer.ts';
import type { CompletionClient } from '../../completion/worker/client.ts';
import type { SurprisingPart } from '../../protocol/inspection.ts';
import { SCHEMES, textOf } from '../workspace/documents.ts';
import { pathOf } from '../workspace/folders.ts';

const DELAY_MILLISECONDS = 500;
/** As it was called first: what people chose is kept under it. */
const KEY = 'inkling.surpriseShown';

/** Underlines what the network did not think of in the active editor. */
export class SurprisalDecorations implements vscode.Disposable {
  readonly #client: CompletionClient;
  readonly #isReady: () => boolean;
  readonly #memory: vscode.Memento;
  readonly #decoration = vscode.window.createTextEditorDecorationType({
    textDecoration: 'underline dotted 2px; text-decoration-color: var(--vscode-editorWarning-foreground)',
    overviewRulerColor: new vscode.ThemeColor('editorWarning.foreground'),
    overviewRulerLane: vscode.OverviewRulerLane.Right,
  });
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #disposables: vscode.Disposable[];
  readonly #looking = new Debouncer(() => this.#look(), DELAY_MILLISECONDS);

  readonly onDidChange = this.#changed.event;

  /** @param memory remembers whether it is on */
  constructor(client: CompletionClient, isReady: () => boolean, memory: vscode.Memento) {
    this.#client = client;
    this.#isReady = isReady;
    this.#memory = memory;
    this.#disposables = [
      this.#decoration,
      this.#changed,
      this.#looking,
      vscode.window.onDidChangeActiveTextEditor(() => this.again()),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (document === vscode.window.activeTextEditor?.document) this.again();
      }),
    ];
  }

  get isShown(): boolean {
    return this.#memory.get<boolean>(KEY) === true;
  }

  setShown(isShown: boolean): void {
    void this.#memory.update(KEY, isShown);
    for (const editor of vscode.window.visibleTextEditors) editor.setDecorations(this.#decoration, []);
    this.#changed.fire();
    this.again();
  }

  /** Looks once more, when somebody has stopped typing for a moment. */
  again(): void {
    if (this.isShown) this.#looking.schedule();
    else this.#looking.cancel();
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
  }

  async #look(): Promise<void> {
    // While the dashboard has the focus no editor is active.
    const { activeTextEditor, visibleTextEditors } = vscode.window;
    const editor = activeTextEditor ?? visibleTextEditors.find(({ document }) => SCHEMES.includes(document.uri.scheme));
    if (editor === undefined || !SCHEMES.includes(editor.document.uri.scheme)) return;
    if (!this.#isReady()) {
      editor.setDecorations(this.#decoration, []); // of a model that is gone
      return;
    }
    const { document } = editor;
    const { version } = document;
    const text = textOf(document);
    const found = await this.#client.remote
      .surprisingParts({ path: pathOf(document.uri), text })
      .catch(() => undefined);
    if (found === undefined || document.version !== version || !this.isShown) return;
    editor.setDecorations(this.#decoration, decorationsFor(text, found));
  }
}

/** Line ends may be longer in the document than in the text, so places are told by line and column. */
function decorationsFor(text: string, found: readonly SurprisingPart[]): vscode.DecorationOptions[] {
  let line = 0;
  let lineStart = 0;
  return found.map(({ start, end, bits }) => {
    for (let next = text.indexOf('\n', lineStart); next >= 0 && next < start; next = text.indexOf('\n', lineStart)) {
      line++;
      lineStart = next + 1;
    }
    return {
      range: new vscode.Range(line, start - lineStart, line, end - lineStart),
      hoverMessage: vscode.l10n.t('Inkling did not expect this here: {0} bits', bits.toFixed(0)),
    };
  });
}
