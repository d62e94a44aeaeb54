import { basename } from 'node:path';
import type { FolderToRead } from '../protocol/corpus.ts';
import { isStrangeName } from './pathRules.ts';

/** Of one folder paths are relative to it; with several, the folder's name comes first. */
export type Folders = string | readonly (string | FolderToRead)[];

export function foldersOf(folders: Folders): FolderToRead[] {
  return (typeof folders === 'string' ? [folders] : folders).map((folder) =>
    typeof folder === 'string' ? { path: folder } : folder,
  );
}

/** Where folders lie, as they were asked for. */
export function pathsOf(folders: Folders): string[] {
  return foldersOf(folders).map(({ path }) => path);
}

/** What stands before the paths of several folders: their names, made unique, in their order. */
export function namesFor(paths: readonly string[]): string[] {
  const taken = new Set<string>();
  return paths.map((path) => uniqueName(nameOf(path), taken));
}

/** As it stands in paths. */
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
