import { basename } from 'node:path';
import { type Check, either, isText, listOf, maybe, objectOf } from '../base/checks.ts';
import { isStrangeName } from './pathRules.ts';

/** Glob that counts only beside a file with a certain name. */
interface ConditionalGlob {
  readonly glob: string;
  /** Name of the other file, with `$(basename)` for the name of the one that matches without its extension. */
  readonly when: string;
}

export type ExclusionGlob = string | ConditionalGlob;

/** Folder to read, with what holds in it alone. */
export interface FolderToRead {
  readonly path: string;
  /** What stands before its paths; default: its own name, made unique, where there are several folders. */
  readonly name?: string | undefined;
  /** Globs of what to leave out, relative to this folder. See `matcherOf`. */
  readonly exclude?: readonly ExclusionGlob[] | undefined;
  /** What could not be used of the settings for it, in sentences. */
  readonly notices?: readonly string[] | undefined;
}

/** One or several folders to read. Paths are relative to one; with several, the folder's name comes first. */
export type Folders = string | readonly (string | FolderToRead)[];

export const isGlobs: Check<ExclusionGlob[]> = listOf(
  either(isText, objectOf<ConditionalGlob>({ glob: isText, when: isText })),
);

/** Whether a value from another thread is a list of folders. */
export const areFolders: Check<(string | FolderToRead)[]> = listOf(
  either(
    isText,
    objectOf<FolderToRead>({
      path: isText,
      name: maybe(isText),
      exclude: maybe(isGlobs),
      notices: maybe(listOf(isText)),
    }),
  ),
);

export function foldersOf(folders: Folders): FolderToRead[] {
  return (typeof folders === 'string' ? [folders] : folders).map((folder) =>
    typeof folder === 'string' ? { path: folder } : folder,
  );
}

/** Paths of folders, as they were asked for. */
export function pathsOf(folders: Folders): string[] {
  return foldersOf(folders).map(({ path }) => path);
}

/** Names that stand before the paths of several folders: their own, made unique, in their order. */
export function namesFor(paths: readonly string[]): string[] {
  const taken = new Set<string>();
  return paths.map((path) => uniqueName(nameOf(path), taken));
}

/** Name of a folder as it stands in paths. */
function nameOf(path: string): string {
  const name = basename(path);
  return name === '' || isStrangeName(name) ? 'root' : name;
}

function uniqueName(name: string, taken: Set<string>): string {
  let unique = name;
  for (let number = 2; taken.has(unique); number++) unique = `${name}-${number}`;
  taken.add(unique);
  return unique;
}
