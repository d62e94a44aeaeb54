import * as l10n from '@vscode/l10n';
import { UserFacingError } from '../base/errors.ts';
import type { CorpusDetails } from '../protocol/corpus.ts';
import type { Document } from './document.ts';
import { documentLength } from './document.ts';
import { describeExclusions, type ExcludedNames, type Exclusions } from './exclusions.ts';
import { type Fingerprints, fingerprintsOf } from './fingerprints.ts';
import { type Folders, pathsOf } from './folders.ts';
import { type ScanOptions, type ScanResult, scan } from './scan.ts';
import { createScrubber } from './scrub.ts';
import { splitDocuments } from './split.ts';

export type { Document } from './document.ts';

/** Report on what was read and what was left out. */
export interface CorpusReport extends Pick<CorpusDetails, 'files' | 'bytes' | 'characters' | 'scrubbed'> {
  /** Numbers of files and folders that were left out, by reason. */
  readonly excluded: Exclusions;
  /** Rules that could not be used, and what was done instead, in sentences. */
  readonly notices: readonly string[];
}

export interface Corpus {
  /** By path, in the order of code units. */
  readonly train: readonly Document[];
  /** Files the model is measured on and never trained on. By path. */
  readonly heldOut: readonly Document[];
  readonly report: CorpusReport;
  readonly excludedNames: ExcludedNames;
  /** Of all these files, as they were found. */
  readonly fingerprints: Fingerprints;
}

/** Less than this teaches nothing: half a page. */
const MINIMUM_TRAINING_CHARACTERS = 1000;

/**
 * Reads folders for training: finds the text files, takes the secrets out of them, and holds some of them out.
 *
 * @throws UserFacingError (usage) when a folder is missing or not a folder, or when there is too little text in it to
 *   train on; the signal's reason when aborted.
 */
export async function readCorpus(folders: Folders, options: ScanOptions = {}): Promise<Corpus> {
  const { documents, report, ...found } = await readDocuments(folders, options);
  const { train, heldOut } = splitDocuments(documents);
  const characters = train.reduce((sum, document) => sum + documentLength(document), 0);
  refuseTooLittle(folders, report, train.length, characters);
  return { train, heldOut, report, ...found };
}

/**
 * @param files that can be trained on
 * @param characters of these
 * @throws UserFacingError (usage) when that is too little
 */
export function refuseTooLittle(folders: Folders, report: CorpusReport, files: number, characters: number): void {
  if (characters < MINIMUM_TRAINING_CHARACTERS) throw tooLittle(folders, report, files, characters);
}

/**
 * Reads folders without asking whether there is enough to train on: for measuring a model on them.
 *
 * @throws UserFacingError (usage) when a folder is missing or not a folder, or holds no text; the signal's reason when
 *   aborted.
 */
export async function readDocuments(
  folders: Folders,
  options: ScanOptions = {},
): Promise<{ documents: readonly Document[] } & Omit<Corpus, 'train' | 'heldOut'>> {
  const found = await scan(folders, options);
  if (found.files.length === 0) throw noText(folders, found);
  const scrub = createScrubber();
  const documents: Document[] = [];
  const scrubbed: Record<string, number> = {};
  for (const file of found.files) {
    options.signal?.throwIfAborted();
    const { text, hits } = await scrub(file.text, file.path);
    documents.push({ path: file.path, text });
    for (const [rule, count] of Object.entries(hits)) scrubbed[rule] = (scrubbed[rule] ?? 0) + count;
  }
  return {
    documents,
    report: reportOf(documents, found, scrubbed),
    excludedNames: found.excludedNames,
    fingerprints: fingerprintsOf(found.files),
  };
}

function reportOf(
  documents: readonly Document[],
  found: ScanResult,
  scrubbed: Readonly<Record<string, number>>,
): CorpusReport {
  return {
    files: documents.length,
    bytes: found.bytes,
    characters: documents.reduce((sum, document) => sum + documentLength(document), 0),
    excluded: found.excluded,
    scrubbed,
    notices: found.notices,
  };
}

/** Error for folders in which nothing is left to learn from. */
export function noText(
  folders: Folders,
  { excluded, notices }: { readonly excluded: Exclusions; readonly notices: readonly string[] },
): UserFacingError {
  const reasons = describeExclusions(excluded);
  const why =
    reasons === '' ? l10n.t('there are no files in it') : l10n.t('everything in it was left out ({0})', reasons);
  const sentence = l10n.t('Found no text to learn from in {0}: {1}.', pathsOf(folders).join(', '), why);
  return new UserFacingError([sentence, ...notices].join(' '), 'usage');
}

function tooLittle(folders: Folders, report: CorpusReport, files: number, characters: number): UserFacingError {
  const reasons = describeExclusions(report.excluded);
  const message = l10n.t(
    'There is too little text in {0} to train on: {1} with {2} besides {3} held out for measuring. Training needs at least 2 files and {4} characters.',
    pathsOf(folders).join(', '),
    countedFiles(files),
    countedCharacters(characters),
    countedFiles(report.files - files),
    MINIMUM_TRAINING_CHARACTERS.toLocaleString('en'),
  );
  const whole = reasons === '' ? message : l10n.t('{0} Left out: {1}.', message, reasons);
  return new UserFacingError([whole, ...report.notices].join(' '), 'usage');
}

function countedFiles(count: number): string {
  return count === 1 ? l10n.t('1 file') : l10n.t('{0} files', count.toLocaleString('en'));
}

function countedCharacters(count: number): string {
  return count === 1 ? l10n.t('1 character') : l10n.t('{0} characters', count.toLocaleString('en'));
}
