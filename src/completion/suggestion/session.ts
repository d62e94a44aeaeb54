import type { ShownSuggestion, TypedPast } from '../../protocol/suggestions.ts';
import { closerOf, type Edit, type Keystroke, keystrokeAt, withLineFeeds } from './edits.ts';
import { typedFurther, withSuggestion } from './typedPast.ts';

/** Time that reading a suggestion takes: from typing on sooner nothing is learnt about it. */
export const READING_MILLISECONDS = 400;
/** Length of what is left of a suggestion, UTF-16 units, at which a new one is computed, as there may be more. */
const LITTLE = 2;
/** Longest time from an opener to its closer where the editor inserts them one by one; nobody types that fast. */
const PAIR_MILLISECONDS = 20;

/** Outcome of suggestions; of each that is shown at most one is accepted, typed out or dismissed. */
export type Outcome =
  /** Counted once, until it changes or goes away; what is left when a part was accepted counts as another. */
  | { readonly type: 'shown' /** That all of it is right. */; readonly probability: number }
  /** All of it, or a part that was asked for by word or line, of so many characters. */
  | { readonly type: 'accepted'; readonly characters: number; readonly isWhole: boolean }
  /** It could be read, was right, and was typed to its end all the same. */
  | { readonly type: 'typedOut' }
  /** Something else was typed or done. */
  | { readonly type: 'dismissed' };

/** Item that the suggest widget would insert, where a suggestion goes on with it. */
export interface SelectedItem {
  /** What is typed of it; accepting a suggestion replaces it. */
  readonly typed: string;
  /** The rest, with which the suggestion begins. */
  readonly rest: string;
}

export interface Showing {
  /** Names the document. */
  readonly document: string;
  /** Of the cursor, UTF-16 units from the document's start. */
  readonly offset: number;
  /** To choose from, the best first; empty: nothing is shown any more. */
  readonly suggestions: readonly ShownSuggestion[];
  /** Whether somebody has asked for them, so that nothing is learnt from typing past them. Default: no. */
  readonly isExplicit?: boolean;
  readonly item?: SelectedItem | undefined;
}

/** Suggestions that are on the screen. */
interface Current {
  readonly id: number;
  /** Whether an outcome of type `shown` has been given. */
  readonly isCounted: boolean;
  /** What is left of each. */
  readonly suggestions: readonly ShownSuggestion[];
  readonly item: SelectedItem | undefined;
}

interface Seen extends TypedPast {
  /** Of what it was shown as. */
  readonly id: number;
  /** When it was shown, milliseconds. */
  readonly since: number;
}

/**
 * Follows suggestions at one cursor, and tells from the edits after them what became of each: the one account for the
 * editor and for simulated typing. Clocks are of any kind, in milliseconds.
 */
export class SuggestionSession {
  #place: { readonly document: string; readonly offset: number } | undefined;
  #current: Current | undefined;
  /** What is left of those that may be shown on without being computed anew. */
  #going: readonly ShownSuggestion[] = [];
  /** Whether anything was typed since they were computed. */
  #hasTyped = false;
  #seen: readonly Seen[] = [];
  #lastKey: { readonly typed: string; readonly at: number } | undefined;
  #shown = 0;

  /** Names what is shown, to say that it was accepted: the same while it is typed along with. 0 before anything is. */
  get id(): number {
    return this.#shown;
  }

  /** Takes note that suggestions are on the screen, in place of others; or none are. */
  shown({ document, offset, suggestions, isExplicit = false, item }: Showing, now: number): Outcome[] {
    if (!this.#isAt(document, offset)) this.clear();
    this.#place = { document, offset };
    const isWithoutItem = (item?.rest ?? '') === '';
    if (isWithoutItem) {
      this.#going = suggestions;
      this.#hasTyped = false;
    }
    const [first] = suggestions;
    const before = this.#current;
    if (first === undefined) {
      this.#current = undefined;
      return [];
    }
    const isSame = before !== undefined && goesOn(before.suggestions[0]!, first);
    if (!isSame) this.#shown++;
    if (!isExplicit && isWithoutItem) {
      const { text, characters } = first;
      this.#seen = withSuggestion(this.#seen, { text, characters, id: this.#shown, since: now });
    }
    this.#current = { id: this.#shown, isCounted: true, suggestions, item };
    return isSame && before.isCounted ? [] : [{ type: 'shown', probability: first.probability }];
  }

  /** Takes note that a document was edited, in one step. */
  edited(document: string, edits: readonly Edit[], now: number): Outcome[] {
    if (this.#place?.document !== document || edits.length === 0) return [];
    const [edit] = edits;
    if (edits.length === 1 && this.#isCloserOfLastKey(edit!, now)) {
      this.#moveBehind(1);
      return [];
    }
    const key = keystrokeAt(this.#place.offset, edits);
    if (key !== undefined) return this.#typed(key, now);
    return (edits.length === 1 ? this.#inserted(edit!) : undefined) ?? this.#dismissed();
  }

  /**
   * Takes note that the editor has accepted all of what is shown. Where that was told from the edit already, or something
   * else is shown by now, there is no outcome.
   *
   * @param id as it was when it was shown
   */
  accepted(id: number): Outcome[] {
    const current = this.#current;
    if (current?.id !== id) return [];
    if (current.isCounted) return this.#acceptedWhole(current, current.suggestions[0]!);
    // Of what it has replaced, the edit had left something in place.
    this.clear();
    return [];
  }

  /** What is left to show at a place where the beginning of suggestions, and nothing else, was typed or accepted. */
  remainder(document: string, offset: number): readonly ShownSuggestion[] | undefined {
    if (!this.#isAt(document, offset) || !this.#hasTyped) return undefined;
    const rest = this.#going.filter(({ text }) => text.length > LITTLE);
    return rest.length === 0 ? undefined : rest;
  }

  /** What is left at a place of those that were read and typed past: most likely they are wrong further on. */
  typedPast(document: string, offset: number, now: number): readonly TypedPast[] {
    if (!this.#isAt(document, offset)) return [];
    return this.#seen.filter((seen) => isRead(seen, now)).map(({ text, characters }) => ({ text, characters }));
  }

  /** Drops everything, as the text or the cursor is another now. */
  clear(): void {
    this.#place = undefined;
    this.#current = undefined;
    this.#going = [];
    this.#seen = [];
    this.#lastKey = undefined;
  }

  #isAt(document: string, offset: number): boolean {
    return this.#place?.document === document && this.#place.offset === offset;
  }

  #isCloserOfLastKey({ offset, removed, text }: Edit, now: number): boolean {
    const key = this.#lastKey;
    if (key === undefined || offset !== this.#place?.offset || removed > 0) return false;
    return text === closerOf(key.typed) && now - key.at <= PAIR_MILLISECONDS;
  }

  #typed(key: Keystroke, now: number): Outcome[] {
    const { typed, behind } = key;
    const outcomes: Outcome[] = [];
    const typedOut = this.#seen.find((seen) => seen.text === typed && isRead(seen, now));
    if (typedOut !== undefined) {
      outcomes.push({ type: 'typedOut' });
      if (this.#current?.id === typedOut.id) this.#current = undefined;
    }
    const current = this.#current;
    if (current?.isCounted && current.suggestions.every(({ text }) => !text.startsWith(typed))) {
      outcomes.push({ type: 'dismissed' });
      this.#seen = this.#seen.filter(({ id }) => id !== current.id);
    }
    this.#seen = typedFurther(this.#seen, typed);
    this.#goOn(typed, key.length);
    if (behind !== 0) this.#moveBehind(behind);
    this.#lastKey = { typed, at: now };
    return outcomes;
  }

  /** What is inserted at once and begins a suggestion was accepted, unless the suggest widget has inserted its item. */
  #inserted(edit: Edit): Outcome[] | undefined {
    const current = this.#current;
    if (current === undefined) return undefined;
    const { offset, removed, text } = withLineFeeds(behindTyped(edit, current.item));
    if (offset !== this.#place?.offset) return undefined;
    if (text === '' && removed === 0) return [];
    if ([...text].length < 2) return undefined;
    const begun = current.suggestions.find((one) => one.text.startsWith(text) && removed <= one.replaces);
    if (begun === undefined) return undefined;
    const length = edit.offset + edit.text.length - offset;
    if (removed === 0 && text === current.item?.rest && text !== begun.text) {
      this.#seen = [];
      this.#goOn(text, length);
      return [];
    }
    if (text === begun.text) return this.#acceptedWhole(current, begun);
    this.#seen = [];
    this.#goOn(text, length);
    if (removed > 0) this.#moveBehind(-removed);
    if (this.#current !== undefined) this.#current = { ...this.#current, isCounted: false };
    return [...countedNow(current), { type: 'accepted', characters: [...text].length, isWhole: false }];
  }

  #acceptedWhole(current: Current, { text }: ShownSuggestion): Outcome[] {
    this.clear();
    return [...countedNow(current), { type: 'accepted', characters: [...text].length, isWhole: true }];
  }

  #dismissed(): Outcome[] {
    const isCounted = this.#current?.isCounted ?? false;
    this.clear();
    return isCounted ? [{ type: 'dismissed' }] : [];
  }

  /** Moves to where the cursor is when more is typed or accepted. */
  #goOn(text: string, length: number): void {
    const { document, offset } = this.#place!;
    this.#place = { document, offset: offset + length };
    this.#going = rests(this.#going, text);
    this.#hasTyped = true;
    this.#lastKey = undefined;
    if (this.#current === undefined) return;
    const { suggestions, item } = this.#current;
    const left = rests(suggestions, text);
    const rest = item?.rest.startsWith(text) ? item.rest.slice(text.length) : '';
    const further = item && { typed: item.typed + text, rest };
    this.#current = left.length === 0 ? undefined : { ...this.#current, suggestions: left, item: further };
  }

  /** What stands behind the cursor is more or less than it was; suggestions are computed anew for it. */
  #moveBehind(units: number): void {
    this.#going = [];
    this.#lastKey = undefined;
    if (this.#current === undefined) return;
    const suggestions = this.#current.suggestions.map((one) => {
      return { ...one, replaces: Math.max(0, one.replaces + units) };
    });
    this.#current = { ...this.#current, suggestions };
  }
}

function isRead({ since }: Seen, now: number): boolean {
  return now - since >= READING_MILLISECONDS;
}

/** What is left when a part was accepted is known to be shown when something comes of it. */
function countedNow({ isCounted, suggestions }: Current): Outcome[] {
  return isCounted ? [] : [{ type: 'shown', probability: suggestions[0]!.probability }];
}

/** Whether what is suggested next is what is left, perhaps without the closer that the editor has inserted meanwhile. */
function goesOn(left: ShownSuggestion, next: ShownSuggestion): boolean {
  const length = left.text.length - next.text.length;
  return left.text.startsWith(next.text) && (length === 0 || length <= left.replaces - next.replaces);
}

/** Edit without the part of the suggest widget's item that is before the cursor. */
function behindTyped(edit: Edit, item: SelectedItem | undefined): Edit {
  const { offset, removed, text } = edit;
  const length = item?.typed.length ?? 0;
  if (item === undefined || removed < length || !text.startsWith(item.typed)) return edit;
  return { offset: offset + length, removed: removed - length, text: text.slice(length) };
}

/** What is left of suggestions that begin with a text, without those that end there. */
function rests(suggestions: readonly ShownSuggestion[], typed: string): readonly ShownSuggestion[] {
  return suggestions.flatMap((suggestion) => {
    if (!suggestion.text.startsWith(typed) || suggestion.text.length === typed.length) return [];
    const text = suggestion.text.slice(typed.length);
    // Of what the suggest widget inserts, no probabilities are known.
    const characters = suggestion.characters.slice(-[...text].length);
    return [{ ...suggestion, text, characters, probability: characters.reduce((all, one) => all * one, 1) }];
  });
}
