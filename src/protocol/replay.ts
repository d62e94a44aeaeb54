/** What a replay of a repository's last commits is asked for, and what it tells: what suggestions would have saved. */
import * as v from 'valibot';
import { type Calls, type Functions, takes } from '../base/rpcMessage.ts';
import { DateText, Finite, listOf, objectOf, recordOf, textUpTo, wholeNumber, within } from '../base/schema.ts';
import { FileLimits, FolderToRead } from './corpus.ts';
import { SuggestionPolicy } from './suggestions.ts';

/** Where typing begins: in a file that was not there, on a line of its own, or before something else on its line. */
export const Kind = v.picklist(['newFile', 'newLines', 'withinLine']);
export type Kind = v.InferOutput<typeof Kind>;

/** What is to be typed anew, and with what. */
const ReplayRequest = objectOf({
  /** A folder in a repository: what was typed in it, and nowhere else. */
  folder: FolderToRead,
  scan: FileLimits,
  /** UTF-16 units that the memory holds at most. */
  maximum: wholeNumber(1),
  /** Of the last commits so many at most. */
  commits: wholeNumber(1),
  /** Code points that are typed at most. */
  characters: wholeNumber(1),
  maxLength: SuggestionPolicy.entries.maxLength,
  minimumProbability: SuggestionPolicy.entries.minimumProbability,
  multiline: SuggestionPolicy.entries.multiline,
  /** Whether there are suggestions in a file, by the end of its name, such as `.ts` or `makefile`, in small letters. */
  offered: recordOf(v.boolean()),
  /** The same of files with another name. */
  othersOffered: v.boolean(),
  /** The network that serves. */
  model: v.optional(
    objectOf({
      path: v.string(),
      /** The file with the fingerprints of what it has learnt, where that is known. */
      learnt: v.optional(v.string()),
    }),
  ),
  /** A folder for the files as they were: what is put there is removed at the end. */
  temporary: v.string(),
});
export type ReplayRequest = v.InferOutput<typeof ReplayRequest>;

const Part = within(0, 1);

/** How one typist fared. */
const TypistFigures = objectOf({
  /** Characters that were accepted ÷ all. */
  written: Part,
  /** 1 − keys pressed ÷ those without suggestions. */
  saved: Finite,
});

const Figures = objectOf({
  /** Code points. */
  characters: wholeNumber(),
  /** Of somebody who looks at every suggestion at once, and accepts it only if all of it is right. */
  ideal: TypistFigures,
  /** Of somebody who needs time to notice one, overlooks some, and takes a word where only the beginning is right. */
  human: TypistFigures,
  /** Of the characters, those where no suggestion is even asked for. */
  silent: Part,
});
export type Figures = v.InferOutput<typeof Figures>;

/** What came of typing everything once. */
const TypingFigures = objectOf({
  all: Figures,
  kinds: listOf(objectOf({ kind: Kind, ...Figures.entries })),
  /** By the ends of files' names, most characters first. */
  languages: listOf(objectOf({ name: textUpTo(300), ...Figures.entries })),
  /** Suggestions that the ideal typist was shown. */
  shown: wholeNumber(),
  accepted: wholeNumber(),
});
export type TypingFigures = v.InferOutput<typeof TypingFigures>;

/** What became of the network. It is asked only about what it cannot have learnt. */
const NetworkPart = v.union([
  objectOf({ type: v.literal('none') }),
  /** Since it was trained, too little was committed. */
  objectOf({ type: v.literal('early'), trained: DateText, characters: wholeNumber() }),
  objectOf({ type: v.literal('asked'), trained: DateText }),
]);

/** What a replay has measured. Nothing of the text is in it. */
export const ReplayFigures = objectOf({
  version: v.literal(1),
  /** When it was measured, ISO 8601. */
  date: DateText,
  /** The folder's name, where there are several. */
  folder: v.optional(v.string()),
  /** Who has typed what was typed anew. */
  whose: v.picklist(['own', 'everybody']),
  commits: wholeNumber(1),
  /** Fewer characters say little. */
  least: wholeNumber(),
  /** Of the human typist. */
  wordsPerMinute: Finite,
  network: NetworkPart,
  /** With the memories alone, as before a training. */
  memories: TypingFigures,
  /** With the network as well, as after it. */
  both: v.optional(TypingFigures),
});
export type ReplayFigures = v.InferOutput<typeof ReplayFigures>;

/** A suggestion in a line that was typed. Secrets are taken out of both. */
export interface SuggestionExample {
  readonly path: string;
  /** The line before the cursor, its end. */
  readonly before: string;
  readonly text: string;
  /** UTF-16 units at the beginning of the text that are right. */
  readonly right: number;
}

/** What the ideal typist was shown. */
export interface Examples {
  /** The largest that were accepted, largest first. */
  readonly largest: readonly SuggestionExample[];
  /** Those with most that is wrong, worst first. */
  readonly wrong: readonly SuggestionExample[];
}

export type ReplayOutcome =
  | {
      readonly type: 'done';
      readonly figures: ReplayFigures;
      readonly examples: Examples;
      /** What was left out, and why, in sentences. */
      readonly notices: readonly string[];
    }
  /** Nothing could be typed, for a reason that the user can do something about. */
  | { readonly type: 'refused'; readonly message: string }
  | { readonly type: 'cancelled' };

/** What the worker does for the extension host. */
export const REPLAY_CALLS = {
  /** One at a time. Answers when it is over. */
  replay: takes(ReplayRequest).answers<ReplayOutcome>(),
  /** Ends what goes on. */
  cancel: takes().answers<void>(),
  /** Somebody types: for a while nothing is computed. */
  giveWay: takes().answers<void>(),
} as const satisfies Calls;
export type ReplayService = Functions<typeof REPLAY_CALLS>;

/** What the worker tells. */
export const REPLAY_NEWS = {
  /** Part of it that is done. */
  onProgress: takes(Part).answers<void>(),
} as const satisfies Calls;
export type ReplayListener = Functions<typeof REPLAY_NEWS>;
