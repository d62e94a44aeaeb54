import * as v from 'valibot';
import { Amount, objectOf, recordOf, wholeNumber } from '../base/schema.ts';
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

const StoredFile = objectOf({
  file: v.pipe(v.string(), v.regex(/^[\w.]+$/)),
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
});

/** One half of a corpus: its documents' ids one behind the other, each document begun by the separator. */
const CorpusPart = objectOf({
  ids: StoredFile,
  /**
   * 64-bit little-endian numbers: of each document the place of its separator among the ids, and at the end the number
   * of ids.
   */
  offsets: StoredFile,
  documents: wholeNumber(),
  /** Ids: code points of headers and texts, and a separator for each document. */
  characters: wholeNumber(),
  /** Ids that stand for characters outside of the vocabulary. */
  unknown: wholeNumber(),
});
export type CorpusPart = v.InferOutput<typeof CorpusPart>;

/** Description of a corpus on disk, in `manifest.json`. */
export const CorpusManifest = objectOf({
  format: v.literal(CORPUS_FORMAT),
  formatVersion: v.literal(CORPUS_FORMAT_VERSION),
  ids: objectOf({
    type: v.literal(IDS.type),
    byteOrder: v.literal(IDS.byteOrder),
    unknown: v.literal(IDS.unknown),
    separator: v.literal(IDS.separator),
    firstCharacter: v.literal(IDS.firstCharacter),
  }),
  /** The characters in the order of their ids from `ids.firstCharacter` on, to be split by code points. */
  vocabulary: v.string(),
  split: v.string(),
  train: CorpusPart,
  heldOut: CorpusPart,
  /** Files that were read, and their size on disk. */
  files: wholeNumber(),
  bytes: Amount,
  /** How many files and folders were left out, by reason. */
  excluded: recordOf(Amount),
  /** How many secrets were taken out, by rule. */
  scrubbed: recordOf(Amount),
});
export type CorpusManifest = v.InferOutput<typeof CorpusManifest>;
