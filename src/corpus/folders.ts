import { basename } from 'node:path';
import type { FolderToRead } from '../protocol/corpus.ts';
import { isStrangeName } from './pathRules.ts';

/** One or several folders to read. Paths are relative to one; with several, the folder's name comes first. */
export type Folders = string | readonly (string | FolderToRead)[];

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
