import { type TypedPast, typedFurther, withSuggestion } from '../completion/worker/client.ts';

/** Whoever types on sooner has not had the time to read a suggestion: it says nothing about it. */
const SEEN_MILLISECONDS = 400;

/** An insertion, or the replacement of something. */
export interface Edit {
  /** UTF-16 units from the document's start. */
  readonly offset: number;
  readonly removed: number;
  readonly text: string;
}

/**
 * Suggestions that somebody saw, and typed on as they say all the same: most likely they are wrong further on. What is
 * left of them is told to whoever suggests next.
 */
export class TypedAlong {
  readonly #onTypedOut: () => void;
  #document = '';
  #offset = 0;
  #rests: readonly TypedPast[] = [];
  /** Since when, by what is left of it. */
  #shown = new Map<string, number>();

  /** @param onTypedOut told when a suggestion was typed to its end */
  constructor(onTypedOut: () => void) {
    this.#onTypedOut = onTypedOut;
  }

  /** @param now milliseconds, of any clock */
  shown(document: string, offset: number, suggestion: TypedPast, now: number): void {
    if (document !== this.#document || offset !== this.#offset) this.clear();
    this.#document = document;
    this.#offset = offset;
    this.#rests = withSuggestion(this.#rests, { text: suggestion.text, characters: suggestion.characters });
    if (!this.#shown.has(suggestion.text)) this.#shown.set(suggestion.text, now);
  }

  /** Only characters typed one by one, without others in between, are typed along; a part that was accepted is not. */
  edited(document: string, edits: readonly Edit[], now: number): void {
    if (document !== this.#document) return;
    const [edit] = edits;
    const isTyped = edits.length === 1 && edit!.removed === 0 && [...edit!.text].length === 1;
    if (!isTyped || edit!.offset !== this.#offset) {
      this.clear();
      return;
    }
    const { text } = edit!;
    const seen = this.#rests.filter((rest) => now - (this.#shown.get(rest.text) ?? now) >= SEEN_MILLISECONDS);
    if (seen.some((rest) => rest.text === text)) this.#onTypedOut();
    this.#offset += text.length;
    this.#rests = typedFurther(this.#rests, text);
    const since = (rest: string) => this.#shown.get(text + rest) ?? now;
    this.#shown = new Map(this.#rests.map((rest) => [rest.text, since(rest.text)]));
  }

  /** What is left at a place of those that were read and typed past. */
  at(document: string, offset: number, now: number): readonly TypedPast[] {
    if (document !== this.#document || offset !== this.#offset) return [];
    return this.#rests.filter(({ text }) => now - (this.#shown.get(text) ?? now) >= SEEN_MILLISECONDS);
  }

  /** Something was accepted, or everything is different now. */
  clear(): void {
    this.#rests = [];
    this.#shown.clear();
    this.#document = '';
  }
}
