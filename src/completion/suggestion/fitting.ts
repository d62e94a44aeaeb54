import type { ShownSuggestion } from '../../protocol/suggestions.ts';
import { type Closed, type Open, type Reading, readBrackets } from './brackets.ts';

/** Suggestion, and the text around it. */
export interface Placed {
  readonly text: string;
  /** The document's text before the cursor, at least its last lines. */
  readonly before: string;
  /** The document's text after the cursor, at least its next lines. */
  readonly after: string;
}

/** Suggestion as it is shown. */
export type Shown = Pick<ShownSuggestion, 'text' | 'replaces'>;

/** UTF-16 units before a suggestion that say what its first characters mean. */
const CONTEXT = 8;

/**
 * A suggestion's beginning that leaves brackets and quotes balanced where they were. Its own closers are told from those of
 * what is open before the cursor: these alone may be the ones that stand behind the cursor, which are not suggested once
 * more, or are taken the place of where the suggestion goes on behind them. What it opens itself it may leave open at its
 * end, as whoever types does. Empty: it does not fit at all.
 */
export function fitted({ text, before, after }: Placed): Shown {
  const line = lineEnd(after);
  const hasAngles = line.includes('>');
  const { open, isWhole } = openBefore(before, line, hasAngles);
  const context = before.slice(-CONTEXT);
  const read = (part: string) => readBrackets(part, open, { context, hasAngles });
  const behind = readBrackets(after, open, { hasAngles });
  const opensBehind = behind.opensAt < line.length;
  if (opensBehind && /^\s*["'`]/.test(line)) return { text: '', replaces: 0 };
  const closers = opensBehind ? [] : behind.closed.filter(({ at }) => at < line.length);

  const isSurplus = closers.length > 0 && !isMatched(closers[0]!);
  // What closes nothing that is open before the cursor is there for what the suggestion opens.
  if (isSurplus && text.endsWith(line.trim())) {
    return { text: text.slice(0, text.length - line.trim().length).trimEnd(), replaces: 0 };
  }
  const sound = text.slice(0, read(text).breaksAt);
  const extra = read(sound).closed.find((own, index) =>
    index < closers.length
      ? own.closer !== closers[index]!.closer
      : opensBehind || isClosedBelow(own, index, { before, after, behind, isWhole }),
  );
  const fitting = sound.slice(0, extra?.at).trimEnd();
  const shown = inPlace(withoutPunctuation(fitting, read, line, closers), read, line, closers);
  return keepsBalance(shown, { before, after, open, hasAngles }) ? shown : { text: '', replaces: 0 };
}

/**
 * Whether what is closed behind the cursor is so with an accepted text, either as it stands or once what the text itself
 * left open is closed at its end. This catches what the rules above do not cover.
 */
function keepsBalance(
  { text, replaces }: Shown,
  { before, after, open, hasAngles }: { before: string; after: string; open: readonly Open[]; hasAngles: boolean },
): boolean {
  // Among quotes that make one mark together, it is open which one it will be.
  const quotes = /(["'`])\1*$/.exec(before);
  if (quotes !== null && after.startsWith(quotes[1]!)) {
    const own = /^(["'`]?)\1*/.exec(text)!;
    if (quotes[0].length > 1 || (own[1] === quotes[1] && own[0].length > 1)) return false;
  }
  const read = (part: string) => readBrackets(part, open, { context: before.slice(-CONTEXT), hasAngles });
  const behind = read(after);
  const own = read(text);
  const closing = own.open.slice(own.outer).reduceRight((all, { closer }) => all + closer, '');
  // Quotes that follow each other at once would be others.
  const closings = ['', closing.replace(/^(?=["'`])/, ' ')];
  return closings.some((end) => isAsClosed(read(text + end + after.slice(replaces)), behind));
}

/** Whether all is closed that was, and nothing is open, or closed in vain, that was not. */
function isAsClosed(reading: Reading, before: Reading): boolean {
  const closedAt = new Set(reading.closed.map(({ opener }) => opener?.at));
  const isClosed = before.closed.every(({ opener }) => closedAt.has(opener?.at));
  const inVain = ({ closed }: Reading) => closed.filter((one) => !isMatched(one)).length;
  const isWhole = before.open.length === 0 && inVain(before) === 0;
  return isClosed && reading.open.length <= before.open.length && (!isWhole || inVain(reading) === 0);
}

/** Text with the part of the line that it takes the place of: what it has itself. */
function inPlace(text: string, read: (text: string) => Reading, line: string, closers: readonly Closed[]): Shown {
  const reading = read(text);
  if (endsInNewBacktick(text, reading)) return inPlace(text.replace(/`+$/, '').trimEnd(), read, line, closers);
  const replaces = lengthOf(closers, replaced(reading, closers));
  const end = line.slice(replaces).trim() === '' ? text.length : commentIn(text, reading, read('').open);
  if (end < text.length) return inPlace(text.slice(0, end).trimEnd(), read, line, closers);
  if (!isWithin(line.slice(0, replaces), text)) {
    return { text: text.slice(0, reading.closed[0]!.at).trimEnd(), replaces: 0 };
  }
  if (reading.open.length > reading.outer) return { text, replaces };
  let same = 0;
  while (same < replaces && text.at(-1 - same) === line[replaces - 1 - same]) same++;
  return { text: text.slice(0, text.length - same).trimEnd(), replaces: replaces - same };
}

/** The text to the end of the line. */
export function lineEnd(after: string): string {
  return /^[^\r\n]*/.exec(after)![0];
}

/** Where a comment begins that goes on behind a text, or ends that began before it; its length: nowhere. */
function commentIn(text: string, { open, outer }: Reading, before: readonly Open[]): number {
  const own = open.slice(outer).find(({ closer }) => closer === '\n');
  return own?.at ?? (before.at(-1)?.inside === '\n' ? lineEnd(text).length : text.length);
}

/** What is open at the cursor. What stands behind it tells apostrophes from quotes, and divisions from comments. */
function openBefore(before: string, line: string, hasAngles: boolean) {
  const { open, closed } = readBrackets(before, [], { hasAngles });
  /** Whether nothing is closed that is not seen to be opened. */
  const isWhole = closed.length === 0;
  const inside = open.at(-1)?.inside ?? '';
  const closes = (what: readonly Open[]) => readBrackets(line, what, { hasAngles });
  if (inside === '') {
    const left = closes(open).open.slice(open.length);
    const quote = left.find((one) => /^["'`]/.test(one.inside));
    return { open: quote === undefined ? open : [...open, { ...quote, at: before.length }], isWhole };
  }
  const region = open.findLastIndex((one) => one.closer === inside && one.inside === inside);
  const without = open.toSpliced(region, 1).map((one, index) => (index < region ? one : { ...one, inside: '' }));
  const isNone =
    inside === '\n'
      ? !closes(open).closed.some(isMatched) && closes(without).closed.some(isMatched)
      : (inside === '"' || inside === "'") &&
        !line.includes(inside) &&
        (line.trim() !== '' || /\w/.test(before[open[region]!.at - 1] ?? ''));
  return { open: isNone ? without : open, isWhole };
}

function isMatched({ closer, opener }: Closed): boolean {
  return closer === opener?.closer;
}

/** A bracket that is closed on a line below already is not closed once more. */
function isClosedBelow(
  { closer, opener }: Closed,
  index: number,
  { before, after, behind, isWhole }: { before: string; after: string; behind: Reading; isWhole: boolean },
): boolean {
  const isClosed =
    behind.open.slice(0, behind.outer).every(({ inside }) => inside === '\n') &&
    behind.closed.every((one) => one.opener === undefined || isMatched(one));
  if (opener === undefined) return behind.closed[index]?.closer === closer || (isClosed && isWhole);
  if (isClosed) return true;
  const below = behind.closed.find(({ at }) => at >= lineEnd(after).length);
  if (below === undefined || below.closer !== closer || opener.closer !== closer) return false;
  // Which one it closes is open, unless it is as far indented.
  const lineAbove = before.slice(before.lastIndexOf('\n', opener.at) + 1);
  const lineBelow = after.slice(after.lastIndexOf('\n', below.at) + 1, below.at + 1);
  return /^[ \t]*/.exec(lineAbove)![0] + closer === lineBelow;
}

/** Without the punctuation that ends the line anyway, such as a semicolon behind the editor's brackets. */
function withoutPunctuation(
  text: string,
  read: (text: string) => Reading,
  line: string,
  closers: readonly Closed[],
): string {
  const lastCloser = /[^)\]}"'`]*$/.exec(line)!.index;
  const { closed } = read(text);
  const start = Math.max(lastCloser, lengthOf(closers, Math.min(closed.length, closers.length)));
  const inner = closers[closed.length]?.closer;
  const end = line.trimEnd();
  for (let at = start; at < end.length; at++) {
    if (!text.endsWith(end.slice(at))) continue;
    const head = text.slice(0, at - end.length).trimEnd();
    const { open, outer } = read(head);
    // Among brackets a semicolon cannot be meant, but other punctuation can, and any in a block or a string.
    const isMeant = inner !== undefined && (line[at] !== ';' || (inner !== ')' && inner !== ']'));
    return open.length === outer && !isMeant ? head : text;
  }
  return text;
}

/** Whether a text ends with a backtick that it opens: beside one behind it, in Markdown it would be something else. */
function endsInNewBacktick(text: string, { open, outer, closed }: Reading): boolean {
  return text.endsWith('`') && open.slice(outer).at(-1)?.closer === '`' && closed.some(({ closer }) => closer === '`');
}

/** Number of closers behind the cursor that a suggestion takes the place of: not of those that close what it leaves open. */
function replaced({ open, outer, closed }: Reading, closers: readonly Closed[]): number {
  const count = Math.min(closed.length, closers.length);
  const own = open.slice(outer).map(({ closer }) => closer);
  const kept = closers.slice(Math.max(0, count - own.length), count).map(({ closer }) => closer);
  return own.reverse().join() === kept.join() ? count - own.length : count;
}

/** To behind the first closers. */
function lengthOf(closers: readonly Closed[], count: number): number {
  const last = closers[count - 1];
  return last === undefined ? 0 : last.at + last.closer.length;
}

/** Whether the characters of `part` stand in `text` in their order: VS Code shows nothing else. */
function isWithin(part: string, text: string): boolean {
  let at = -1;
  return [...part].every((character) => {
    at = text.indexOf(character, at + 1);
    return at >= 0;
  });
}
