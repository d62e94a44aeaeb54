import { type Check, type Checked, isAmount, isText, objectOf, oneOf, recordOf, wholeNumber } from '../base/checks.ts';
import { FIRST_CHARACTER, SEPARATOR, UNKNOWN } from './vocabulary.ts';

export const MANIFEST = 'manifest.json';
export const CORPUS_FORMAT = 'inkling corpus';
export const CORPUS_FORMAT_VERSION = 1;

/** Form of the ids in the parts of a corpus. */
export const IDS = {
  type: 'uint16',
  byteOrder: 'little',
  unknown: UNKNOWN,
  separator: SEPARATOR,
  firstCharacter: FIRST_CHARACTER,
} as const;

export const SPLIT_RULE =
  'A document is held out when the first byte of the MD5 of its path is divisible by 10; where that holds none out, the one with the smallest hash is.';

const isFileName: Check<string> = (value): value is string => isText(value) && /^[\w.]+$/.test(value);
const isChecksum: Check<string> = (value): value is string => isText(value) && /^[0-9a-f]{64}$/.test(value);

const isStoredFile = objectOf<{ file: string; sha256: string }>({ file: isFileName, sha256: isChecksum });

/** One half of a corpus: its documents' ids one behind the other, each document begun by the separator. */
export interface CorpusPart {
  readonly ids: Checked<typeof isStoredFile>;
  /**
   * 64-bit little-endian numbers: of each document the place of its separator among the ids, and at the end the number
   * of ids.
   */
  readonly offsets: Checked<typeof isStoredFile>;
  readonly documents: number;
  /** Ids: code points of headers and texts, and a separator for each document. */
  readonly characters: number;
  /** Ids that stand for characters outside of the vocabulary. */
  readonly unknown: number;
}

const isPart = objectOf<CorpusPart>({
  ids: isStoredFile,
  offsets: isStoredFile,
  documents: wholeNumber(),
  characters: wholeNumber(),
  unknown: wholeNumber(),
});

/** Description of a corpus on disk, in `manifest.json`. */
export interface CorpusManifest {
  readonly format: typeof CORPUS_FORMAT;
  readonly formatVersion: typeof CORPUS_FORMAT_VERSION;
  readonly ids: typeof IDS;
  /** Characters in the order of their ids from `ids.firstCharacter` on, to be split by code points. */
  readonly vocabulary: string;
  readonly split: string;
  readonly train: CorpusPart;
  readonly heldOut: CorpusPart;
  /** Files that were read, and their size on disk. */
  readonly files: number;
  readonly bytes: number;
  /** Numbers of files and folders that were left out, by reason. */
  readonly excluded: Readonly<Record<string, number>>;
  /** Numbers of secrets that were taken out, by rule. */
  readonly scrubbed: Readonly<Record<string, number>>;
}

/** Whether a value is a manifest of this version. */
export const isManifest: Check<CorpusManifest> = objectOf<CorpusManifest>({
  format: oneOf(CORPUS_FORMAT),
  formatVersion: oneOf(CORPUS_FORMAT_VERSION),
  ids: objectOf<typeof IDS>({
    type: oneOf('uint16'),
    byteOrder: oneOf('little'),
    unknown: oneOf(UNKNOWN),
    separator: oneOf(SEPARATOR),
    firstCharacter: oneOf(FIRST_CHARACTER),
  }),
  vocabulary: isText,
  split: isText,
  train: isPart,
  heldOut: isPart,
  files: wholeNumber(),
  bytes: isAmount,
  excluded: recordOf(isAmount),
  scrubbed: recordOf(isAmount),
});
