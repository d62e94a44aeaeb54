import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import * as l10n from '@vscode/l10n';
import { reasonOf, UserFacingError } from '../base/errors.ts';
import { reasonAgainstContent } from './contentRules.ts';
import { type ExcludedNames, ExclusionCounter, type ExclusionReason, type Exclusions } from './exclusions.ts';
import { matcherOf } from './globs.ts';
import { isStrangeName } from './pathRules.ts';
import { type Excluded, FileSelection, type ReadFile } from './selection.ts';
import { readTextFile } from './textFile.ts';
import { type Candidate, walk } from './walk.ts';

export interface ScanOptions {
  /** Globs; when given, only files that match one are read. See `matcherOf`. */
  readonly include?: readonly string[] | undefined;
  /** Globs of files and folders to leave out. */
  readonly exclude?: readonly string[] | undefined;
  /** Larger files are left out. Bytes, default 1 MiB. */
  readonly maxFileBytes?: number | undefined;
  /** The most recently changed files are read until they hold so much. Bytes, default 32 MiB. */
  readonly maxCorpusBytes?: number | undefined;
  /** The same for text. UTF-16 units, default: no limit. */
  readonly maxCorpusCharacters?: number | undefined;
  /** Ends the scan with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called now and then with the number of files seen and, of these, the number read and kept so far. */
  readonly onProgress?: ((filesSeen: number, filesKept: number) => void) | undefined;
}

/** A text file as it was found. */
export interface SourceFile {
  /** Relative to its folder, `/` between folders; with several folders, the folder's name comes first. */
  readonly path: string;
  /** Decoded, LF at line ends, secrets still in it. */
  readonly text: string;
}

export interface ScanResult {
  /** By path, in the order of code units. */
  readonly files: readonly SourceFile[];
  /** Size of these files on disk. */
  readonly bytes: number;
  readonly excluded: Exclusions;
  readonly excludedNames: ExcludedNames;
}

export const DEFAULT_FILE_BYTES = 1 << 20;
const DEFAULT_CORPUS_BYTES = 32 << 20;
/** Files that are read at the same time. */
const READ_BATCH = 16;

/**
 * Finds and reads the text files of one or several folders. The rules for what is left out look at paths relative to
 * the scanned folder, so that `node_modules/rxjs/src` can be asked for.
 *
 * @throws UserFacingError (usage) when a folder is missing, is none or cannot be listed; the signal's reason when
 *   aborted.
 */
export async function scan(folders: string | readonly string[], options: ScanOptions = {}): Promise<ScanResult> {
  const roots = await rootsOf(typeof folders === 'string' ? [folders] : folders);
  const counter = new ExclusionCounter();
  const found = await findAll(roots, counter, options);
  // The most recently changed first; the path decides between equals, so that a fresh checkout gives one answer.
  found.sort((a, b) => b.changed - a.changed || (a.path < b.path ? -1 : 1));
  return read(found, counter, options);
}

interface Root {
  readonly folder: string;
  /** What stands before the paths of its files. */
  readonly prefix: string;
}

async function rootsOf(folders: readonly string[]): Promise<Root[]> {
  const real = new Set<string>();
  for (const folder of folders) real.add(await checkedFolder(folder));
  if (real.size === 1) return [...real].map((folder) => ({ folder, prefix: '' }));
  const taken = new Set<string>();
  return [...real].map((folder) => ({ folder, prefix: `${uniqueName(nameOf(folder), taken)}/` }));
}

/** As it stands in paths. */
function nameOf(folder: string): string {
  const name = basename(folder);
  return name === '' || isStrangeName(name) ? 'root' : name;
}

function uniqueName(name: string, taken: Set<string>): string {
  let unique = name;
  for (let number = 2; taken.has(unique); number++) unique = `${name}-${number}`;
  taken.add(unique);
  return unique;
}

/**
 * The folder's real path.
 *
 * @throws UserFacingError (usage) when it is missing, is none or cannot be listed
 */
export async function checkedFolder(folder: string): Promise<string> {
  try {
    const real = await realpath(resolve(folder));
    if (!(await stat(real)).isDirectory()) throw new UserFacingError(l10n.t('{0} is not a folder.', folder), 'usage');
    await readdir(real);
    return real;
  } catch (error) {
    if (error instanceof UserFacingError) throw error;
    const message = l10n.t('The folder {0} cannot be read: {1}.', folder, reasonOf(error));
    throw new UserFacingError(message, 'usage', { cause: error });
  }
}

async function findAll(roots: readonly Root[], counter: ExclusionCounter, options: ScanOptions): Promise<Candidate[]> {
  const found: Candidate[] = [];
  const reasonAgainst = userRules(options);
  const maxFileBytes = options.maxFileBytes ?? DEFAULT_FILE_BYTES;
  let seen = 0;
  const onFiles = (count: number): void => {
    seen += count;
    options.onProgress?.(seen, 0);
  };
  for (const { folder, prefix } of roots) {
    const onExcluded = (reason: ExclusionReason, path: string) => counter.add(reason, prefix + path);
    const walking = walk(folder, { reasonAgainst, maxFileBytes, onExcluded, signal: options.signal, onFiles });
    for await (const candidate of walking) found.push({ ...candidate, path: prefix + candidate.path });
  }
  return found;
}

function userRules(options: ScanOptions): (path: string, isFolder: boolean) => ExclusionReason | undefined {
  const included = matcherOf(options.include);
  const excluded = matcherOf(options.exclude);
  return (path, isFolder) => {
    if (excluded?.(path)) return 'excluded';
    return included === undefined || isFolder || included(path) ? undefined : 'not-included';
  };
}

/** Reads files in the order given until the corpus is full. */
async function read(found: readonly Candidate[], counter: ExclusionCounter, options: ScanOptions): Promise<ScanResult> {
  const selection = new FileSelection(options.maxCorpusBytes ?? DEFAULT_CORPUS_BYTES, options.maxCorpusCharacters);
  const seenBefore = counter.total;
  let next = 0;
  while (next < found.length && !selection.isFull) {
    options.signal?.throwIfAborted();
    const batch = found.slice(next, next + READ_BATCH);
    next += batch.length;
    const files = await Promise.all(batch.map((candidate) => readCandidate(candidate, options)));
    for (const file of files) {
      const excluded = 'reason' in file ? file : selection.add(file);
      if (excluded !== undefined) counter.add(excluded.reason, excluded.path);
    }
    options.onProgress?.(seenBefore + found.length, selection.count);
  }
  for (const { path } of found.slice(next)) counter.add('over-corpus-limit', path);
  return {
    files: selection.files(),
    bytes: selection.bytes,
    excluded: counter.toRecord(),
    excludedNames: counter.names(),
  };
}

/** A file's text, or why it is left out. */
export async function readCandidate(
  { absolutePath, path }: Candidate,
  options: ScanOptions,
): Promise<ReadFile | Excluded> {
  const file = await readTextFile(absolutePath, options.maxFileBytes ?? DEFAULT_FILE_BYTES);
  if ('reason' in file) return { reason: file.reason, path };
  const reason = reasonAgainstContent(path, file.text);
  return reason === undefined ? { path, ...file } : { reason, path };
}
