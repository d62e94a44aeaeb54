import * as v from 'valibot';
import { type Calls, takes } from '../base/rpcMessage.ts';
import { objectOf, wholeNumber } from '../base/schema.ts';
import { CorpusLimits, FileLimits, FoldersToRead } from './corpus.ts';

/** What is to be indexed. */
const WorkspaceRequest = objectOf({
  folders: FoldersToRead,
  scan: FileLimits,
  /** Characters that are kept at most: of the files that were changed last, and of what is typed. */
  maximum: wholeNumber(1),
});
export type WorkspaceRequest = v.InferOutput<typeof WorkspaceRequest>;

/** Text that stands in an editor. */
const OpenText = objectOf({
  /** Relative to the folder, `/` between folders. */
  path: v.string(),
  /** LF at line ends. */
  text: v.string(),
  /** Whether it is a file, for which the rules of the workspace hold; else it has no name yet. */
  isFile: v.boolean(),
});
export type OpenText = v.InferOutput<typeof OpenText>;

/** Where to look for what has changed since a model was trained. */
const SurveyRequest = objectOf({
  folders: FoldersToRead,
  scan: CorpusLimits,
  /** The file with the fingerprints of what was learnt. */
  learnt: v.string(),
});
export type SurveyRequest = v.InferOutput<typeof SurveyRequest>;

/** What an index holds. */
export interface IndexReport {
  readonly characters: number;
  /** That reading it took. */
  readonly milliseconds: number;
  /** Rules that could not be used, and what was done instead, in sentences. */
  readonly notices: readonly string[];
}

export const WORKSPACE_CALLS = {
  /** Indexes the workspace from then on, beside a model or without one; undefined: forgets it. */
  indexWorkspace: takes(v.optional(WorkspaceRequest)).answers<IndexReport | undefined>(),
  /** Reads the files again that are indexed; answers with the notices, as in the index's report. */
  refresh: takes().answers<readonly string[]>(),
  /** What stands in an editor has changed. It is counted in the place of what is on disk. */
  edit: takes(OpenText).answers<void>(),
  /** A path that is not open any more. */
  closeText: takes(v.string()).answers<void>(),
  /** The part of the files learnt that has changed since; undefined when that is not known. */
  survey: takes(SurveyRequest).answers<number | undefined>(),
} as const satisfies Calls;
