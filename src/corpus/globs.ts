import * as l10n from '@vscode/l10n';
import picomatch from 'picomatch';
import { UserFacingError } from '../base/errors.ts';

const LONGEST_GLOB = 1000;
/** Stars in one part of a path, `**` and braces in all: each multiplies the time that a path may take. */
const MOST_STARS = 3;
const MOST_GLOBSTARS = 3;
const MOST_BRACES = 4;
/** What the braces of a glob stand for, written out. */
const MOST_ALTERNATIVES = 1000;
/** No character of a glob. */
const BRACE = '\0';
/** picomatch takes twice as long for each more. */
const MANY_BACKSLASHES = /\\{6}/;

/**
 * A test for paths relative to the scanned folder (`/` between folders). A glob without `/` means a name at any depth
 * (`*.md`), one with `/` a path from the scanned folder on (`docs/*.md`); one that names a folder means all in it.
 * As in VS Code's own settings there are `*`, `**`, `?`, `{a,b}` and `[a-z]`; parentheses are themselves.
 *
 * @returns undefined when there are no globs.
 * @throws UserFacingError (usage) for a glob that cannot be used, or that some path would take minutes to be compared with
 */
export function matcherOf(globs: readonly string[] | undefined): ((path: string) => boolean) | undefined {
  const patterns = (globs ?? []).map(normalised).filter((glob) => glob !== '');
  if (patterns.length === 0) return undefined;
  const matchers = patterns.map(matcherOfOne);
  return (path) => matchers.some((matches) => matches(path));
}

function matcherOfOne(glob: string): (path: string) => boolean {
  if (isEndless(glob)) {
    const shown = glob.length > 80 ? `${glob.slice(0, 80)}…` : glob;
    throw new UserFacingError(
      l10n.t('The glob {0} is too long, or has too many stars, braces or backslashes.', shown),
      'usage',
    );
  }
  const options = { dot: true, nocase: process.platform === 'win32', noextglob: true };
  return picomatch(withContents(withoutGroups(glob)), options);
}

function isEndless(glob: string): boolean {
  if (glob.length > LONGEST_GLOB || MANY_BACKSLASHES.test(glob) || glob.split('{').length > MOST_BRACES + 1)
    return true;
  const all = alternativesOf(glob);
  return all === undefined || all.some(hasManyStars);
}

/**
 * A glob without braces, once for each choice they leave; undefined where these are too many. Where a brace stood there is
 * a mark, as stars on both sides of it are two.
 */
function alternativesOf(glob: string): string[] | undefined {
  let all = [glob];
  for (;;) {
    const next = all.flatMap((one) => {
      const innermost = one.match(/\{([^{}]*)\}/);
      if (innermost === null) return [one];
      const [braces, choices] = innermost as unknown as [string, string];
      return choices.split(',').map((choice) => one.replace(braces, () => BRACE + choice + BRACE));
    });
    if (next.length > MOST_ALTERNATIVES) return undefined;
    if (next.every((one, index) => one === all[index])) return next;
    all = next;
  }
}

function hasManyStars(glob: string): boolean {
  // Within brackets a slash parts nothing.
  const parts = glob.replace(/\[[^\]/]*\]/g, '').includes('[') ? [glob] : glob.split('/');
  const isGlobstar = (part: string) => /^\*{2,}$/.test(part.replaceAll(BRACE, ''));
  const stars = (part: string) => part.match(/\*+/g)?.length ?? 0;
  return (
    parts.filter(isGlobstar).length > MOST_GLOBSTARS ||
    parts.some((part) => !isGlobstar(part) && stars(part) > MOST_STARS)
  );
}

/** What would be a group of a regular expression, or repeat one, is itself. */
function withoutGroups(glob: string): string {
  return glob.replace(/\\.|[()+|^$]/g, (part) => (part.length > 1 ? part : `\\${part}`));
}

/** A glob that matches this path alone. */
export function literal(path: string): string {
  return path.replace(/[\\*?[\]{}()!+@|^$]/g, '\\$&');
}

function normalised(glob: string): string {
  return glob
    .trim()
    .replace(/^\.?\/+/, '')
    .replace(/\/+$/, '');
}

function withContents(glob: string): string[] {
  const anywhere = glob.includes('/') ? glob : `**/${glob}`;
  return [anywhere, `${anywhere}/**`];
}
