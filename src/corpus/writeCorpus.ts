import { mkdir, readdir, readFile, realpath, rename, rm, rmdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import * as l10n from '@vscode/l10n';
import { writeFileAtomically } from '../base/atomicFile.ts';
import { reasonOf, UserFacingError } from '../base/errors.ts';
import { holdLock } from '../base/fileLock.ts';
import { type CorpusReport, noText, refuseTooLittle } from './corpus.ts';
import { header } from './document.ts';
import { ExclusionCounter } from './exclusions.ts';
import { CORPUS_FORMAT, CORPUS_FORMAT_VERSION, type CorpusManifest, IDS, MANIFEST, SPLIT_RULE } from './manifest.ts';
import { Notices } from './notices.ts';
import { PartWriter } from './partWriter.ts';
import { type ReadingOptions, readInOrder } from './readInOrder.ts';
import { checkedFolder } from './scan.ts';
import { createScrubber } from './scrub.ts';
import { isBeforeByHash, isHeldOut } from './split.ts';
import { CharacterCounts, Vocabulary } from './vocabulary.ts';

export interface WritingOptions extends Omit<ReadingOptions, 'isExcluded' | 'onFiles'> {
  /** Default: learnt from the text that is not held out. */
  readonly vocabulary?: Vocabulary | undefined;
  /** Called for each document with how much was read so far, files seen, documents and characters (UTF-16 units). */
  readonly onProgress?: ((files: number, documents: number, characters: number) => void) | undefined;
  /** Called when all is read and becomes ids. */
  readonly onEncoding?: (() => void) | undefined;
  /** Sentences for a folder `out` that is no corpus, and for another process that writes it. */
  readonly refusals: { readonly foreign: string; readonly busy: string };
}

/**
 * Writes a folder's text as a corpus that other programs can train on: the documents that `readCorpus` would find, with
 * secrets taken out, as ids in memory-mappable files, and a manifest. What is kept in memory does not grow with the
 * text, but for a few dozen bytes a file.
 *
 * The corpus is made in a folder of its own beside `out` and takes its name when it is whole, so that a killed run
 * leaves nothing that looks like a corpus; an earlier corpus is there until then.
 *
 * @throws UserFacingError when the folder cannot be read, holds too little text, or `out` cannot be written or is not a
 *   corpus; the signal's reason when aborted. Nothing is left at `out` then.
 */
export async function writeCorpus(folder: string, out: string, options: WritingOptions): Promise<CorpusManifest> {
  const root = await checkedFolder(folder);
  const target = resolve(out);
  const [partial, old] = [besideOf(target, 'partial'), besideOf(target, 'old')];
  await refuseForeign(target, options.refusals.foreign);
  await writing(target, () => makeFolder(partial));
  const release = await holdLock(join(partial, LOCK), options.refusals.busy);
  try {
    for (const name of await readdir(partial)) if (name !== LOCK) await rm(join(partial, name), { recursive: true });
    const ours = await Promise.all([target, partial, old].map(withoutLinks));
    const manifest = await writeParts(folder, root, partial, ours, options);
    await release();
    await writing(target, () => replaceFolder(target, partial, old));
    return manifest;
  } catch (error) {
    await rm(partial, { recursive: true, force: true }).catch(() => {});
    throw error;
  }
}

const LOCK = 'lock';

/** Folder beside another one, with a name of its own. */
function besideOf(target: string, what: string): string {
  return join(dirname(target), `.${basename(target)}.${what}`);
}

/** Path as it is met when its folder is read, whatever links lead there. */
async function withoutLinks(path: string): Promise<string> {
  return join(await realpath(dirname(path)), basename(path));
}

/** What a killed run has left may be there. */
async function makeFolder(path: string): Promise<void> {
  await mkdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
}

async function refuseForeign(target: string, sentence: string): Promise<void> {
  const entries = await readdir(target).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new UserFacingError(sentence, 'usage', { cause: error });
  });
  if (entries.length > 0 && !(await isCorpus(target))) throw new UserFacingError(sentence, 'usage');
}

async function isCorpus(folder: string): Promise<boolean> {
  try {
    return JSON.parse(await readFile(join(folder, MANIFEST), 'utf8'))?.format === CORPUS_FORMAT;
  } catch {
    return false;
  }
}

/** Does something whose failure is one of writing `path`. */
async function writing<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (typeof (error as NodeJS.ErrnoException).code !== 'string') throw error;
    throw new UserFacingError(l10n.t('Could not write {0}: {1}.', path, reasonOf(error)), 'failure', { cause: error });
  }
}

/** Gives a folder the name of another one, which makes way. */
async function replaceFolder(target: string, partial: string, old: string): Promise<void> {
  await rm(old, { recursive: true, force: true });
  if ((await stat(target).catch(() => undefined)) !== undefined) {
    if ((await readdir(target)).length === 0) await rmdir(target);
    else await rename(target, old);
  }
  await rename(partial, target);
  await rm(old, { recursive: true, force: true });
}

async function writeParts(
  folder: string,
  root: string,
  partial: string,
  ours: readonly string[],
  options: WritingOptions,
): Promise<CorpusManifest> {
  const open = (name: string) => writing(partial, () => PartWriter.open(join(partial, name)));
  const train = await open('train');
  const heldOut = await open('heldOut');
  try {
    const { report, counts } = await writeTexts(folder, root, { train, heldOut }, ours, options);
    options.onEncoding?.();
    const vocabulary = options.vocabulary ?? Vocabulary.fromCounts(counts);
    const encode = (part: PartWriter) => writing(partial, () => part.encode(vocabulary, options.signal));
    const { files, bytes, excluded, scrubbed } = report;
    const manifest: CorpusManifest = {
      format: CORPUS_FORMAT,
      formatVersion: CORPUS_FORMAT_VERSION,
      ids: IDS,
      vocabulary: vocabulary.toJSON().characters,
      split: SPLIT_RULE,
      train: await encode(train),
      heldOut: await encode(heldOut),
      ...{ files, bytes, excluded, scrubbed },
    };
    await writeFileAtomically(join(partial, MANIFEST), [
      new TextEncoder().encode(`${JSON.stringify(manifest, undefined, 2)}\n`),
    ]);
    return manifest;
  } finally {
    await train.close();
    await heldOut.close();
  }
}

/** Puts the texts down, counts the characters of those to train on, and sees to it that there is enough. */
async function writeTexts(
  folder: string,
  root: string,
  { train, heldOut }: { readonly train: PartWriter; readonly heldOut: PartWriter },
  ours: readonly string[],
  { signal, onNotice, onProgress, maxFileBytes, maxCorpusBytes }: WritingOptions,
): Promise<{ report: CorpusReport; counts: CharacterCounts }> {
  const counter = new ExclusionCounter();
  const counts = new CharacterCounts();
  const notices = new Notices();
  const scrub = createScrubber();
  const scrubbed: Record<string, number> = {};
  /** As in `splitDocuments`: held out where the rule holds none out. */
  let smallest = { path: '', document: 0 };
  let [seen, bytes, units] = [0, 0, 0];
  const reading = readInOrder(root, counter, {
    isExcluded: (path) => ours.includes(join(root, path.replaceAll('/', sep))),
    ...{ maxFileBytes, maxCorpusBytes, signal },
    onNotice: (sentence) => notices.add(sentence),
    onFiles: (count) => {
      seen += count;
    },
  });
  for await (const file of reading) {
    const { text, hits } = await scrub(file.text, file.path);
    for (const [rule, count] of Object.entries(hits)) scrubbed[rule] = (scrubbed[rule] ?? 0) + count;
    const content = header(file.path) + text;
    const isTraining = !isHeldOut(file.path);
    if (isTraining) {
      counts.add(content);
      if (train.documents === 0 || isBeforeByHash(file.path, smallest.path)) {
        smallest = { path: file.path, document: train.documents };
      }
    }
    await writing(dirname(ours[0]!), () => (isTraining ? train : heldOut).add(content));
    bytes += file.bytes;
    units += content.length;
    onProgress?.(seen, train.documents + heldOut.documents, units);
  }
  const files = train.documents + heldOut.documents;
  if (files === 0) throw noText(folder, { excluded: counter.toRecord(), notices: notices.sentences() });
  let training = train.documents;
  if (heldOut.documents === 0) {
    const content = await train.takeOut(smallest.document);
    counts.remove(content);
    await heldOut.add(content);
    training--;
  }
  const report = {
    files,
    bytes,
    characters: counts.total + training,
    excluded: counter.toRecord(),
    scrubbed,
    notices: notices.sentences(),
  };
  refuseTooLittle(folder, report, training, report.characters);
  for (const sentence of report.notices) onNotice?.(sentence);
  return { report, counts };
}
