import { addStars, type ClassAt, type Piece, Wildcards } from './wildcards.ts';

/** Rule of a `.gitignore`, as bytes. */
export interface GitRule {
  readonly isNegated: boolean;
  /** Whether it is for folders alone. */
  readonly isForFolders: boolean;
  /** Whether it is about names at any depth, or about paths from its folder on. */
  readonly isAboutNames: boolean;
  /** Name or path that the rule is about, where it has no wildcards. */
  readonly literal: string | undefined;
  /** @param bytes of a name or of a path, by {@link isAboutNames}, one in each UTF-16 unit */
  readonly matches: (bytes: string) => boolean;
}

/** Length of the longest path that any system has, in bytes. */
const LONGEST_PATH = 4096;
const WILDCARD = /[*?[\\]/;

/**
 * Reads one line of a `.gitignore` as git does (`wildmatch.c`, `dir.c`): byte by byte, whatever the encoding.
 *
 * @param line one byte in each UTF-16 unit, without the line break
 * @returns undefined for a line that is no rule: a comment, an empty one. A pattern that git cannot use matches nothing
 */
export function gitRule(line: string, ignoreCase: boolean): GitRule | undefined {
  if (line.startsWith('#')) return undefined;
  let pattern = trimmed(line);
  const isNegated = pattern.startsWith('!');
  if (isNegated) pattern = pattern.slice(1);
  const isForFolders = pattern.endsWith('/');
  if (isForFolders) pattern = pattern.slice(0, -1);
  const isAboutNames = !pattern.includes('/');
  pattern = pattern.replace(/^\//, '');
  if (pattern === '') return undefined;
  const kind = { isNegated, isForFolders, isAboutNames };
  if (!WILDCARD.test(pattern)) {
    if (pattern.length > LONGEST_PATH) return undefined;
    const literal = lowered(pattern, ignoreCase);
    return { ...kind, literal, matches: (bytes) => lowered(bytes, ignoreCase) === literal };
  }
  return { ...kind, literal: undefined, matches: comparison(pattern, ignoreCase) };
}

/** Compares with a pattern that has wildcards, which is read when a path first begins as it does. */
function comparison(pattern: string, ignoreCase: boolean): GitRule['matches'] {
  const beginning = lowered(pattern.slice(0, pattern.search(WILDCARD)), ignoreCase);
  /** Null: no path matches. */
  let wildcards: Wildcards | null | undefined;
  return (bytes) => {
    const compared = lowered(bytes, ignoreCase);
    if (!compared.startsWith(beginning)) return false;
    if (wildcards === undefined) {
      const pieces = piecesOf(pattern, ignoreCase);
      wildcards = pieces === undefined || shortest(pieces) > LONGEST_PATH ? null : new Wildcards(pieces);
    }
    return wildcards?.matches(compared) ?? false;
  };
}

/** Folds the letters of ASCII alone, as git does. */
export function lowered(bytes: string, ignoreCase: boolean): string {
  return ignoreCase ? bytes.replace(/[A-Z]/g, (letter) => letter.toLowerCase()) : bytes;
}

/** Line without spaces at the end, but for one behind a backslash. */
function trimmed(line: string): string {
  let end = line.length;
  while (end > 0 && line[end - 1] === ' ') end--;
  if (end === line.length) return line;
  let start = end;
  while (start > 0 && line[start - 1] === '\\') start--;
  return line.slice(0, (end - start) % 2 === 1 ? end + 1 : end);
}

/** Length of the shortest text that pieces match. */
function shortest(pieces: readonly Piece[]): number {
  return pieces.filter(({ type }) => type === 'character' || type === 'class' || type === 'any').length;
}

/** @returns undefined for a pattern that matches nothing */
function piecesOf(pattern: string, ignoreCase: boolean): Piece[] | undefined {
  const pieces: Piece[] = [];
  for (let at = 0; at < pattern.length; ) {
    const character = pattern[at]!;
    if (character === '?') pieces.push({ type: 'any' });
    else if (character === '*') {
      at = starsAt(pattern, at, pieces);
      continue;
    } else if (character === '[') {
      const found = classAt(pattern, at, ignoreCase);
      if (found === undefined) return undefined;
      pieces.push({ type: 'class', has: found.has });
      at = found.end;
      continue;
    } else {
      if (character === '\\' && ++at === pattern.length) return undefined;
      pieces.push({ type: 'character', code: lowered(pattern[at]!, ignoreCase).charCodeAt(0) });
    }
    at++;
  }
  return pieces;
}

/** @returns where the pattern goes on behind the stars */
function starsAt(pattern: string, start: number, pieces: Piece[]): number {
  let end = start;
  while (pattern[end] === '*') end++;
  // Git compares what comes before the first wildcard by itself, and then takes the rest for a pattern of its own.
  const isBegun = start === pattern.search(WILDCARD) || pattern[start - 1] === '/';
  const rest = pattern.slice(end, end + 2);
  const isEnded = rest === '' || rest.startsWith('/') || rest === '\\/';
  return end + addStars(pieces, end - start, isBegun && isEnded, rest.startsWith('/'));
}

/** Reads `[…]`. Its quirks are git's. */
function classAt(pattern: string, start: number, ignoreCase: boolean): ClassAt | undefined {
  const members = new Set<number>();
  let at = start + 1;
  const isNegated = pattern[at] === '!' || pattern[at] === '^';
  if (isNegated) at++;
  let previous = 0;
  do {
    if (at >= pattern.length) return undefined;
    let code = pattern.charCodeAt(at);
    if (code === BACKSLASH) {
      if (++at >= pattern.length) return undefined;
      code = pattern.charCodeAt(at);
      members.add(code);
    } else if (code === HYPHEN && previous > 0 && at + 1 < pattern.length && pattern[at + 1] !== ']') {
      if (pattern[++at] === '\\' && ++at >= pattern.length) return undefined;
      addRange(members, previous, pattern.charCodeAt(at), ignoreCase);
      code = 0;
    } else if (pattern.startsWith('[:', at)) {
      const end = pattern.indexOf(']', at + 2);
      if (end < 0) return undefined;
      if (end > at + 2 && pattern[end - 1] === ':') {
        const named = POSIX_CLASSES.get(pattern.slice(at + 2, end - 1));
        if (named === undefined) return undefined;
        for (let member = 0; member < 128; member++) if (isIn(named, member, ignoreCase)) members.add(member);
        at = end;
        code = 0;
      } else members.add(code);
    } else members.add(code);
    previous = code;
    at++;
  } while (pattern[at] !== ']');
  return { has: (code) => members.has(code) !== isNegated, end: at + 1 };
}

const BACKSLASH = 92;
const HYPHEN = 45;

function addRange(members: Set<number>, from: number, to: number, ignoreCase: boolean): void {
  for (let code = from; code <= to; code++) {
    members.add(code);
    if (ignoreCase && code >= 65 && code <= 90) members.add(code + 32);
  }
}

function isIn(named: RegExp, code: number, ignoreCase: boolean): boolean {
  const character = String.fromCharCode(code);
  return named.test(character) || (ignoreCase && named === POSIX_CLASSES.get('upper') && /[a-z]/.test(character));
}

/** Named classes of ASCII characters, as in git. */
const POSIX_CLASSES: ReadonlyMap<string, RegExp> = new Map([
  ['alnum', /[0-9A-Za-z]/],
  ['alpha', /[A-Za-z]/],
  ['blank', /[ \t]/],
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the control characters
  ['cntrl', /[\0-\x1f\x7f]/],
  ['digit', /[0-9]/],
  ['graph', /[!-~]/],
  ['lower', /[a-z]/],
  ['print', /[ -~]/],
  ['punct', /[!-/:-@[-`{-~]/],
  ['space', /[ \t\n\v\f\r]/],
  ['upper', /[A-Z]/],
  ['xdigit', /[0-9A-Fa-f]/],
]);

/** Bytes of a path, as git compares it, one in each UTF-16 unit. */
export function bytesOf(path: string): string {
  return !/[^ -~]/.test(path) ? path : Buffer.from(path, 'utf8').toString('latin1');
}
