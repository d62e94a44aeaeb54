import * as vscode from 'vscode';
import { Debouncer } from '../../base/async/debouncer.ts';
import type { OpenText } from '../../protocol/workspace.ts';
import { textOf } from './documents.ts';
import { pathOf } from './folders.ts';

/** Documents that are indexed as they stand: files, and what has no name yet. */
const SCHEMES = ['file', 'untitled'];
/** From a change to telling of it: somebody who types fast is not interrupted. */
const DELAY_MILLISECONDS = 300;
/** Nor told late, who never stops. */
const LONGEST_DELAY_MILLISECONDS = 2000;
/** Larger files are not learnt from disk either. UTF-16 units. */
const LONGEST = 1 << 20;

/**
 * Watches what stands in editors. The lines that cursors are in are left out: they are not finished, and whoever is about to
 * type the end of a line should not be told what stands there already.
 */
export class OpenTexts implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<OpenText>();
  readonly #closed = new vscode.EventEmitter<string>();
  readonly #disposables: vscode.Disposable[];
  readonly #waiting = new Set<vscode.TextDocument>();
  /** What was told last of each document. */
  readonly #told = new Map<vscode.TextDocument, string>();
  readonly #telling = new Debouncer(() => this.#tell(), DELAY_MILLISECONDS, LONGEST_DELAY_MILLISECONDS);

  readonly onDidChange = this.#changed.event;
  /** With the path. */
  readonly onDidClose = this.#closed.event;

  constructor() {
    this.#disposables = [
      this.#changed,
      this.#closed,
      this.#telling,
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.#soon(document)),
      vscode.workspace.onDidCloseTextDocument((document) => this.#close(document)),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => this.#soon(textEditor.document)),
      vscode.window.onDidChangeActiveTextEditor((editor) => {
        if (editor !== undefined) this.#soon(editor.document);
        // Nobody types there any more: all of its lines count.
        for (const document of this.#told.keys()) this.#soon(document);
      }),
    ];
    this.tellAll();
  }

  /** Tells of all there is, as somebody has begun to listen. */
  tellAll(): void {
    this.#told.clear();
    const active = vscode.window.activeTextEditor?.document;
    for (const document of vscode.workspace.textDocuments) {
      if (document.isDirty || document === active) this.#soon(document);
    }
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
  }

  #soon(document: vscode.TextDocument): void {
    if (!SCHEMES.includes(document.uri.scheme)) return;
    this.#waiting.add(document);
    this.#telling.schedule();
  }

  #tell(): void {
    for (const document of this.#waiting) {
      const lines = linesOfCursors(document);
      const told = `${document.version} ${lines.join(' ')}`;
      if (document.isClosed || this.#told.get(document) === told) continue;
      this.#told.set(document, told);
      const text = withoutLines(textOf(document), lines);
      if (text.length > LONGEST) continue;
      this.#changed.fire({ path: pathOf(document.uri), text, isFile: document.uri.scheme === 'file' });
    }
    this.#waiting.clear();
  }

  #close(document: vscode.TextDocument): void {
    this.#waiting.delete(document);
    if (this.#told.delete(document)) this.#closed.fire(pathOf(document.uri));
  }
}

function linesOfCursors(document: vscode.TextDocument): number[] {
  const editor = vscode.window.activeTextEditor;
  return editor?.document === document ? editor.selections.map(({ active }) => active.line) : [];
}

function withoutLines(text: string, lines: readonly number[]): string {
  if (lines.length === 0) return text;
  const left = new Set(lines);
  return text
    .split('\n')
    .filter((_, line) => !left.has(line))
    .join('\n');
}
