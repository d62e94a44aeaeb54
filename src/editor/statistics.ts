import * as vscode from 'vscode';
import { isAmount, isText, objectOf, within } from '../base/checks.ts';
import { Attention, type AttentionCounts, type ShownSuggestion } from '../completion/worker/client.ts';
import { Acceptance } from './acceptance.ts';

interface Counts {
  readonly shown: number;
  readonly accepted: number;
  readonly dismissed: number;
  /** Characters that were not typed. */
  readonly saved: number;
}

interface Stored {
  readonly day: string;
  readonly today: Counts;
  readonly total: Counts;
}

const KEY = 'inkling.statistics';
const ACCEPTANCE_KEY = 'inkling.acceptance';
const ATTENTION_KEY = 'inkling.attention';
/** VS Code writes a file whenever something is stored. */
const STORE_MILLISECONDS = 5000;
const isCounts = objectOf<Counts>({ shown: isAmount, accepted: isAmount, dismissed: isAmount, saved: isAmount });
/** Older ones count less and less: no sum comes to more than a hundred. */
const isSum = within(0, 1000);
const isAttentionCounts = objectOf<AttentionCounts>({ accepted: isSum, typedOut: isSum });
const isStored = objectOf<Stored>({ day: isText, today: isCounts, total: isCounts });
const NONE: Counts = { shown: 0, accepted: 0, dismissed: 0, saved: 0 };

/** What became of suggestions, counted on this machine and told to nobody. */
export class Statistics implements vscode.Disposable {
  readonly #memory: vscode.Memento;
  readonly #watching: vscode.Disposable;
  readonly #changed = new vscode.EventEmitter<void>();
  #acceptance: Acceptance;
  #attention: Attention;
  /** Counted since it was last stored. */
  #since: Counts = NONE;
  #storing: NodeJS.Timeout | undefined;
  #last: { readonly document: vscode.TextDocument; readonly offset: number; readonly text: string } | undefined;

  readonly onDidChange = this.#changed.event;

  constructor(memory: vscode.Memento) {
    this.#memory = memory;
    this.#acceptance = new Acceptance(memory.get<unknown>(ACCEPTANCE_KEY));
    const counts = memory.get<unknown>(ATTENTION_KEY);
    this.#attention = new Attention(isAttentionCounts(counts) ? counts : undefined);
    this.#watching = vscode.workspace.onDidChangeTextDocument((event) => this.#onEdit(event));
  }

  get today(): Counts {
    return sum(this.#stored().today, this.#since);
  }

  get total(): Counts {
    return sum(this.#stored().total, this.#since);
  }

  /** Keystrokes that a wrong character costs whoever works here. */
  get wrongCost(): number {
    return this.#acceptance.wrongCost;
  }

  /** How probably whoever works here accepts a suggestion that is right. */
  get attention(): number {
    return this.#attention.probability;
  }

  /** A suggestion went to the editor, from a request that was not cancelled. */
  shown(document: vscode.TextDocument, position: vscode.Position, { text, probability }: ShownSuggestion): void {
    const offset = document.offsetAt(position);
    const isTypedThrough =
      this.#last !== undefined && this.#last.document === document && this.#last.text.endsWith(text);
    this.#last = { document, offset, text };
    if (isTypedThrough) return;
    this.#acceptance.shown(probability);
    this.#add({ shown: 1 });
  }

  accepted(length: number): void {
    this.#last = undefined;
    this.#acceptance.accepted();
    this.#attention.accepted();
    this.#add({ accepted: 1, saved: Math.max(0, length - 1) });
    void this.store();
  }

  /** A suggestion that could be read was right, and typed to its end all the same. */
  typedOut(): void {
    this.#attention.typedOut();
    this.#add({});
  }

  async store(): Promise<void> {
    clearTimeout(this.#storing);
    this.#storing = undefined;
    if (this.#since === NONE) return;
    const { day, today, total } = this.#stored();
    const all: Stored = { day, today: sum(today, this.#since), total: sum(total, this.#since) };
    this.#since = NONE;
    await this.#memory.update(KEY, all);
    await this.#memory.update(ACCEPTANCE_KEY, this.#acceptance.counts);
    await this.#memory.update(ATTENTION_KEY, this.#attention.counts);
  }

  /** Counts from the beginning. */
  async forget(): Promise<void> {
    clearTimeout(this.#storing);
    this.#storing = undefined;
    this.#since = NONE;
    this.#acceptance = new Acceptance();
    this.#attention = new Attention();
    for (const key of [KEY, ACCEPTANCE_KEY, ATTENTION_KEY]) await this.#memory.update(key, undefined);
    this.#changed.fire();
  }

  dispose(): void {
    this.#watching.dispose();
    clearTimeout(this.#storing);
    this.#changed.dispose();
  }

  /** An edit that goes another way than the suggestion has dismissed it. */
  #onEdit({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    const last = this.#last;
    if (last === undefined || last.document !== document || contentChanges.length === 0) return;
    const isAlong = contentChanges.every(
      ({ rangeOffset, rangeLength, text }) =>
        rangeOffset === last.offset && rangeLength === 0 && last.text.startsWith(text),
    );
    if (isAlong) return;
    this.#last = undefined;
    this.#add({ dismissed: 1 });
  }

  #add(more: Partial<Counts>): void {
    this.#since = sum(this.#since, more);
    this.#storing ??= setTimeout(() => void this.store(), STORE_MILLISECONDS);
    this.#changed.fire();
  }

  #stored(): Stored {
    const day = new Date().toISOString().slice(0, 10);
    const stored = this.#memory.get<unknown>(KEY);
    if (!isStored(stored)) return { day, today: NONE, total: NONE };
    return { day, today: stored.day === day ? stored.today : NONE, total: stored.total };
  }
}

function sum(counts: Counts, more: Partial<Counts>): Counts {
  return {
    shown: counts.shown + (more.shown ?? 0),
    accepted: counts.accepted + (more.accepted ?? 0),
    dismissed: counts.dismissed + (more.dismissed ?? 0),
    saved: counts.saved + (more.saved ?? 0),
  };
}
