/** Piece of a pattern for paths. Characters are UTF-16 units, or bytes, as those who read the pattern decide. */
export type Piece =
  | { readonly type: 'character'; readonly code: number }
  /** One of some characters, never a slash. */
  | { readonly type: 'class'; readonly has: (code: number) => boolean }
  /** Any character but a slash. */
  | { readonly type: 'any' }
  /** Any text without a slash. */
  | { readonly type: 'star' }
  /** Any text. */
  | { readonly type: 'everything' }
  /** Nothing, or any text that ends with a slash. */
  | { readonly type: 'folders' }
  | { readonly type: 'choice'; readonly of: readonly (readonly Piece[])[] };

const SLASH = 47;

/** Class of characters as it was read from a pattern. */
export interface ClassAt {
  readonly has: (code: number) => boolean;
  /** Where the pattern goes on. */
  readonly end: number;
}

/**
 * Adds what a run of stars stands for: one, or several beside something else, any part of a name; several by themselves
 * folders of any depth.
 *
 * @param isWhole whether nothing else stands in their part of the path
 * @param slashFollows whether a slash comes behind them, which then belongs to them
 * @returns how many characters behind the stars belong to them
 */
export function addStars(pieces: Piece[], count: number, isWhole: boolean, slashFollows: boolean): number {
  if (count === 1 || !isWhole) {
    pieces.push({ type: 'star' });
    return 0;
  }
  if (!slashFollows) {
    pieces.push({ type: 'everything' });
    return 0;
  }
  // One is as good as several.
  if (pieces.at(-1)?.type !== 'folders') pieces.push({ type: 'folders' });
  return 1;
}

/** Codes of what a state waits for, where it is no character. */
const ANY = -1;
const ANYTHING = -2;
const CLASS = -3;
/** It waits for nothing, and goes on in two ways, or in one, at once. */
const FORK = -4;
const END = -5;

/**
 * Compiled pattern, a nondeterministic automaton. Comparing follows all ways through the pattern at the same time
 * (Thompson, "Regular expression search algorithm", 1968), so that it takes no longer than the pattern's length times
 * that of the path, however many stars and choices there are.
 */
export class Wildcards {
  readonly #waits: number[] = [];
  readonly #next: number[] = [];
  /** Second way of a fork; -1: there is none. */
  readonly #second: number[] = [];
  readonly #classes = new Map<number, (code: number) => boolean>();
  /** When a state was reached last. */
  readonly #reached: Float64Array;
  #time = 0;
  #isAtEnd = false;
  /** States that wait for the next character, and how many they are; kept, as paths are many. */
  #waiting: Int32Array;
  #count = 0;
  #before: Int32Array;
  readonly #stack: number[] = [];

  constructor(pieces: readonly Piece[]) {
    this.#addAll(pieces);
    this.#add(END);
    const states = this.#waits.length;
    this.#reached = new Float64Array(states);
    this.#waiting = new Int32Array(states);
    this.#before = new Int32Array(states);
  }

  /** @param withContents whether all that lies in a folder that matches does, too */
  matches(path: string, withContents = false): boolean {
    this.#step();
    this.#advance(0);
    for (let index = 0; index < path.length; index++) {
      const code = path.charCodeAt(index);
      if (this.#isAtEnd && withContents && code === SLASH) return true;
      const count = this.#count;
      if (count === 0) return false;
      this.#step();
      for (let at = 0; at < count; at++) {
        const state = this.#before[at]!;
        if (this.#takes(state, code)) this.#advance(this.#next[state]!);
      }
    }
    return this.#isAtEnd;
  }

  /** Nothing is reached yet behind one more character. */
  #step(): void {
    this.#time++;
    this.#isAtEnd = false;
    this.#count = 0;
    const before = this.#waiting;
    this.#waiting = this.#before;
    this.#before = before;
  }

  #takes(state: number, code: number): boolean {
    const waits = this.#waits[state]!;
    if (waits >= 0) return waits === code;
    if (waits === ANYTHING) return true;
    return code !== SLASH && (waits === ANY || this.#classes.get(state)!(code));
  }

  /** Adds what a state comes to without taking a character. */
  #advance(first: number): void {
    const stack = this.#stack;
    stack.push(first);
    for (let state = stack.pop(); state !== undefined; state = stack.pop()) {
      if (this.#reached[state] === this.#time) continue;
      this.#reached[state] = this.#time;
      const waits = this.#waits[state]!;
      if (waits === END) this.#isAtEnd = true;
      else if (waits === FORK) {
        if (this.#second[state]! >= 0) stack.push(this.#second[state]!);
        stack.push(this.#next[state]!);
      } else this.#waiting[this.#count++] = state;
    }
  }

  #addAll(pieces: readonly Piece[]): void {
    for (const piece of pieces) {
      switch (piece.type) {
        case 'character':
          this.#add(piece.code);
          break;
        case 'class':
          this.#classes.set(this.#add(CLASS), piece.has);
          break;
        case 'any':
          this.#add(ANY);
          break;
        case 'star':
          this.#addLoop(ANY);
          break;
        case 'everything':
          this.#addLoop(ANYTHING);
          break;
        case 'folders': {
          const fork = this.#add(FORK);
          this.#addLoop(ANYTHING);
          this.#add(SLASH);
          this.#second[fork] = this.#waits.length;
          break;
        }
        case 'choice':
          this.#addChoice(piece.of);
      }
    }
  }

  #addLoop(waits: number): void {
    const fork = this.#add(FORK);
    this.#next[this.#add(waits)] = fork;
    this.#second[fork] = this.#waits.length;
  }

  #addChoice(choices: readonly (readonly Piece[])[]): void {
    const ends: number[] = [];
    for (const [index, choice] of choices.entries()) {
      const fork = index < choices.length - 1 ? this.#add(FORK) : undefined;
      this.#addAll(choice);
      ends.push(this.#add(FORK));
      if (fork !== undefined) this.#second[fork] = this.#waits.length;
    }
    for (const end of ends) this.#next[end] = this.#waits.length;
  }

  /** State that leads to the one that is added next. */
  #add(waits: number): number {
    const state = this.#waits.push(waits) - 1;
    this.#next.push(state + 1);
    this.#second.push(-1);
    return state;
  }
}
