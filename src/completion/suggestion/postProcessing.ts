import { fitted, lineEnd, type Placed, type Shown } from './fitting.ts';
import { SHORTEST_SUGGESTION } from './policy.ts';

export type { Placed, Shown };

/** Whether a text is worth showing. */
type Filter = (placed: Placed) => boolean;

/** Filters in the order in which they are applied. */
const FILTERS: readonly Filter[] = [unlessBlank, unlessNextLines, unlessRepetitive];

/** Fits a suggestion into the text around it; undefined where it is not worth showing there. */
export function postProcessed(placed: Placed): Shown | undefined {
  const { text, replaces } = fitted({ ...placed, text: placed.text.trimEnd() });
  if (FILTERS.some((isShown) => !isShown({ ...placed, text }))) return undefined;
  const known = lineEnd(placed.after).slice(0, replaces).trim();
  // What stands there anyway is not worth a look.
  if (replaces > 0 && [...text].length - [...known].length < SHORTEST_SUGGESTION) return undefined;
  return { text, replaces };
}

/** Refuses white space, a single character in it, and what is very short: these are quicker typed than read. */
function unlessBlank({ text }: Placed): boolean {
  return [...text.trim()].length > 1 && [...text].length >= SHORTEST_SUGGESTION;
}

/** Refuses the lines that follow anyway. */
function unlessNextLines({ text, before, after }: Placed): boolean {
  const line = ((before.split('\n').at(-1) ?? '') + text).trim();
  const next = after
    .split('\n')
    .slice(1)
    .map((other) => other.trim())
    .filter((other) => other !== '')
    .slice(0, 2);
  return !line.split('\n').some((own) => own.trim().length > 2 && next.includes(own.trim()));
}

/** Refuses four times the same, as small networks tend to repeat themselves. */
function unlessRepetitive({ text }: Placed): boolean {
  return !/(.{2,}?)\1{3}/s.test(`${text} `.replace(/\s+/g, ' '));
}

/** Whether something may be suggested in the middle of a line: only before closers and punctuation. */
export function mayCompleteBefore(after: string): boolean {
  return /^[\s)\]}>'"`;,:]*$/.test(lineEnd(after));
}
