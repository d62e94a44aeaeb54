import * as l10n from '@vscode/l10n';
import { addStars, type ClassAt, type Piece, Wildcards } from './wildcards.ts';

/** Longest glob that is used as it is, in UTF-16 units. */
const LONGEST_GLOB = 5000;
/** UTF-16 units of a glob in a sentence. */
const LONGEST_TOLD = 120;
/** Most braces within braces. */
const DEEPEST_BRACES = 50;

export interface MatcherOptions {
  /** Function that is told, in a sentence, of globs that are replaced by wider ones. */
  readonly onNotice?: ((sentence: string) => void) | undefined;
}

const ignoreCase = process.platform === 'win32' || process.platform === 'darwin';

/** Text as file systems compare names. */
function folded(text: string): string {
  const composed = process.platform === 'darwin' ? text.normalize('NFC') : text;
  return ignoreCase ? composed.toLowerCase() : composed;
}

/**
 * Test for paths relative to the scanned folder (`/` between folders). A glob without `/` means a name at any depth
 * (`*.md`), one with `/` a path from the scanned folder on (`docs/*.md`); one that names a folder means all in it.
 * As in VS Code's own settings there are `*`, `**`, `?`, `{a,b}` and `[a-z]`; parentheses are themselves, and a backslash
 * makes what comes after it itself. Brackets and braces that are not closed are themselves, too.
 *
 * Comparing takes no longer than the glob's length times the path's. A glob of more than 5000 characters, or more than 50
 * braces within each other, is replaced by a wider one.
 *
 * @returns undefined when there are no globs
 */
export function matcherOf(
  globs: readonly string[] | undefined,
  { onNotice = () => {} }: MatcherOptions = {},
): ((path: string) => boolean) | undefined {
  const patterns = (globs ?? []).map(normalised).filter((glob) => glob !== '');
  if (patterns.length === 0) return undefined;
  const plain = new Set<string>();
  const names: Wildcards[] = [];
  const paths: Wildcards[] = [];
  for (const pattern of patterns) {
    const { text, isName } = targetOf(bounded(pattern, onNotice));
    if (isName && !/[*?[\]{}\\]/.test(text)) plain.add(text);
    else (isName ? names : paths).push(new Wildcards(new GlobReader(text).read()));
  }
  return (path) => {
    const compared = folded(path);
    if (paths.some((wildcards) => wildcards.matches(compared, true))) return true;
    return compared.split('/').some((name) => plain.has(name) || names.some((wildcards) => wildcards.matches(name)));
  };
}

/** Whether a glob is about names at any depth, or about paths from the folder on; and what they have to be. */
function targetOf(glob: string): { readonly text: string; readonly isName: boolean } {
  const whole = folded(glob);
  const place = withoutContents(whole);
  const name = place.replace(/^(?:\*\*\/)+/, '');
  const isName = !name.includes('/') && (name !== place || !whole.includes('/'));
  return { text: isName ? name : place, isName };
}

/** Glob that matches all that this one does, and is not too long. */
function bounded(glob: string, onNotice: (sentence: string) => void): string {
  if (glob.length <= LONGEST_GLOB && depthOf(glob) <= DEEPEST_BRACES) return glob;
  const plain = glob.slice(0, LONGEST_GLOB).match(/^[^*?[\]{}\\]*\//)?.[0] ?? '';
  const wider = `${plain}**`;
  onNotice(l10n.t('The glob {0} is too long or too deep, so all that {1} names is left out.', shortened(glob), wider));
  return wider;
}

/** Glob as it is told of, cut where it is longer than anybody reads. */
export function shortened(glob: string): string {
  return glob.length > LONGEST_TOLD ? `${glob.slice(0, 40)}…` : glob;
}

/**
 * Whether a glob is an absolute path of this folder or in it: compared with paths relative to the folder, it matches
 * nothing. A slash at its beginning alone does not make it one, as that means the folder itself.
 *
 * @param folder its absolute path
 */
export function isAbsoluteIn(folder: string, glob: string): boolean {
  const place = folded(withSlashes(glob.trim()));
  if (/^(?:[a-z]:|~)\//i.test(place)) return true;
  if (!place.startsWith('/')) return false;
  const own = partsOf(folded(withSlashes(folder)));
  const parts = partsOf(place);
  return own.length > 0 && own.every((part, index) => part === parts[index]);
}

function partsOf(path: string): string[] {
  return path.split('/').filter((part) => part !== '');
}

/** What is no escape is a folder's separator on Windows. */
function withSlashes(path: string): string {
  return process.platform === 'win32' ? path.replace(/\\(?![\\*?[\]{},])/g, '/') : path;
}

function normalised(glob: string): string {
  let rest = withSlashes(glob.trim())
    .replace(/^\$\{workspaceFolder\}(?=\/|$)/, '')
    .replace(/\/(?:\.?\/)+/g, '/')
    .replace(/^\.?\//, '');
  while (rest.endsWith('/')) rest = rest.slice(0, -1);
  return rest;
}

/** Glob of a folder, of one for all in it. */
function withoutContents(glob: string): string {
  let rest = glob;
  while (rest.endsWith('/**')) rest = rest.slice(0, rest.lastIndexOf('/'));
  return rest;
}

/** Greatest number of braces that are open at once, closed or not. */
function depthOf(glob: string): number {
  let [depth, deepest] = [0, 0];
  for (const character of glob) {
    if (character === '{') deepest = Math.max(deepest, ++depth);
    else if (character === '}') depth--;
  }
  return deepest;
}

/** Test for paths that are one of these, and for the folders on the way to them. */
export function matcherOfPaths(paths: readonly string[]): (path: string, isFolder: boolean) => boolean {
  const files = new Set(paths.map(folded));
  const folders = new Set<string>();
  for (const path of files) {
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1))
      folders.add(path.slice(0, end));
  }
  return (path, isFolder) => (isFolder ? folders : files).has(folded(path));
}

/** Reads a glob from left to right. */
class GlobReader {
  readonly #glob: string;
  /** Place of the closing brace, by that of the opening one. */
  readonly #closing: ReadonlyMap<number, number>;

  constructor(glob: string) {
    this.#glob = glob;
    this.#closing = closingBraces(glob);
  }

  read(start = 0, end = this.#glob.length): Piece[] {
    const pieces: Piece[] = [];
    for (let at = start; at < end; ) at = this.#add(pieces, at, end);
    return pieces;
  }

  /** @returns where what is not read yet begins */
  #add(pieces: Piece[], at: number, end: number): number {
    const glob = this.#glob;
    switch (glob[at]) {
      case '*':
        return this.#addStars(pieces, at, end);
      case '?':
        pieces.push({ type: 'any' });
        return at + 1;
      case '[': {
        const found = classAt(glob, at, end);
        if (found === undefined) break;
        pieces.push({ type: 'class', has: found.has });
        return found.end;
      }
      case '{': {
        const close = this.#closing.get(at);
        if (close === undefined) break;
        const commas = this.#commas(at, close);
        const starts = [at + 1, ...commas.map((comma) => comma + 1)];
        const ends = [...commas, close];
        pieces.push({ type: 'choice', of: starts.map((start, index) => this.read(start, ends[index])) });
        return close + 1;
      }
      case '\\':
        if (at + 1 < end) {
          pieces.push({ type: 'character', code: glob.charCodeAt(at + 1) });
          return at + 2;
        }
    }
    pieces.push({ type: 'character', code: glob.charCodeAt(at) });
    return at + 1;
  }

  #addStars(pieces: Piece[], start: number, end: number): number {
    const glob = this.#glob;
    let at = start;
    while (at < end && glob[at] === '*') at++;
    const isBegun = start === 0 || '/{,'.includes(glob[start - 1]!);
    const isEnded = at === glob.length || '/},'.includes(glob[at]!);
    return at + addStars(pieces, at - start, isBegun && isEnded, at < end && glob[at] === '/');
  }

  /** Places of the commas between the choices of one pair of braces. */
  #commas(open: number, close: number): number[] {
    const commas: number[] = [];
    for (let at = open + 1; at < close; at++) {
      if (this.#glob[at] === '\\') at++;
      else if (this.#glob[at] === '{') at = this.#closing.get(at) ?? at;
      else if (this.#glob[at] === ',') commas.push(at);
    }
    return commas;
  }
}

function closingBraces(glob: string): Map<number, number> {
  const closing = new Map<number, number>();
  const open: number[] = [];
  for (let at = 0; at < glob.length; at++) {
    if (glob[at] === '\\') at++;
    else if (glob[at] === '{') open.push(at);
    else if (glob[at] === '}' && open.length > 0) closing.set(open.pop()!, at);
  }
  return closing;
}

/** Reads `[a-z]` or `[!a-z]`; undefined where it is not closed. */
function classAt(glob: string, start: number, end: number): ClassAt | undefined {
  const isNegated = /[!^]/.test(glob[start + 1] ?? '');
  const first = start + (isNegated ? 2 : 1);
  // A bracket right at the beginning is one of the characters.
  const close = glob.indexOf(']', first + 1);
  if (close < 0 || close >= end) return undefined;
  const ranges: (readonly [number, number])[] = [];
  for (let at = first; at < close; at++) {
    const from = glob.charCodeAt(at);
    if (glob[at + 1] === '-' && at + 2 < close) {
      at += 2;
      ranges.push([from, glob.charCodeAt(at)]);
    } else ranges.push([from, from]);
  }
  const has = (code: number) => ranges.some(([from, to]) => code >= from && code <= to) !== isNegated;
  return { has, end: close + 1 };
}
