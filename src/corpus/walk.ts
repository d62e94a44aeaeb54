import type { Dirent } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pacer } from '../base/pace.ts';
import type { ExclusionReason } from './exclusions.ts';
import type { GitIgnoreRules } from './gitignore.ts';
import { type OnNotice, RuleReader, type RulesThere } from './gitRepository.ts';
import { isStrangeName, reasonAgainstFile, reasonAgainstFolder } from './pathRules.ts';

/** File whose name gives no reason to leave it out. */
export interface FoundFile {
  /** Path on this machine. */
  readonly absolutePath: string;
  /** Relative to the scanned folder, `/` between folders. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** When it was last changed, milliseconds since 1970. */
  readonly changed: number;
}

export interface WalkOptions {
  /**
   * Whether the user wants a path left out, or wants only other paths. Relative to the scanned folder, with the names that
   * are in the same folder.
   */
  readonly reasonAgainst: (
    path: string,
    isFolder: boolean,
    siblings: ReadonlySet<string>,
  ) => ExclusionReason | undefined;
  readonly maxFileBytes: number;
  /** Told what is left out; the path of a folder ends with `/`. */
  readonly onExcluded: (reason: ExclusionReason, path: string) => void;
  readonly onNotice: OnNotice;
  readonly signal?: AbortSignal | undefined;
  /** Called for each folder with the number of files in it. */
  readonly onFiles: (count: number) => void;
}

interface File {
  readonly absolutePath: string;
  readonly path: string;
}

interface Folder {
  readonly absolutePath: string;
  readonly path: string;
  /** Rules of the folders above, and their place in the repository. */
  readonly rules: GitIgnoreRules;
  /** Folders between it and the scanned one, itself included. */
  readonly depth: number;
}

interface Repository {
  readonly reader: RuleReader;
  /** Of paths in it, where the scanned folder lies within it. */
  readonly prefix: string;
}

/** Number of files that are looked at together. */
const STAT_BATCH = 64;
/** Whether the file system finds a file under a name in other letters. */
const foldsNames = process.platform === 'win32' || process.platform === 'darwin';
/** Most folders within folders that are entered. Workspaces have a dozen; deeper ones were made to do harm. */
const DEEPEST = 200;
/** Work between two pauses, as a folder may have many entries, and rules. */
const BREATH_MILLISECONDS = 50;

/**
 * Finds the files below a folder that may be text to learn from, by path in the order of code units. So nothing has to
 * be kept to sort them but what is still to be looked at of the folders on the way. Whatever is left out is told.
 *
 * Symbolic links are not followed, as git does not follow them: what they point at inside the folder is found anyway,
 * and what lies outside was not asked for. So links cannot form loops, and no link leads to somebody's home folder.
 * The scanned folder itself may be a link.
 */
export async function* walk(root: string, options: WalkOptions): AsyncGenerator<FoundFile> {
  const reader = new RuleReader(options.onNotice);
  const { rules, isUnknown, prefix } = await reader.above(root);
  if (isUnknown) {
    options.onExcluded('unreadable', '/');
    return;
  }
  const pending: (File | Folder)[] = [{ absolutePath: root, path: '', rules, depth: 0 }];
  while (pending.length > 0) {
    options.signal?.throwIfAborted();
    const next = pending.at(-1)!;
    if (!('rules' in next)) {
      yield* candidates(takeFiles(pending), options);
      continue;
    }
    pending.pop();
    const entries = await readdir(next.absolutePath, { withFileTypes: true }).catch(() => undefined);
    if (entries === undefined) options.onExcluded('unreadable', `${next.path}/`);
    // One by one: there may be too many to be arguments of one call.
    else for (const entry of await sift(next, entries, { reader, prefix }, options)) pending.push(entry);
  }
}

/** Takes files off the end, up to a folder or as many as are looked at together. */
function takeFiles(pending: (File | Folder)[]): File[] {
  const files: File[] = [];
  for (let entry = pending.at(-1); entry !== undefined && !('rules' in entry); entry = pending.at(-1)) {
    files.push(entry);
    pending.pop();
    if (files.length === STAT_BATCH) break;
  }
  return files;
}

/**
 * Those of a folder's entries to look at, the first one last; the others are left out.
 *
 * @param repository the one around the scanned folder
 */
async function sift(
  folder: Folder,
  entries: readonly Dirent[],
  repository: Repository,
  options: WalkOptions,
): Promise<(File | Folder)[]> {
  const names = new Set(entries.map(({ name }) => name));
  const { prefix } = repository;
  const { rules, isUnknown } = await rulesBelow(folder, names, repository);
  if (isUnknown) {
    options.onExcluded('unreadable', `${folder.path}/`);
    return [];
  }
  const kept: { readonly key: string; readonly entry: File | Folder }[] = [];
  let folders = 0;
  const pace = pacer(BREATH_MILLISECONDS);
  for (const entry of entries) {
    const breath = pace();
    if (breath !== undefined) await breath;
    options.signal?.throwIfAborted();
    const path = folder.path === '' ? entry.name : `${folder.path}/${entry.name}`;
    const absolutePath = join(folder.absolutePath, entry.name);
    const isIgnored = () => rules.ignores(prefix + path, entry.isDirectory());
    const isUnwanted = () => options.reasonAgainst(path, entry.isDirectory(), names);
    const reason = reasonAgainstEntry(entry, basename(folder.absolutePath), isIgnored, isUnwanted);
    if (reason !== undefined) options.onExcluded(reason, entry.isDirectory() ? `${path}/` : path);
    else if (!entry.isDirectory()) kept.push({ key: entry.name, entry: { absolutePath, path } });
    else if (folder.depth < DEEPEST) {
      folders++;
      // `a/b` comes after `a-b`, as in the paths of its files.
      kept.push({ key: `${entry.name}/`, entry: { absolutePath, path, rules, depth: folder.depth + 1 } });
    } else options.onExcluded('too-deep', `${path}/`);
  }
  options.onFiles(entries.length - folders);
  return kept.sort((a, b) => (a.key < b.key ? 1 : -1)).map(({ entry }) => entry);
}

function reasonAgainstEntry(
  entry: Dirent,
  folderName: string,
  isIgnored: () => boolean,
  isUnwanted: () => ExclusionReason | undefined,
): ExclusionReason | undefined {
  if (entry.isSymbolicLink()) return 'symbolic-link';
  const isFolder = entry.isDirectory();
  if (!isFolder && !entry.isFile()) return 'not-a-regular-file';
  if (isStrangeName(entry.name)) return 'strange-name';
  if (isFolder) {
    const reason = reasonAgainstFolder(entry.name) ?? (isIgnored() ? 'git-ignored' : undefined);
    return reason ?? isUnwanted();
  }
  const reason = reasonAgainstFile(entry.name, folderName);
  if (reason === 'secret-file') return reason;
  if (isIgnored()) return 'git-ignored';
  return isUnwanted() ?? reason;
}

async function rulesBelow(
  { absolutePath, path, rules }: Folder,
  names: ReadonlySet<string>,
  { reader, prefix }: Repository,
): Promise<RulesThere> {
  const place = (prefix + path).replace(/\/$/, '');
  const has = (name: string) => names.has(name) || (foldsNames && [...names].some((one) => one.toLowerCase() === name));
  let there: RulesThere = { rules, isUnknown: false };
  if (has('.git')) there = await reader.repository(absolutePath, place, there);
  if (has('.gitignore')) there = await reader.beside(absolutePath, place, there);
  return there;
}

async function* candidates(files: readonly File[], options: WalkOptions): AsyncGenerator<FoundFile> {
  const stats = await Promise.all(files.map((file) => lstat(file.absolutePath).catch(() => undefined)));
  for (const [index, file] of files.entries()) {
    const stat = stats[index];
    if (stat === undefined) options.onExcluded('unreadable', file.path);
    else if (!stat.isFile()) {
      options.onExcluded(stat.isSymbolicLink() ? 'symbolic-link' : 'not-a-regular-file', file.path);
    } else if (stat.size > options.maxFileBytes) options.onExcluded('too-large', file.path);
    else yield { ...file, size: stat.size, changed: stat.mtimeMs };
  }
}
