import { extname, isAbsolute, relative, sep } from 'node:path';
import { basename } from 'node:path/posix';
import * as l10n from '@vscode/l10n';
import type { ExclusionGlob } from '../protocol/corpus.ts';
import type { ExclusionReason } from './exclusions.ts';
import { isAbsoluteIn, type MatcherOptions, matcherOf, shortened } from './globs.ts';
import type { WalkOptions } from './walk.ts';

/** Folder that is scanned. */
export interface Root {
  /** Real path. */
  readonly folder: string;
  /** What stands before the paths of its files. */
  readonly prefix: string;
  /** What is left out in it. */
  readonly exclude: readonly ExclusionGlob[];
}

/** Test whether a path is left out, by what the user has set. */
type Exclusion = (path: string, siblings: ReadonlySet<string>) => boolean;

/**
 * Rules for what the user wants to be left out of each of several folders. Those of a folder hold in all that lies in it,
 * also where that is one of the folders itself; such a one is read for itself, and not as a part of the other.
 *
 * @param include of all folders, about paths with the folder's prefix
 * @param exclude of all folders
 */
export function userRules(
  roots: readonly Root[],
  include: readonly string[] | undefined,
  exclude: readonly ExclusionGlob[],
  options: MatcherOptions,
): (root: Root) => WalkOptions['reasonAgainst'] {
  const included = matcherOf(include);
  for (const root of roots) tellAbsolute([...exclude, ...root.exclude], root.folder, options);
  const everywhere = exclusionOf(exclude, options);
  const exclusions = roots.map((root) => ({ folder: root.folder, excludes: exclusionOf(root.exclude, options) }));
  return (root) => {
    const above = exclusions.flatMap(({ folder, excludes }) => {
      const place = placeIn(folder, root.folder);
      return place === undefined ? [] : [{ place, excludes }];
    });
    const others = new Set(roots.flatMap(({ folder }) => placeIn(root.folder, folder) ?? []));
    return (path, isFolder, siblings): ExclusionReason | undefined => {
      if (everywhere(path, siblings) || above.some(({ place, excludes }) => excludes(place + path, siblings))) {
        return 'excluded';
      }
      if (isFolder && others.has(`${path}/`)) return 'duplicate';
      return included === undefined || isFolder || included(root.prefix + path) ? undefined : 'not-included';
    };
  };
}

/** Place of a folder in another one, with a slash at its end; '' for itself, undefined: elsewhere. */
function placeIn(outer: string, inner: string): string | undefined {
  if (inner === outer) return '';
  const path = relative(outer, inner).replaceAll(sep, '/');
  return path === '..' || path.startsWith('../') || isAbsolute(path) ? undefined : `${path}/`;
}

function exclusionOf(globs: readonly ExclusionGlob[], options: MatcherOptions): Exclusion {
  const always = matcherOf(
    globs.filter((glob) => typeof glob === 'string'),
    options,
  );
  const conditional = globs.flatMap((one) => {
    if (typeof one === 'string') return [];
    return [{ when: one.when, matches: matcherOf([one.glob], options) }];
  });
  return (path, siblings) =>
    always?.(path) === true ||
    conditional.some(({ when, matches }) => matches?.(path) && siblings.has(companion(when, path)));
}

/** Tells of globs that leave nothing out, as they are not relative to the folder. */
function tellAbsolute(globs: readonly ExclusionGlob[], folder: string, { onNotice }: MatcherOptions): void {
  for (const one of globs) {
    const glob = typeof one === 'string' ? one : one.glob;
    if (!isAbsoluteIn(folder, glob)) continue;
    onNotice?.(
      l10n.t(
        'The glob {0} is an absolute path, so it leaves nothing out: write it from the folder on, such as docs/**.',
        shortened(glob),
      ),
    );
  }
}

/** Name of the file that a condition asks for. */
function companion(when: string, path: string): string {
  const name = basename(path);
  return when.replace('$(basename)', () => name.slice(0, name.length - extname(name).length));
}
