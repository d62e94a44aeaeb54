/** Bracket, quote or comment that is open at a place of a text. */
export interface Open {
  /** `\n` for a comment to its line's end. */
  readonly closer: string;
  /** Where its opener begins, UTF-16 units. */
  readonly at: number;
  /** The closer of the string or comment that the place is in; empty: in code. */
  readonly inside: string;
}

/** Closer of something that was open before the text began. */
export interface Closed {
  readonly closer: string;
  readonly at: number;
  /** Undefined: nothing is known to be open any more. */
  readonly opener: Open | undefined;
}

/** Brackets, quotes and comments that a stretch of text opens and closes. */
export interface Reading {
  /** What is open at its end, innermost last: first what was open before it and still is. */
  readonly open: readonly Open[];
  /** How many of `open` were so before the text. */
  readonly outer: number;
  readonly closed: readonly Closed[];
  /** Where it opens something first; its length: nowhere. */
  readonly opensAt: number;
  /** Where it closes other than it has opened, or a line ends in quotes; its length: nowhere. */
  readonly breaksAt: number;
}

const CLOSERS: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };
const QUOTES = /"""|'''|["'`]/y;
/** A number sign begins comments only where white space stands on both sides of it, as colours and fields have it too. */
const COMMENT = /(?<!:)\/\/|(?<![\w*])\/\*|(?<!\S)#(?=[\s!]|$)/y;
/** Only behind what a value may follow, as a division looks the same. */
const REGULAR_EXPRESSION =
  /(?<=(?:[(,=:[&|?{};]|(?<![\w)\]])!|^|return)\s*)\/(?![*/])(?:[^\\/[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\//y;
const WORD = /[\p{L}\p{N}_]/u;
/** Python's strings have letters before them. */
const STRING_PREFIX = /(?:^|[^\p{L}\p{N}_])[rbuf]{1,2}$/iu;

export interface ReadingOptions {
  /** What stands right before the text, as an apostrophe in a word or a colon before slashes matters. */
  readonly context?: string;
  /** Whether `<` and `>` may be brackets. Default: no. */
  readonly hasAngles?: boolean;
}

/**
 * Reads code in about any language: what is a string or a comment is told by marks that most of them share. Brackets in a
 * string or comment belong together there, and so do quotes in a comment; both are dropped at its end.
 *
 * @param before what is open where the text begins, innermost last
 */
export function readBrackets(
  text: string,
  before: readonly Open[],
  { context = '', hasAngles = false }: ReadingOptions = {},
): Reading {
  const all = context + text;
  const open = [...before];
  let outer = open.length;
  const closed: Closed[] = [];
  let opensAt = text.length;
  let breaksAt = text.length;
  let index = context.length;
  while (index < all.length) {
    const inside = open.at(-1)?.inside ?? '';
    index += inside === '' ? code(index) : within(inside, index);
  }
  return { open, outer, closed, opensAt, breaksAt };

  /** @returns how many units were read */
  function code(at: number): number {
    const comment = matchAt(COMMENT, all, at);
    if (comment !== undefined) return region(comment === '/*' ? '*/' : '\n', at, comment.length);
    const expression = all[at] === '/' ? matchAt(REGULAR_EXPRESSION, all, at) : undefined;
    if (expression !== undefined) return expression.length;
    const quotes = matchAt(QUOTES, all, at);
    if (quotes !== undefined) return isApostrophe(all, at) ? 1 : region(quotes, at, quotes.length);
    return bracket(at, '');
  }

  function within(inside: string, at: number): number {
    const character = all[at]!;
    const isComment = inside === '\n' || inside === '*/';
    if (character === '\\' && !isComment) {
      if (at + 1 === all.length) breaks(at);
      return 2;
    }
    if (all.startsWith(inside, at)) {
      leave(ofRegion(inside), inside === '\n' ? undefined : at);
      return inside.length;
    }
    if (character === '\n' && (inside === '"' || inside === "'")) {
      breaks(at);
      leave(ofRegion(inside));
      return 1;
    }
    if (inside === '`' && character === '{' && all[at - 1] === '$') return push('}', at, 1, '');
    if (isComment && (character === '"' || character === '`') && open.at(-1)!.closer !== character) {
      return push(character, at, 1, inside);
    }
    return bracket(at, inside);
  }

  function bracket(at: number, inside: string): number {
    const character = all[at]!;
    const closer = CLOSERS[character];
    if (closer !== undefined) return push(closer, at, 1, inside);
    if (hasAngles && inside === '' && /^<[^\s<=]/.test(all.slice(at, at + 2))) return push('>', at, 1, inside);
    if (character === open.at(-1)?.closer && !(character === '>' && /[=-]/.test(all[at - 1]!)))
      leave(open.length - 1, at);
    else if (character === ')' || character === ']' || character === '}') other(character, at, inside);
    return 1;
  }

  /** Closes something else than what was opened last. */
  function other(character: string, at: number, inside: string): void {
    const opener = open.findLastIndex(({ closer }) => closer === character);
    if (inside !== '') {
      if (opener > ofRegion(inside)) leave(opener, at);
      return;
    }
    // What was taken for an angle bracket was none.
    while (open.at(-1)?.closer === '>') leave(open.length - 1);
    if (opener >= 0 && opener === open.length - 1) {
      leave(opener, at);
      return;
    }
    if (open.length > outer) breaks(at);
    else closed.push({ closer: character, at: at - context.length, opener: open.at(-1) });
    if (opener >= 0) leave(opener);
  }

  /** A string or a comment. */
  function region(closer: string, at: number, length: number): number {
    return push(closer, at, length, closer);
  }

  function ofRegion(inside: string): number {
    return open.findLastIndex((one) => one.closer === inside && one.inside === inside);
  }

  function push(closer: string, at: number, length: number, inside: string): number {
    opensAt = Math.min(opensAt, at - context.length);
    open.push({ closer, at: at - context.length, inside });
    return length;
  }

  /** @param at of the closer, where there is one */
  function leave(index: number, at?: number): void {
    const opener = open[index]!;
    if (index < outer && at !== undefined) closed.push({ closer: opener.closer, at: at - context.length, opener });
    open.length = index;
    outer = Math.min(outer, index);
  }

  function breaks(at: number): void {
    breaksAt = Math.min(breaksAt, at - context.length);
  }
}

function isApostrophe(text: string, at: number): boolean {
  const isWithinWord = WORD.test(text[at - 1] ?? '') && WORD.test(text[at + 1] ?? '');
  return text[at] === "'" && isWithinWord && !STRING_PREFIX.test(text.slice(Math.max(0, at - 3), at));
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}
