import { channel } from 'node:diagnostics_channel';
import * as vscode from 'vscode';
import { delay } from '../../base/async/timeouts.ts';
import {
  type CompletionClient,
  mayCompleteBefore,
  type SelectedItem,
  SuggestionSession,
} from '../../completion/worker/client.ts';
import type { ShownSuggestion, TypedPast } from '../../protocol/suggestions.ts';
import { completionSettings } from '../settings/settings.ts';
import { textBefore } from '../workspace/documents.ts';
import { pathOf } from '../workspace/folders.ts';
import { AnswerCache, type Question } from './answerCache.ts';
import type { Statistics } from './statistics.ts';

/** Characters of a document behind the cursor that are looked at. */
const AFTER = 400;
const CACHE_SIZE = 100;
/** Tells whoever measures how long each answer took, and whether the model ran for it. */
const ANSWERS = channel('inkling:answer');

/** Ghost text from the completion worker. Nothing is computed here. */
export class CompletionProvider implements vscode.InlineCompletionItemProvider, vscode.Disposable {
  readonly #client: CompletionClient;
  readonly #statistics: Statistics;
  readonly #log: vscode.LogOutputChannel;
  /** Emptied when another model serves. */
  readonly #answers = new AnswerCache<readonly ShownSuggestion[]>(CACHE_SIZE);
  readonly #session = new SuggestionSession();
  readonly #watching: vscode.Disposable;
  #isReady = false;
  #requests = 0;

  constructor(client: CompletionClient, statistics: Statistics, log: vscode.LogOutputChannel) {
    this.#client = client;
    this.#statistics = statistics;
    this.#log = log;
    this.#watching = vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (contentChanges.length === 0) return;
      const edits = contentChanges.map(({ rangeOffset, rangeLength, text }) => {
        return { offset: rangeOffset, removed: rangeLength, text };
      });
      statistics.count(this.#session.edited(document.uri.toString(), edits, performance.now()));
    });
  }

  /** A model serves, another one, or none any more. */
  setReady(isReady: boolean): void {
    this.#isReady = isReady;
    this.#answers.clear();
    this.#session.clear();
  }

  /** @param id of what was accepted, as {@link ACCEPTED} is told */
  accepted(id: number): void {
    this.#statistics.count(this.#session.accepted(id));
  }

  /** What was answered before may be answered better now. */
  forgetAnswers(): void {
    this.#answers.clear();
  }

  async provideInlineCompletionItems(
    document: vscode.TextDocument,
    position: vscode.Position,
    context: vscode.InlineCompletionContext,
    token: vscode.CancellationToken,
  ): Promise<vscode.InlineCompletionItem[]> {
    const settings = completionSettings(document.languageId);
    if (!this.#isReady || !settings.enabled || hasSeveralCursors(document)) return [];
    const isExplicit = context.triggerKind === vscode.InlineCompletionTriggerKind.Invoke;
    const place = placeOf(document, position);
    const { version } = document;
    if (!mayCompleteBefore(place.after)) return [];
    const item = selectedItem(document, position, context);
    if (item === null) return [];
    const beginning = item?.rest ?? '';
    if (!isExplicit && settings.delayMilliseconds > 0 && !(await delay(settings.delayMilliseconds, token))) return [];

    const start = performance.now();
    const uri = document.uri.toString();
    const { before, after } = place;
    const question: Question = { document: uri, before, after, beginning, isExplicit };
    const isAlone = !isExplicit && beginning === '';
    const typedPast = isAlone ? this.#session.typedPast(uri, place.offset, start) : [];
    const hasTypedPast = typedPast.length > 0;
    const cached = hasTypedPast
      ? undefined
      : (this.#answers.get(question) ?? (isAlone ? this.#session.remainder(uri, place.offset) : undefined));
    const { signal } = this.#answers;
    const wish: SuggestionWish = { beginning, isExplicit, typedPast, settings };
    const suggestions = cached ?? (await this.#ask(document, place, wish, token));
    if (suggestions === undefined || token.isCancellationRequested) return [];
    const now = performance.now();
    ANSWERS.publish({ milliseconds: now - start, ranModel: cached === undefined, suggestions: suggestions.length });
    if (!hasTypedPast && !signal.aborted) this.#answers.set(question, suggestions);
    // The editor does not show what was meant for another text.
    if (document.version !== version) return [];
    const showing = { document: uri, offset: place.offset, suggestions, isExplicit, item };
    this.#statistics.count(this.#session.shown(showing, now));
    const { id } = this.#session;
    const range = context.selectedCompletionInfo?.range ?? new vscode.Range(position, position);
    const typed = document.getText(new vscode.Range(range.start, position));
    return suggestions.map(({ text, replaces }) => {
      const end = range.end.translate(0, replaces);
      const shown = new vscode.InlineCompletionItem(typed + text, range.with({ end }));
      shown.command = { command: ACCEPTED, title: '', arguments: [id] };
      return shown;
    });
  }

  /** Reads a document up to the cursor, so that the first suggestion need not wait for it. */
  warm(document: vscode.TextDocument, position: vscode.Position): void {
    if (!this.#isReady || !completionSettings(document.languageId).enabled) return;
    const { before } = placeOf(document, position);
    this.#client.remote.warm({ document: document.uri.toString(), path: pathOf(document.uri), before }).catch(() => {});
  }

  close(document: vscode.TextDocument): void {
    if (this.#isReady) this.#client.remote.close(document.uri.toString()).catch(() => {});
  }

  dispose(): void {
    this.#watching.dispose();
  }

  async #ask(
    document: vscode.TextDocument,
    { before, after }: Place,
    { beginning, isExplicit, typedPast, settings }: SuggestionWish,
    token: vscode.CancellationToken,
  ): Promise<readonly ShownSuggestion[] | undefined> {
    const id = ++this.#requests;
    const { remote } = this.#client;
    const cancelling = token.onCancellationRequested(() => void remote.cancel(id).catch(() => {}));
    try {
      const suggestions = await remote.complete({
        id,
        document: document.uri.toString(),
        path: pathOf(document.uri),
        before,
        after,
        beginning,
        maxLength: settings.maxLength,
        multiline: settings.multiline,
        minimumProbability: settings.minimumProbability,
        trigger: isExplicit ? 'invoked' : 'automatic',
        wrongCost: this.#statistics.wrongCost,
        typedPast,
        acceptanceRate: this.#statistics.acceptanceRate,
      });
      return token.isCancellationRequested ? undefined : suggestions;
    } catch (error) {
      this.#log.error(`No completion: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    } finally {
      cancelling.dispose();
    }
  }
}

/** Run by VS Code when a suggestion is accepted whole, with what names it. */
export const ACCEPTED = 'inkling._accepted';

/** What is asked for at a place. */
interface SuggestionWish {
  readonly beginning: string;
  readonly isExplicit: boolean;
  readonly typedPast: readonly TypedPast[];
  readonly settings: ReturnType<typeof completionSettings>;
}

interface Place {
  /** Where the cursor is, UTF-16 units from the document's start. */
  readonly offset: number;
  readonly before: string;
  readonly after: string;
}

function placeOf(document: vscode.TextDocument, position: vscode.Position): Place {
  const offset = document.offsetAt(position);
  const to = document.positionAt(offset + AFTER);
  return {
    offset,
    before: textBefore(document, position),
    after: document.getText(new vscode.Range(position, to)),
  };
}

function hasSeveralCursors(document: vscode.TextDocument): boolean {
  const editor = vscode.window.activeTextEditor;
  return editor?.document === document && editor.selections.length > 1;
}

/**
 * The suggest widget's selected item, if there is one: a suggestion has to begin with what it would still insert after the
 * cursor. Null when it changes what is typed already, which a suggestion cannot.
 */
function selectedItem(
  document: vscode.TextDocument,
  position: vscode.Position,
  { selectedCompletionInfo }: vscode.InlineCompletionContext,
): SelectedItem | undefined | null {
  if (selectedCompletionInfo === undefined) return undefined;
  const { range, text } = selectedCompletionInfo;
  if (!range.isSingleLine || !range.end.isEqual(position)) return null;
  const typed = document.getText(range);
  return text.startsWith(typed) ? { typed, rest: text.slice(typed.length) } : null;
}
