import { SHORTEST_SUGGESTION } from './costs.ts';

/** A suggestion, and the text that it would stand in. */
export interface Placed {
  readonly text: string;
  /** The document's text before the cursor, at least its last lines. */
  readonly before: string;
  /** The document's text after the cursor, at least its next lines. */
  readonly after: string;
}

/** Gives the text to show, changed or not; undefined when there is nothing worth showing. */
type Filter = (placed: Placed) => string | undefined;

/** In this order, each on what the one before left. */
const FILTERS: readonly Filter[] = [
  withoutTrailingSpace,
  withoutSuffix,
  withoutClosed,
  unlessBlank,
  unlessNextLines,
  unlessRepetitive,
];

/** What is shown of a suggestion. */
export interface Shown {
  readonly text: string;
  /** UTF-16 units after the cursor, at most to the end of the line, that the text takes the place of. */
  readonly replaces: number;
}

/** Runs a suggestion through all the filters. */
export function filtered(placed: Placed): Shown | undefined {
  let text: string | undefined = placed.text;
  for (const filter of FILTERS) {
    if (text === undefined) return undefined;
    text = filter({ ...placed, text });
  }
  if (text === undefined) return undefined;
  const rest = lineEnd(placed.after);
  const isReplaced = rest.trim() !== '' && isWithin(rest.trim(), text);
  // What stands there anyway is not worth a look.
  if (isReplaced && [...text].length - [...rest.trim()].length < SHORTEST_SUGGESTION) return undefined;
  return { text, replaces: isReplaced ? rest.length : 0 };
}

function withoutTrailingSpace({ text }: Placed): string {
  return text.replace(/\s+$/, '');
}

/**
 * What stands after the cursor on its line, closers that the editor has typed for instance, is not suggested once more.
 * A suggestion that goes on behind them stays as it is, and takes their place; one that closes differently ends before.
 */
function withoutSuffix({ text, after }: Placed): string {
  const rest = lineEnd(after).trim();
  if (rest === '') return text;
  const trimmed = text.trimEnd();
  if (trimmed.endsWith(rest)) return trimmed.slice(0, trimmed.length - rest.length).trimEnd();
  const closes = text.indexOf(rest.charAt(0));
  return isWithin(rest, text) || closes < 0 ? text : text.slice(0, closes).trimEnd();
}

const CLOSERS: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };
const OPENERS: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

/** A bracket that is closed on a line below already, by one as far indented as it, is not closed once more. */
function withoutClosed({ text, before, after }: Placed): string {
  const at = firstUnopened(text);
  if (at < 0) return text;
  const open = lastUnclosed(before);
  const below = after.slice(lineEnd(after).length);
  const closed = firstUnopened(below);
  if (open < 0 || closed < 0 || text[at] !== CLOSERS[before[open]!] || text[at] !== below[closed]) return text;
  const lineAbove = before.slice(before.lastIndexOf('\n', open) + 1);
  const lineBelow = below.slice(below.lastIndexOf('\n', closed) + 1);
  const isItsOwn =
    /^[ \t]*/.exec(lineAbove)![0] + below[closed] === lineBelow.slice(0, lineBelow.indexOf(below[closed]!) + 1);
  return isItsOwn ? text.slice(0, at).trimEnd() : text;
}

/** Where the first bracket is closed that was not opened in the text; -1: nowhere. */
function firstUnopened(text: string): number {
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    const character = text[index]!;
    if (CLOSERS[character] !== undefined) depth++;
    else if (OPENERS[character] !== undefined && --depth < 0) return index;
  }
  return -1;
}

/** Where the last bracket is opened that is not closed in the text; -1: nowhere. */
function lastUnclosed(text: string): number {
  let depth = 0;
  for (let index = text.length - 1; index >= 0; index--) {
    const character = text[index]!;
    if (OPENERS[character] !== undefined) depth++;
    else if (CLOSERS[character] !== undefined && --depth < 0) return index;
  }
  return -1;
}

/** Whether the characters of `part` stand in `text` in their order. */
function isWithin(part: string, text: string): boolean {
  let at = -1;
  return [...part].every((character) => {
    at = text.indexOf(character, at + 1);
    return at >= 0;
  });
}

/** White space, a single character in it, or what is very short, is quicker typed than read. */
function unlessBlank({ text }: Placed): string | undefined {
  return [...text.trim()].length > 1 && [...text].length >= SHORTEST_SUGGESTION ? text : undefined;
}

/** The lines that follow anyway. */
function unlessNextLines({ text, before, after }: Placed): string | undefined {
  const line = ((before.split('\n').at(-1) ?? '') + text).trim();
  const next = after
    .split('\n')
    .slice(1)
    .map((other) => other.trim())
    .filter((other) => other !== '')
    .slice(0, 2);
  return line.split('\n').some((own) => own.trim().length > 2 && next.includes(own.trim())) ? undefined : text;
}

/** Four times the same, as small networks stutter. */
function unlessRepetitive({ text }: Placed): string | undefined {
  return /(.{2,}?)\1{3}/s.test(`${text} `.replace(/\s+/g, ' ')) ? undefined : text;
}

/** Whether something may be suggested in the middle of a line: only before closers and punctuation. */
export function mayCompleteBefore(after: string): boolean {
  return /^[\s)\]}>'"`;,:]*$/.test(lineEnd(after));
}

function lineEnd(after: string): string {
  return /^[^\r\n]*/.exec(after)![0];
}
