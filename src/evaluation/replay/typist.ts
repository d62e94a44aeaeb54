import { performance } from 'node:perf_hooks';
import type { Pace } from '../../base/pace.ts';
import { rateOfRight } from '../../completion/suggestion/acceptanceRate.ts';
import { type Policy, SHORTEST_SUGGESTION } from '../../completion/suggestion/policy.ts';
import { mayCompleteBefore } from '../../completion/suggestion/postProcessing.ts';
import { READING_MILLISECONDS, SuggestionSession } from '../../completion/suggestion/session.ts';
import type { Suggester } from '../../completion/suggestion/suggester.ts';
import type { ShownSuggestion } from '../../protocol/suggestions.ts';
import { type Typing, typingOf } from '../keystrokes.ts';
import { sumWithin } from '../statistics.ts';
import type { Part, TextEdit } from './edits.ts';
import type { ExampleCollector, Place } from './examples.ts';
import { Tally } from './tally.ts';

/** Accepting must save at least so many keys, or it is not worth looking up. */
const SMALLEST_SAVING = SHORTEST_SUGGESTION - 1;
/** Characters behind the cursor that the editor looks at. UTF-16 units. */
const AFTER = 400;
/** Characters before the cursor that decide how a text is indented and closed. UTF-16 units. */
const TYPING_CONTEXT = 2000;

/** Somebody who types with suggestions. */
export interface Manner {
  /** From one key to the next. */
  readonly millisecondsPerKey: number;
  /** That a suggestion has to stand for before it is looked at. */
  readonly millisecondsToNotice: number;
  /** Whether one that stands so long is overlooked all the same. */
  readonly overlooks: () => boolean;
  /** Whether a word is accepted where only the beginning is right. */
  readonly acceptsWords: boolean;
}

/** Looks at every suggestion, and accepts it only if all of it is right. */
export const IDEAL: Manner = {
  millisecondsPerKey: READING_MILLISECONDS,
  millisecondsToNotice: 0,
  overlooks: () => false,
  acceptsWords: false,
};

/** Five characters count as a word. */
const CHARACTERS_PER_WORD = 5;
const MILLISECONDS_TO_NOTICE = 300;
const OVERLOOKED = 0.3;

/** @param uniform draws what is overlooked */
export function human(wordsPerMinute: number, uniform: () => number): Manner {
  return {
    millisecondsPerKey: 60_000 / (wordsPerMinute * CHARACTERS_PER_WORD),
    millisecondsToNotice: MILLISECONDS_TO_NOTICE,
    overlooks: () => uniform() < OVERLOOKED,
    acceptsWords: true,
  };
}

/** What is known where somebody types, and how it learns what is typed. */
export interface Editor {
  readonly suggester: Suggester;
  /** Told of a document when a line is finished, or the cursor goes elsewhere: without the line that it is in. */
  tell(path: string, text: string): Promise<void>;
}

/** Who is told of what goes on, and let in. */
export interface Onlookers {
  /** Asked before each key. */
  readonly pace?: Pace;
  /** Code points were typed or accepted. */
  readonly onTyped?: (characters: number) => void;
  readonly examples?: ExampleCollector | undefined;
}

/** A text with a cursor in it. */
interface Cursor {
  readonly path: string;
  /** Text before the cursor. */
  head: string;
  /** Text behind it, but for what the editor has inserted there. */
  readonly tail: string;
}

/** What a suggestion is, compared with what is typed. */
interface Verdict {
  /** Symbols at its beginning that are right. */
  readonly right: number;
  /** Symbols that are typed when it is accepted; undefined: that makes another text. */
  readonly typed: number | undefined;
}

/** Types edits into texts as the editor is typed in, with the suggestions that it shows there. */
export class Typist {
  /** How long each suggestion took that was computed, milliseconds. */
  readonly latencies: number[] = [];
  readonly #editor: Editor;
  readonly #manner: Manner;
  readonly #policy: Omit<Policy, 'trigger' | 'acceptanceRate'>;
  readonly #onlookers: Onlookers;
  readonly #session = new SuggestionSession();
  readonly #acceptance = rateOfRight();
  #now = 0;
  /** The suggestion that stands there, since when, and whether it is overlooked. */
  #standing = { id: -1, since: 0, isOverlooked: false };

  constructor(
    editor: Editor,
    manner: Manner,
    policy: Omit<Policy, 'trigger' | 'acceptanceRate'>,
    onlookers: Onlookers = {},
  ) {
    this.#editor = editor;
    this.#manner = manner;
    this.#policy = policy;
    this.#onlookers = onlookers;
  }

  /**
   * Types one edit, which begins where the text says.
   *
   * @param at where the edit starts in this text, UTF-16 units
   * @throws the signal's reason when aborted
   */
  async type(path: string, text: string, at: number, edit: TextEdit, signal?: AbortSignal): Promise<Tally> {
    const tally = new Tally();
    const cursor: Cursor = { path, head: text.slice(0, at), tail: text.slice(at + edit.removed) };
    this.#session.clear();
    await this.#tell(cursor, '');
    for (const part of edit.parts) {
      if (part.isTyped) await this.#typePart(cursor, part, tally, signal);
      else {
        this.#session.clear();
        cursor.head += part.text;
      }
    }
    return tally;
  }

  async #typePart(cursor: Cursor, { text }: Part, tally: Tally, signal?: AbortSignal): Promise<void> {
    const symbols = [...text];
    const context = [...cursor.head.slice(-TYPING_CONTEXT)];
    const typing = typingOf([...context, ...symbols], context.length);
    const here: Typing = {
      keys: typing.keys.subarray(context.length),
      insertedAt: (index) => typing.insertedAt(context.length + index),
    };
    tally.characters += symbols.length;
    tally.baseline += sumWithin(here.keys, 0, symbols.length);
    for (let position = 0; position < symbols.length; ) {
      await this.#onlookers.pace?.();
      signal?.throwIfAborted();
      const inserted = here.insertedAt(position);
      const suggestions = await this.#suggestions(cursor, inserted);
      const verdict = suggestions.length > 0 ? judge(suggestions[0]!, symbols, position, cursor.tail, here) : undefined;
      const isNew = this.#show(cursor, suggestions, verdict, tally);
      const accepted = verdict && this.#accepts(suggestions[0]!, verdict, here.keys, position);
      const length = accepted?.symbols ?? keyLength(symbols, here.keys, position);
      const typed = symbols.slice(position, position + length).join('');
      if (this.#onlookers.examples !== undefined && (accepted?.isWhole || isNew)) {
        const place = { path: cursor.path, head: cursor.head, rest: symbols.slice(position).join('') + cursor.tail };
        addExample(this.#onlookers.examples, place, suggestions[0]!.text, verdict!, accepted !== undefined);
      }
      tally.keystrokes += accepted === undefined ? here.keys[position]! : 1;
      if (accepted !== undefined) {
        tally.accepted++;
        tally.right += length;
        this.#acceptance.expect(1);
        this.#acceptance.accept();
      }
      this.#now += this.#manner.millisecondsPerKey;
      const change = changeOf(typed, inserted, here.insertedAt(position + length), accepted !== undefined);
      this.#session.edited(cursor.path, [{ offset: cursor.head.length, ...change }], this.#now);
      if (accepted?.isWhole) this.#session.clear();
      if (!suggestions.length && !this.#asks(cursor, inserted)) tally.silent += length;
      cursor.head += typed;
      position += length;
      this.#onlookers.onTyped?.(length);
      if (typed.includes('\n')) await this.#tell(cursor, here.insertedAt(position));
    }
  }

  #asks({ tail }: Cursor, inserted: string): boolean {
    return mayCompleteBefore((inserted + tail.slice(0, AFTER)).slice(0, AFTER));
  }

  async #suggestions(cursor: Cursor, inserted: string): Promise<readonly ShownSuggestion[]> {
    const { path, head, tail } = cursor;
    if (!this.#asks(cursor, inserted)) return [];
    const typedPast = this.#session.typedPast(path, head.length, this.#now);
    const remainder = typedPast.length === 0 ? this.#session.remainder(path, head.length) : undefined;
    if (remainder !== undefined) return remainder;
    const after = (inserted + tail.slice(0, AFTER)).slice(0, AFTER);
    const policy: Policy = { ...this.#policy, trigger: 'automatic', acceptanceRate: this.#acceptance.rate };
    const start = performance.now();
    const suggestions = await this.#editor.suggester.suggest(path, { path, before: head, after, typedPast }, policy);
    this.latencies.push(performance.now() - start);
    return suggestions;
  }

  /** @returns whether something is shown that was not before */
  #show(
    { path, head }: Cursor,
    suggestions: readonly ShownSuggestion[],
    verdict: Verdict | undefined,
    tally: Tally,
  ): boolean {
    const outcomes = this.#session.shown({ document: path, offset: head.length, suggestions }, this.#now);
    if (suggestions.length > 0 && this.#session.id !== this.#standing.id) {
      this.#standing = { id: this.#session.id, since: this.#now, isOverlooked: this.#manner.overlooks() };
    }
    if (outcomes.length === 0) return false;
    tally.shown++;
    tally.wrong += [...suggestions[0]!.text].length - verdict!.right;
    return true;
  }

  /** What is accepted of a suggestion, if anything is. */
  #accepts(
    { text }: ShownSuggestion,
    { right, typed }: Verdict,
    keys: Uint8Array,
    position: number,
  ): { readonly symbols: number; readonly isWhole: boolean } | undefined {
    const { since, isOverlooked } = this.#standing;
    if (isOverlooked || this.#now - since < this.#manner.millisecondsToNotice) return undefined;
    const isWorth = (length: number) => sumWithin(keys, position, position + length) - 1 >= SMALLEST_SAVING;
    if (typed !== undefined) return isWorth(typed) ? { symbols: typed, isWhole: true } : undefined;
    if (!this.#manner.acceptsWords) return undefined;
    const word = [...(WORD.exec(text)?.[0] ?? '')].length;
    return word > 0 && word <= right && isWorth(word) ? { symbols: word, isWhole: false } : undefined;
  }

  #tell({ path, head, tail }: Cursor, inserted: string): Promise<void> {
    const behind = inserted + tail;
    const above = head.slice(0, head.lastIndexOf('\n') + 1);
    const end = behind.indexOf('\n');
    return this.#editor.tell(path, above + (end < 0 ? '' : behind.slice(end + 1)));
  }
}

function addExample(
  examples: ExampleCollector,
  place: Place,
  text: string,
  { right }: Verdict,
  isAccepted: boolean,
): void {
  if (isAccepted) examples.accepted(place, text);
  else if (right < [...text].length) examples.contradicted(place, text, right);
}

/** What *Accept Next Word* of the editor takes: white space, and a word or signs. */
const WORD = /^\s*(?:[\p{L}\p{N}_]+|[^\p{L}\p{N}_\s]+)/u;

function judge(
  { text, replaces }: ShownSuggestion,
  symbols: readonly string[],
  position: number,
  tail: string,
  { insertedAt }: Typing,
): Verdict {
  const shown = [...text];
  const left = symbols.length - position;
  let right = 0;
  while (right < Math.min(shown.length, left) && shown[right] === symbols[position + right]) right++;
  if (right < Math.min(shown.length, left)) return { right, typed: undefined };
  // What goes on behind the end of what is typed has to stand there already, and to be replaced.
  const over = shown.slice(left).join('');
  if (!tail.startsWith(over)) return { right, typed: undefined };
  const behind = insertedAt(position) + tail;
  const expected = over === '' ? insertedAt(position + shown.length) + tail : tail.slice(over.length);
  const isSame = behind.length - replaces === expected.length && behind.endsWith(expected);
  return { right: shown.length, typed: isSame ? right : undefined };
}

/** An Enter is typed with the indentation that the editor inserts. */
function keyLength(symbols: readonly string[], keys: Uint8Array, position: number): number {
  if (symbols[position] !== '\n') return 1;
  let end = position + 1;
  while (end < symbols.length && keys[end] === 0 && (symbols[end] === ' ' || symbols[end] === '\t')) end++;
  return end - position;
}

/** What happens to the text behind the cursor with it: closers are inserted, or typed over. */
function changeOf(typed: string, before: string, after: string, isAccepted: boolean) {
  if (isAccepted) return { removed: Math.max(0, before.length - after.length), text: typed };
  if (after.endsWith(before)) return { removed: 0, text: typed + after.slice(0, after.length - before.length) };
  if (before.endsWith(after)) return { removed: before.length - after.length, text: typed };
  return { removed: before.length, text: typed + after };
}
