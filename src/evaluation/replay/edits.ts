import type { Hunk } from './patch.ts';

/** Characters that are typed, or inserted at once. */
export interface Part {
  readonly text: string;
  readonly isTyped: boolean;
}

/** What was done at one place of a text: something is taken out, and something comes there instead. */
export interface TextEdit {
  /** UTF-16 units from the start of the text before all edits. */
  readonly start: number;
  readonly removed: number;
  readonly parts: readonly Part[];
}

/** Fewer are no suggestion's business. Visible characters. */
const LEAST_TYPED = 3;
/** More than so many at once were pasted, or written by a program. Code points. */
const MOST_TYPED = 1500;

/**
 * The edits of a file, from the first to the last, without the beginning and the end that what was removed and what was
 * added have in common. Lines that are added whole begin with the Enter at the end of the line above.
 *
 * @param moved lines that were taken out elsewhere, or here: they are not typed
 * @returns undefined where the hunks do not lead from one text to the other, as those of old line ends do not
 */
export function editsOf(
  before: string,
  after: string,
  hunks: readonly Hunk[],
  moved: ReadonlySet<string>,
): TextEdit[] | undefined {
  const [old, now] = [lineStarts(before), lineStarts(after)];
  const edits: TextEdit[] = [];
  for (const hunk of hunks) {
    const places = [
      old[hunk.start],
      old[hunk.start + hunk.removed],
      now[hunk.addedStart],
      now[hunk.addedStart + hunk.added],
    ];
    if (places.some((place) => place === undefined)) return undefined;
    const [start, end, addedStart, addedEnd] = places as [number, number, number, number];
    const edit = trimmed(before, start, end, after, addedStart, addedEnd);
    edits.push({ start: edit.start, removed: edit.removed, parts: partsOf(after, edit, moved) });
  }
  return applied(before, edits) === after ? edits : undefined;
}

/** A file that is typed from its first character on. */
export function editOfNewFile(text: string, moved: ReadonlySet<string>): TextEdit {
  return { start: 0, removed: 0, parts: partsOf(text, { addedStart: 0, addedEnd: text.length }, moved) };
}

/** The text after all edits. */
export function applied(text: string, edits: readonly TextEdit[]): string {
  let result = '';
  let at = 0;
  for (const { start, removed, parts } of edits) {
    result += text.slice(at, start) + parts.map((part) => part.text).join('');
    at = start + removed;
  }
  return result + text.slice(at);
}

/** Lines that hunks take out, but for blank ones. */
export function removedLines(before: string, hunks: readonly Hunk[]): string[] {
  const lines = before.split('\n');
  return hunks
    .flatMap(({ start, removed }) => lines.slice(start, start + removed))
    .filter((line) => line.trim() !== '');
}

/** Where each line starts, and where the text ends. */
function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  if (starts.at(-1) !== text.length) starts.push(text.length);
  return starts;
}

interface Trimmed {
  readonly start: number;
  readonly removed: number;
  readonly addedStart: number;
  readonly addedEnd: number;
}

function trimmed(
  before: string,
  start: number,
  end: number,
  after: string,
  addedStart: number,
  addedEnd: number,
): Trimmed {
  const most = Math.min(end - start, addedEnd - addedStart);
  let prefix = 0;
  while (prefix < most && before[start + prefix] === after[addedStart + prefix]) prefix++;
  if (isInPair(after, addedStart + prefix) || isInPair(before, start + prefix)) prefix--;
  let suffix = 0;
  while (suffix < most - prefix && before[end - 1 - suffix] === after[addedEnd - 1 - suffix]) suffix++;
  if (isInPair(after, addedEnd - suffix) || isInPair(before, end - suffix)) suffix--;
  const removed = end - start - prefix - suffix;
  const from = { start: start + prefix, addedStart: addedStart + prefix, addedEnd: addedEnd - suffix };
  const isWholeLines =
    removed === 0 && from.start > 0 && before[from.start - 1] === '\n' && after[from.addedEnd - 1] === '\n';
  const back = isWholeLines && from.addedStart > 0 && after[from.addedStart - 1] === '\n' ? 1 : 0;
  return { start: from.start - back, removed, addedStart: from.addedStart - back, addedEnd: from.addedEnd - back };
}

/** Whether a place lies between the two units of one character. */
function isInPair(text: string, at: number): boolean {
  return isSurrogate(text.charCodeAt(at - 1), 0xd800) && isSurrogate(text.charCodeAt(at), 0xdc00);
}

function isSurrogate(unit: number, first: number): boolean {
  return (unit & 0xfc00) === first;
}

/** What is typed of the text added, and what is inserted at once: lines that were moved, or all. */
function partsOf(
  after: string,
  { addedStart, addedEnd }: Pick<Trimmed, 'addedStart' | 'addedEnd'>,
  moved: ReadonlySet<string>,
): Part[] {
  const added = after.slice(addedStart, addedEnd);
  if (added === '') return [];
  const parts: { text: string; isTyped: boolean }[] = [];
  const add = (text: string, isTyped: boolean) => {
    const last = parts.at(-1);
    if (last?.isTyped === isTyped) last.text += text;
    else if (text !== '') parts.push({ text, isTyped });
  };
  // Each line with the line end before it, as it is typed.
  let at = addedStart;
  while (at < addedEnd) {
    const from = after[at] === '\n' ? at + 1 : at;
    const lineEnd = after.indexOf('\n', from);
    const end = Math.min(addedEnd, lineEnd < 0 ? after.length : lineEnd);
    const isWhole = (from === 0 || after[from - 1] === '\n') && (end === after.length || after[end] === '\n');
    add(after.slice(at, Math.max(end, from)), !(isWhole && moved.has(after.slice(from, end))));
    at = Math.max(end, from);
  }
  const typed = parts.filter(({ isTyped }) => isTyped).map(({ text }) => text);
  const isPasted = [...added].length > MOST_TYPED || typed.reduce((sum, text) => sum + visible(text), 0) < LEAST_TYPED;
  return isPasted ? [{ text: added, isTyped: false }] : parts;
}

function visible(text: string): number {
  let count = 0;
  for (const symbol of text) if (symbol.trim() !== '') count++;
  return count;
}
