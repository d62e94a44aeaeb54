import * as v from 'valibot';
import { Amount, listOf, objectOf, recordOf } from '../base/schema.ts';

export const ExclusionGlob = v.union([
  v.string(),
  /** A glob that counts only beside a file with a certain name. */
  objectOf({
    glob: v.string(),
    /** The name of the other file, with `$(basename)` for the name of the one that matches without its extension. */
    when: v.string(),
  }),
]);
export type ExclusionGlob = v.InferOutput<typeof ExclusionGlob>;

/** A folder to read, with what holds in it alone. */
export const FolderToRead = objectOf({
  path: v.string(),
  /** What stands before its paths; default: its own name, made unique, where there are several folders. */
  name: v.optional(v.string()),
  /** What to leave out, relative to this folder. See `matcherOf`. */
  exclude: v.optional(listOf(ExclusionGlob)),
  /** What could not be used of the settings for it, in sentences. */
  notices: v.optional(listOf(v.string())),
});
export type FolderToRead = v.InferOutput<typeof FolderToRead>;

export const FoldersToRead = listOf(v.union([v.string(), FolderToRead]));

/** Which files of folders are read. */
export const FileLimits = objectOf({
  /** Globs of files and folders to leave out in all folders; each may have some of its own. */
  exclude: v.optional(listOf(ExclusionGlob)),
  /** Larger files are left out. Bytes, default 1 MiB. */
  maxFileBytes: v.optional(Amount),
});
export type FileLimits = v.InferOutput<typeof FileLimits>;

export const CorpusLimits = objectOf({
  ...FileLimits.entries,
  /** The most recently changed files are read until they hold so much. Bytes, default 32 MiB. */
  maxCorpusBytes: v.optional(Amount),
});
export type CorpusLimits = v.InferOutput<typeof CorpusLimits>;

/** What there is to say about a corpus; everything in it can be posted to a thread and stored as JSON. */
export const CorpusDetails = objectOf({
  files: Amount,
  /** Size of these files on disk. */
  bytes: Amount,
  /** What the network is fed: code points of headers and texts, separators included. */
  characters: Amount,
  /** How many files and folders were left out, by reason. */
  excluded: recordOf(Amount),
  /** How many secrets were taken out of the text, by rule. */
  scrubbed: recordOf(Amount),
  /** Rules that could not be used, and what was done instead, in sentences. Undefined in what earlier versions stored. */
  notices: v.optional(listOf(v.string())),
  folders: listOf(v.string()),
  heldOutFiles: Amount,
  /** Of the training text, the most frequent first; at most 300. */
  vocabulary: listOf(objectOf({ character: v.string(), count: Amount })),
  /** How many different characters there are beside these. */
  rarerCharacters: Amount,
  /** Files of all the corpus by extension, or by name where they have none, most characters first; at most 100. */
  languages: listOf(objectOf({ name: v.string(), files: Amount, characters: Amount })),
  /** Names of what was left out, by reason. */
  excludedNames: recordOf(listOf(v.string())),
});
export type CorpusDetails = v.InferOutput<typeof CorpusDetails>;
