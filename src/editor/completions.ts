import { channel } from 'node:diagnostics_channel';
import * as vscode from 'vscode';
import {
  type CompletionClient,
  mayCompleteBefore,
  type ShownSuggestion,
  type TypedPast,
} from '../completion/worker/client.ts';
import { Answers, type Question } from './answers.ts';
import { textBefore } from './documents.ts';
import { pathOf } from './folders.ts';
import { completionSettings } from './settings.ts';
import type { Statistics } from './statistics.ts';
import { TypedAlong } from './typedAlong.ts';

/** Characters of a document behind the cursor that are looked at. */
const AFTER = 400;
const CACHE_SIZE = 100;
/** A suggestion of which so little is left to type is worth asking whether there is more. */
const LITTLE = 2;
/** Tells whoever measures how long each answer took, and whether the model ran for it. */
const ANSWERS = channel('inkling:answer');

/** Ghost text from the completion worker. Nothing is computed here. */
export class CompletionProvider implements vscode.InlineCompletionItemProvider, vscode.Disposable {
  readonly #client: CompletionClient;
  readonly #statistics: Statistics;
  readonly #log: vscode.LogOutputChannel;
  /** Emptied when another model serves. */
  readonly #answers = new Answers<readonly ShownSuggestion[]>(CACHE_SIZE);
  readonly #typedAlong: TypedAlong;
  readonly #watching: vscode.Disposable;
  #isReady = false;
  #requests = 0;
  /** What was suggested last, to go on with while it is being typed. */
  #last:
    | { readonly document: string; readonly place: Place; readonly suggestions: readonly ShownSuggestion[] }
    | undefined;

  constructor(client: CompletionClient, statistics: Statistics, log: vscode.LogOutputChannel) {
    this.#client = client;
    this.#statistics = statistics;
    this.#log = log;
    this.#typedAlong = new TypedAlong(() => statistics.typedOut());
    this.#watching = vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (contentChanges.length === 0) return;
      const edits = contentChanges.map(({ rangeOffset, rangeLength, text }) => {
        return { offset: rangeOffset, removed: rangeLength, text };
      });
      this.#typedAlong.edited(document.uri.toString(), edits, performance.now());
    });
  }

  /** A model serves, another one, or none any more. */
  setReady(isReady: boolean): void {
    this.#isReady = isReady;
    this.#answers.clear();
    this.#last = undefined;
    this.#typedAlong.clear();
  }

  /** A suggestion was accepted, so it was not typed. */
  accepted(): void {
    this.#typedAlong.clear();
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
    if (!mayCompleteBefore(place.after)) return [];
    const beginning = selectedBeginning(document, position, context);
    if (beginning === undefined) return [];
    if (!isExplicit && settings.delayMilliseconds > 0 && !(await wait(settings.delayMilliseconds, token))) return [];

    const start = performance.now();
    const uri = document.uri.toString();
    const { before, after } = place;
    const question: Question = { document: uri, before, after, beginning, isExplicit };
    const isAlone = !isExplicit && beginning === '';
    const typedPast = isAlone ? this.#typedAlong.at(uri, place.offset, start) : [];
    const isDoubted = typedPast.length > 0;
    const cached = isDoubted
      ? undefined
      : (this.#answers.get(question) ?? (isAlone ? this.#typedThrough(document, place) : undefined));
    const wish: Wish = { beginning, isExplicit, typedPast, settings };
    const suggestions = cached ?? (await this.#ask(document, place, wish, token));
    if (suggestions === undefined || token.isCancellationRequested) return [];
    const now = performance.now();
    ANSWERS.publish({ milliseconds: now - start, ranModel: cached === undefined, suggestions: suggestions.length });
    if (!isDoubted) this.#answers.set(question, suggestions);
    if (beginning === '') this.#last = { document: uri, place, suggestions };
    if (isAlone && suggestions.length > 0) this.#typedAlong.shown(uri, place.offset, suggestions[0]!, now);
    if (suggestions.length > 0) this.#statistics.shown(document, position, suggestions[0]!);
    const range = context.selectedCompletionInfo?.range ?? new vscode.Range(position, position);
    const typed = document.getText(new vscode.Range(range.start, position));
    return suggestions.map(({ text, replaces }) => {
      const end = range.end.translate(0, replaces);
      const item = new vscode.InlineCompletionItem(typed + text, range.with({ end }));
      item.command = { command: ACCEPTED, title: '', arguments: [text.length] };
      return item;
    });
  }

  /** Reads a document up to the cursor, so that the first suggestion need not wait for it. */
  warm(document: vscode.TextDocument, position: vscode.Position): void {
    if (!this.#isReady || !completionSettings(document.languageId).enabled) return;
    const { before } = placeOf(document, position);
    this.#client.remote.warm(document.uri.toString(), pathOf(document.uri), before).catch(() => {});
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
    { beginning, isExplicit, typedPast, settings }: Wish,
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
        acceptanceRate: this.#statistics.attention,
      });
      return token.isCancellationRequested ? undefined : suggestions;
    } catch (error) {
      this.#log.error(`No completion: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    } finally {
      cancelling.dispose();
    }
  }

  /** What is left of the last suggestion when its first characters, and nothing else, have been typed since. */
  #typedThrough(document: vscode.TextDocument, place: Place): readonly ShownSuggestion[] | undefined {
    const last = this.#last;
    const length = place.offset - (last?.place.offset ?? place.offset);
    if (last?.document !== document.uri.toString() || length <= 0 || place.after !== last.place.after) return undefined;
    const typed = place.before.slice(-length);
    // Both begin somewhere in the document, and not at the same place.
    const common = Math.min(place.before.length - length, last.place.before.length);
    if (place.before.slice(0, -length).slice(-common) !== last.place.before.slice(-common)) return undefined;
    const rest = last.suggestions.flatMap((suggestion) => {
      const text = suggestion.text.startsWith(typed) ? suggestion.text.slice(typed.length) : '';
      return text.length > LITTLE ? [{ ...suggestion, text }] : [];
    });
    return rest.length === 0 ? undefined : rest;
  }
}

/** Run by VS Code when a suggestion is accepted whole, with its length. */
export const ACCEPTED = 'inkling._accepted';

/** What is asked for at a place. */
interface Wish {
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
 * What the suggest widget's selected item would still insert after the cursor: a suggestion has to begin with it.
 * Undefined when the item changes what is typed already, which a suggestion cannot.
 */
function selectedBeginning(
  document: vscode.TextDocument,
  position: vscode.Position,
  { selectedCompletionInfo }: vscode.InlineCompletionContext,
): string | undefined {
  if (selectedCompletionInfo === undefined) return '';
  const { range, text } = selectedCompletionInfo;
  if (!range.isSingleLine || !range.end.isEqual(position)) return undefined;
  const typed = document.getText(range);
  return text.startsWith(typed) ? text.slice(typed.length) : undefined;
}

/** False when cancelled in the meantime. */
function wait(milliseconds: number, token: vscode.CancellationToken): Promise<boolean> {
  return new Promise((resolve) => {
    const cancelling = token.onCancellationRequested(() => done(false));
    const timer = setTimeout(() => done(true), milliseconds);
    const done = (waited: boolean) => {
      clearTimeout(timer);
      cancelling.dispose();
      resolve(waited);
    };
  });
}
