import type { Dirent } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pacer } from '../base/pace.ts';
import type { ExclusionReason } from './exclusions.ts';
import { GitIgnoreRules } from './gitignore.ts';
import { isStrangeName, reasonAgainstFile, reasonAgainstFolder } from './pathRules.ts';
import { readTextFile } from './textFile.ts';

/** A file that nothing about its name speaks against. */
export interface Candidate {
  /** Where it is on this machine. */
  readonly absolutePath: string;
  /** Relative to the scanned folder, `/` between folders. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** When it was last changed, milliseconds since 1970. */
  readonly changed: number;
}

export interface WalkOptions {
  /** Whether the user wants a path left out, or wants only other paths. Relative to the scanned folder. */
  readonly reasonAgainst: (path: string, isFolder: boolean) => ExclusionReason | undefined;
  readonly maxFileBytes: number;
  /** Told what is left out; the path of a folder ends with `/`. */
  readonly onExcluded: (reason: ExclusionReason, path: string) => void;
  readonly signal?: AbortSignal | undefined;
  /** Called for each folder with the number of files in it. */
  readonly onFiles: (count: number) => void;
}

interface Folder {
  readonly absolutePath: string;
  readonly path: string;
  /** The rules of the folders above. */
  readonly rules: GitIgnoreRules;
  /** Folders between it and the scanned one, itself included. */
  readonly depth: number;
}

/** `.gitignore` files are small; one that is not is no `.gitignore`. */
const MAXIMUM_GITIGNORE = 1 << 20;
/** Files that are looked at together. */
const STAT_BATCH = 64;
/** Folders within folders. People have a dozen; what goes deeper than this was made to be in somebody's way. */
const DEEPEST = 200;
/** A folder may have many entries, and rules: it may take long to tell which of them count. */
const BREATH_MILLISECONDS = 50;

/**
 * Finds the files below a folder that may be text to learn from, folder by folder. Whatever is left out is told.
 *
 * Symbolic links are not followed, as git does not follow them: what they point at inside the folder is found anyway,
 * and what lies outside was not asked for. So links cannot form loops, and no link leads to somebody's home folder.
 * The scanned folder itself may be a link.
 */
export async function* walk(root: string, options: WalkOptions): AsyncGenerator<Candidate> {
  const pending: Folder[] = [{ absolutePath: root, path: '', rules: GitIgnoreRules.none, depth: 0 }];
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    options.signal?.throwIfAborted();
    const entries = await readdir(folder.absolutePath, { withFileTypes: true }).catch(() => undefined);
    if (entries === undefined) {
      options.onExcluded('unreadable', `${folder.path}/`);
      continue;
    }
    const { files, folders } = await sift(folder, entries, options);
    for (const below of folders) pending.push(below); // too many, perhaps, to be arguments of one call
    yield* candidates(files, options);
  }
}

/** Sorts a folder's entries into those to look at and those that are left out. */
async function sift(folder: Folder, entries: readonly Dirent[], options: WalkOptions) {
  const rules = await rulesBelow(folder, entries);
  const files: { absolutePath: string; path: string }[] = [];
  const folders: Folder[] = [];
  const pace = pacer(BREATH_MILLISECONDS);
  for (const entry of entries) {
    const breath = pace();
    if (breath !== undefined) await breath;
    options.signal?.throwIfAborted();
    const path = folder.path === '' ? entry.name : `${folder.path}/${entry.name}`;
    const absolutePath = join(folder.absolutePath, entry.name);
    const reason = reasonAgainstEntry(entry, path, basename(folder.absolutePath), rules, options);
    if (reason !== undefined) options.onExcluded(reason, entry.isDirectory() ? `${path}/` : path);
    else if (!entry.isDirectory()) files.push({ absolutePath, path });
    else if (folder.depth < DEEPEST) folders.push({ absolutePath, path, rules, depth: folder.depth + 1 });
    else options.onExcluded('too-deep', `${path}/`);
  }
  options.onFiles(entries.length - folders.length);
  return { files, folders };
}

function reasonAgainstEntry(
  entry: Dirent,
  path: string,
  folderName: string,
  rules: GitIgnoreRules,
  options: WalkOptions,
): ExclusionReason | undefined {
  if (entry.isSymbolicLink()) return 'symbolic-link';
  const isFolder = entry.isDirectory();
  if (!isFolder && !entry.isFile()) return 'not-a-regular-file';
  if (isStrangeName(entry.name)) return 'strange-name';
  if (isFolder) {
    const reason = reasonAgainstFolder(entry.name) ?? (rules.ignores(path, true) ? 'git-ignored' : undefined);
    return reason ?? options.reasonAgainst(path, true);
  }
  const reason = reasonAgainstFile(entry.name, folderName);
  if (reason === 'secret-file') return reason;
  if (rules.ignores(path, false)) return 'git-ignored';
  return options.reasonAgainst(path, false) ?? reason;
}

/** A repository's own `.git/info/exclude` counts like a `.gitignore`, but for less. */
async function rulesBelow({ absolutePath, path, rules }: Folder, entries: readonly Dirent[]): Promise<GitIgnoreRules> {
  const has = (name: string, kind: 'isFile' | 'isDirectory') =>
    entries.some((entry) => entry.name === name && entry[kind]());
  const sources = [
    ...(has('.git', 'isDirectory') ? [join('.git', 'info', 'exclude')] : []),
    ...(has('.gitignore', 'isFile') ? ['.gitignore'] : []),
  ];
  let below = rules;
  for (const source of sources) {
    const file = await readTextFile(join(absolutePath, source), MAXIMUM_GITIGNORE);
    if ('text' in file) below = below.below(path, file.text);
  }
  return below;
}

async function* candidates(
  files: readonly { absolutePath: string; path: string }[],
  options: WalkOptions,
): AsyncGenerator<Candidate> {
  for (let start = 0; start < files.length; start += STAT_BATCH) {
    const batch = files.slice(start, start + STAT_BATCH);
    const stats = await Promise.all(batch.map((file) => lstat(file.absolutePath).catch(() => undefined)));
    for (const [index, file] of batch.entries()) {
      const stat = stats[index];
      if (stat === undefined) options.onExcluded('unreadable', file.path);
      else if (!stat.isFile()) {
        options.onExcluded(stat.isSymbolicLink() ? 'symbolic-link' : 'not-a-regular-file', file.path);
      } else if (stat.size > options.maxFileBytes) options.onExcluded('too-large', file.path);
      else yield { ...file, size: stat.size, changed: stat.mtimeMs };
    }
  }
}
