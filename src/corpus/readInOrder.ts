import { ContentSet } from './contentSet.ts';
import type { ExclusionCounter, ExclusionReason } from './exclusions.ts';
import { DEFAULT_FILE_BYTES, readCandidate } from './scan.ts';
import type { ReadFile } from './selection.ts';
import { type FoundFile, walk } from './walk.ts';

export interface ReadingOptions {
  /** Told each path, of folders too; true: it is left out. */
  readonly isExcluded?: (path: string) => boolean;
  /** Larger files are left out. Bytes, default 1 MiB. */
  readonly maxFileBytes?: number | undefined;
  /** Of the most recently changed files only those are read that hold so much together. Bytes, default: no limit. */
  readonly maxCorpusBytes?: number | undefined;
  /** Ends the reading with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Told of rules that cannot be used, in a sentence. */
  readonly onNotice?: ((sentence: string) => void) | undefined;
  /** Called for each folder with the number of files in it. */
  readonly onFiles?: ((count: number) => void) | undefined;
}

/** Read at the same time: so many files, unless they are as large together. */
const BATCH_FILES = 16;
const BATCH_BYTES = 8 << 20;

/**
 * Text files of a folder, by path in the order of code units, each content once: the same files as `scan` finds,
 * but one after the other, so that a folder of any size can be read. Of files with the same content the one with the
 * smallest path comes.
 *
 * Beside the files at hand it keeps a few dozen bytes for each file it has met.
 *
 * @param root a folder's real path
 * @param counter is told what is left out
 */
export async function* readInOrder(
  root: string,
  counter: ExclusionCounter,
  options: ReadingOptions,
): AsyncGenerator<ReadFile> {
  const contents = new ContentSet();
  for await (const batch of batchesOf(selected(root, counter, options))) {
    options.signal?.throwIfAborted();
    const files = await Promise.all(batch.map((candidate) => readCandidate(candidate, options)));
    for (const file of files) {
      if ('reason' in file) counter.add(file.reason, file.path);
      else if (contents.add(file.text)) yield file;
      else counter.add('duplicate', file.path);
    }
  }
}

function candidatesOf(
  root: string,
  {
    isExcluded = () => false,
    maxFileBytes = DEFAULT_FILE_BYTES,
    signal,
    onNotice = () => {},
    onFiles = () => {},
  }: ReadingOptions,
  onExcluded: (reason: ExclusionReason, path: string) => void,
): AsyncGenerator<FoundFile> {
  const reasonAgainst = (path: string) => (isExcluded(path) ? 'excluded' : undefined);
  return walk(root, { reasonAgainst, maxFileBytes, onExcluded, onNotice, signal, onFiles });
}

async function* selected(root: string, counter: ExclusionCounter, options: ReadingOptions): AsyncGenerator<FoundFile> {
  const isRecent = options.maxCorpusBytes === undefined ? () => true : await recentFiles(root, options);
  for await (const candidate of candidatesOf(root, options, (reason, path) => counter.add(reason, path))) {
    if (isRecent(candidate)) yield candidate;
    else counter.add('over-corpus-limit', candidate.path);
  }
}

/**
 * Which files are among the most recently changed that hold so much together; of equally old ones the smallest paths
 * are. All are looked at beforehand, of which 16 bytes each are kept. Their sizes on disk count, also of those that are
 * then left out for what is in them.
 */
async function recentFiles(root: string, options: ReadingOptions): Promise<(candidate: FoundFile) => boolean> {
  const ages = new Numbers();
  const sizes = new Numbers();
  for await (const { changed, size } of candidatesOf(root, { ...options, onFiles: () => {} }, () => {})) {
    ages.push(-changed);
    sizes.push(size);
  }
  const order = Uint32Array.from({ length: ages.length }, (_, index) => index);
  order.sort((a, b) => ages.at(a) - ages.at(b) || a - b);
  let room = options.maxCorpusBytes ?? Number.POSITIVE_INFINITY;
  const firstOutside = order.find((index) => {
    room -= sizes.at(index);
    return room < 0;
  });
  if (firstOutside === undefined) return () => true;
  const limit = -ages.at(firstOutside);
  let equallyOld = order.subarray(0, order.indexOf(firstOutside)).filter((index) => -ages.at(index) === limit).length;
  return ({ changed }) => changed > limit || (changed === limit && equallyOld-- > 0);
}

/** List of numbers, 8 bytes each. */
class Numbers {
  length = 0;
  #values = new Float64Array(1024);

  push(value: number): void {
    if (this.length === this.#values.length) {
      const larger = new Float64Array(2 * this.length);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.length++] = value;
  }

  at(index: number): number {
    return this.#values[index]!;
  }
}

async function* batchesOf(candidates: AsyncIterable<FoundFile>): AsyncGenerator<FoundFile[]> {
  let batch: FoundFile[] = [];
  let bytes = 0;
  for await (const candidate of candidates) {
    batch.push(candidate);
    bytes += candidate.size;
    if (batch.length < BATCH_FILES && bytes < BATCH_BYTES) continue;
    yield batch;
    batch = [];
    bytes = 0;
  }
  if (batch.length > 0) yield batch;
}
