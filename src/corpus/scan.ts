import { readdir, realpath, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import * as l10n from '@vscode/l10n';
import { reasonOf, UserFacingError } from '../base/errors.ts';
import type { CorpusLimits, FolderToRead } from '../protocol/corpus.ts';
import { reasonAgainstContent } from './contentRules.ts';
import { type ExcludedNames, ExclusionCounter, type ExclusionReason, type Exclusions } from './exclusions.ts';
import { type Folders, foldersOf, namesFor } from './folders.ts';
import { matcherOfPaths } from './globs.ts';
import { Notices } from './notices.ts';
import { type Excluded, FileSelection, type ReadFile } from './selection.ts';
import { readTextFile } from './textFile.ts';
import { type Root, userRules } from './userRules.ts';
import { type FoundFile, walk } from './walk.ts';

export interface ScanOptions extends CorpusLimits {
  /** Globs of paths as they are in the result; when given, only files that match one are read. See `matcherOf`. */
  readonly include?: readonly string[] | undefined;
  /** Paths as they are in the result; when given, only these are read, and only the folders on the way to them entered. */
  readonly paths?: readonly string[] | undefined;
  /** As `maxCorpusBytes`, for text. UTF-16 units, default: no limit. */
  readonly maxCorpusCharacters?: number | undefined;
  /** Ends the scan with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called now and then with the number of files seen and, of these, the number read and kept so far. */
  readonly onProgress?: ((filesSeen: number, filesKept: number) => void) | undefined;
}

/** Text file as it was found. */
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
  /** Sentences on rules that could not be used, and what was done instead. */
  readonly notices: readonly string[];
}

export const DEFAULT_FILE_BYTES = 1 << 20;
const DEFAULT_CORPUS_BYTES = 32 << 20;
/** Number of files that are read at the same time. */
const READ_BATCH = 16;

/**
 * Finds and reads the text files of one or several folders. The rules for what is left out look at paths relative to
 * the scanned folder, so that `node_modules/rxjs/src` can be asked for; git's look at the repository around it.
 *
 * @throws UserFacingError (usage) when a folder is missing, is none or cannot be listed; the signal's reason when
 *   aborted.
 */
export async function scan(folders: Folders, options: ScanOptions = {}): Promise<ScanResult> {
  const asked = foldersOf(folders);
  const roots = await rootsOf(asked);
  const counter = new ExclusionCounter();
  const notices = new Notices();
  for (const sentence of asked.flatMap((folder) => folder.notices ?? [])) notices.add(sentence);
  const found = await findAll(roots, counter, notices, options);
  // The most recently changed first; the path decides between equals, so that a fresh checkout gives one answer.
  found.sort((a, b) => b.changed - a.changed || (a.path < b.path ? -1 : 1));
  return { ...(await read(found, counter, options)), notices: notices.sentences() };
}

/** Folders to scan, each once: of one that is asked for twice all rules hold. */
async function rootsOf(folders: readonly FolderToRead[]): Promise<Root[]> {
  const byPath = new Map<string, FolderToRead>();
  for (const folder of folders) {
    const real = await checkedFolder(folder.path);
    const same = byPath.get(real);
    byPath.set(real, { ...folder, ...same, exclude: [...(same?.exclude ?? []), ...(folder.exclude ?? [])] });
  }
  const names = namesFor([...byPath.keys()]);
  return [...byPath].map(([folder, { name, exclude }], index) => ({
    folder,
    prefix: byPath.size === 1 && name === undefined ? '' : `${name ?? names[index]!}/`,
    exclude: exclude ?? [],
  }));
}

/**
 * Real path of a folder.
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

async function findAll(
  roots: readonly Root[],
  counter: ExclusionCounter,
  notices: Notices,
  options: ScanOptions,
): Promise<FoundFile[]> {
  const found: FoundFile[] = [];
  const onNotice = (sentence: string) => notices.add(sentence);
  const rules = userRules(roots, options.include, options.exclude ?? [], { onNotice });
  const isWanted = options.paths && matcherOfPaths(options.paths);
  const maxFileBytes = options.maxFileBytes ?? DEFAULT_FILE_BYTES;
  let seen = 0;
  const onFiles = (count: number): void => {
    seen += count;
    options.onProgress?.(seen, 0);
  };
  for (const root of roots) {
    const { folder, prefix } = root;
    const onExcluded = (reason: ExclusionReason, path: string) => counter.add(reason, prefix + path);
    const reasonOfRules = rules(root);
    const reasonAgainst: typeof reasonOfRules = (path, isFolder, siblings) =>
      isWanted?.(prefix + path, isFolder) === false ? 'not-included' : reasonOfRules(path, isFolder, siblings);
    const { signal } = options;
    const walking = walk(folder, { reasonAgainst, maxFileBytes, onExcluded, onNotice, signal, onFiles });
    for await (const candidate of walking) found.push({ ...candidate, path: prefix + candidate.path });
  }
  return found;
}

/** Reads files in the order given until the corpus is full. */
async function read(
  found: readonly FoundFile[],
  counter: ExclusionCounter,
  options: ScanOptions,
): Promise<Omit<ScanResult, 'notices'>> {
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

/** File with its text, or with the reason why it is left out. */
export async function readCandidate(
  { absolutePath, path }: FoundFile,
  options: ScanOptions,
): Promise<ReadFile | Excluded> {
  const file = await readTextFile(absolutePath, options.maxFileBytes ?? DEFAULT_FILE_BYTES);
  if ('reason' in file) return { reason: file.reason, path };
  const reason = reasonAgainstContent(path, file.text);
  return reason === undefined ? { path, ...file } : { reason, path };
}
