import * as vscode from 'vscode';
import { Throttler } from '../../base/async/throttler.ts';
import type { CompletionClient } from '../../completion/worker/client.ts';
import type { DocumentText } from '../../protocol/inspection.ts';
import type { NextAtCursor, Section, TitledTrace } from '../../protocol/page.ts';
import { completionSettings } from '../settings/settings.ts';
import { SCHEMES, textBefore, textOf } from '../workspace/documents.ts';
import { pathOf } from '../workspace/folders.ts';

/** UTF-16 units of a document behind the cursor that are looked at. */
const AFTER = 400;
/** Characters of a selection that are looked into. */
const LONGEST_TRACE = 400;
/** Of the text before the cursor that the page shows. */
const SHOWN_BEFORE = 40;
/** Keys that follow each other as closely as this are looked at together. */
const DELAY_MILLISECONDS = 30;

/** What can be asked for just now. */
interface Availability {
  hasModel(): boolean;
  /** By a model, or by an index alone. */
  canPredict(): boolean;
  /** Keystrokes that a wrong character costs. */
  wrongCost(): number;
}

/** Follows the cursor, and has the network say what it makes of the text there, as far as somebody looks. */
export class CursorInspector implements vscode.Disposable {
  readonly #client: CompletionClient;
  readonly #can: Availability;
  readonly #next = new vscode.EventEmitter<NextAtCursor | undefined>();
  readonly #trace = new vscode.EventEmitter<TitledTrace | undefined>();
  readonly #disposables: vscode.Disposable[];
  #sections: ReadonlySet<Section> = new Set();
  /** The last one that somebody worked in: while the page has the focus, none is active. */
  #editor: vscode.TextEditor | undefined;
  readonly #looking = new Throttler(() => this.#look(), { delay: DELAY_MILLISECONDS });

  readonly onNext = this.#next.event;
  readonly onTrace = this.#trace.event;

  constructor(client: CompletionClient, can: Availability) {
    this.#client = client;
    this.#can = can;
    this.#enter(vscode.window.activeTextEditor);
    this.#disposables = [
      this.#next,
      this.#trace,
      this.#looking,
      vscode.window.onDidChangeActiveTextEditor((editor) => this.#enter(editor)),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => {
        if (textEditor === this.#editor) this.#soon();
      }),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (document === this.#editor?.document) this.#soon();
      }),
      vscode.workspace.onDidCloseTextDocument((document) => {
        if (document !== this.#editor?.document) return;
        this.#editor = undefined;
        this.#soon();
      }),
    ];
  }

  /** What somebody looks at from now on. */
  show(sections: readonly Section[]): void {
    this.#sections = new Set(sections);
    this.#soon();
  }

  /** Looks once more, as there is another page or another model. */
  again(): void {
    this.#soon();
  }

  /** The document that is looked into. */
  document(): DocumentText | undefined {
    const document = this.#editor?.document;
    return document === undefined ? undefined : { path: pathOf(document.uri), text: textOf(document) };
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
  }

  #enter(editor: vscode.TextEditor | undefined): void {
    if (editor === undefined || !SCHEMES.includes(editor.document.uri.scheme)) return;
    this.#editor = editor;
    this.#soon();
  }

  #soon(): void {
    if (this.#sections.has('next') || this.#sections.has('inside')) this.#looking.schedule();
  }

  #look(): void {
    if (this.#sections.has('next')) void this.#lookNext();
    if (this.#sections.has('inside')) void this.#lookInside();
  }

  async #lookNext(): Promise<void> {
    const editor = this.#editor;
    if (editor === undefined || !this.#can.canPredict()) {
      this.#next.fire(undefined);
      return;
    }
    const { document, selection } = editor;
    const before = textBefore(document, selection.active);
    const end = document.positionAt(document.offsetAt(selection.active) + AFTER);
    const { maxLength, minimumProbability, multiline } = completionSettings(document.languageId);
    const request = {
      document: document.uri.toString(),
      path: pathOf(document.uri),
      before,
      after: document.getText(new vscode.Range(selection.active, end)),
      ...{ maxLength, minimumProbability, multiline, wrongCost: this.#can.wrongCost() },
      trigger: 'automatic' as const,
    };
    const next = await this.#client.remote.next(request).catch(() => undefined);
    if (next === undefined || editor !== this.#editor || !this.#can.canPredict()) return;
    this.#next.fire({ ...next, before: before.slice(-SHOWN_BEFORE) });
  }

  async #lookInside(): Promise<void> {
    const editor = this.#editor;
    if (editor === undefined || !this.#can.hasModel()) {
      this.#trace.fire(undefined);
      return;
    }
    const { document, selection } = editor;
    const range = selection.isEmpty
      ? document.lineAt(selection.active).rangeIncludingLineBreak
      : new vscode.Range(selection.start, selection.end);
    const text = [...document.getText(range).replaceAll('\r\n', '\n')].slice(0, LONGEST_TRACE).join('');
    const path = pathOf(document.uri);
    const before = textBefore(document, range.start);
    const trace = await this.#client.remote
      .trace({ document: document.uri.toString(), path, before, text })
      .catch(() => undefined);
    if (trace === undefined || editor !== this.#editor || !this.#can.hasModel()) return;
    this.#trace.fire({ ...trace, title: `${path}:${range.start.line + 1}` });
  }
}
