import * as v from 'valibot';
import { type Calls, takes } from '../base/rpcMessage.ts';
import { Finite, listOf, objectOf, wholeNumber, within } from '../base/schema.ts';

const Probability = within(0, 1);

/** A cursor in a document. */
export const Place = objectOf({
  /** Names the document. */
  document: v.string(),
  /** Path of the document, relative to the folder learnt, `/` between folders. */
  path: v.string(),
  /** Text before the cursor, at least its last lines. */
  before: v.string(),
});
export type Place = v.InferOutput<typeof Place>;

/** What is left of a suggestion of which the beginning was typed, and not accepted. */
const TypedPast = objectOf({
  text: v.string(),
  /** Probability of each of its characters (code points) when it was suggested, given those before. */
  characters: listOf(Probability),
});
export type TypedPast = v.InferOutput<typeof TypedPast>;

/** What may be shown. */
export const SuggestionPolicy = objectOf({
  /** Whether a suggestion is looked for because something was typed, or because somebody asks. */
  trigger: v.picklist(['automatic', 'invoked']),
  /** Longest suggestion, code points. */
  maxLength: wholeNumber(0, 10_000),
  /** Nothing is suggested automatically that is right with less probability. */
  minimumProbability: Probability,
  /** Whether a suggestion may go beyond the end of the line. */
  multiline: v.boolean(),
  /** Keystrokes that a wrong character costs, when it comes automatically. Default: usual. */
  wrongCost: v.optional(Finite),
  /** How probably a suggestion that is right is accepted. Default: one half. */
  acceptanceRate: v.optional(Probability),
});
export type SuggestionPolicy = v.InferOutput<typeof SuggestionPolicy>;

/** Where a cursor is, and what may be suggested there. */
const CompletionRequest = objectOf({
  /** Names the request, to cancel it. */
  id: wholeNumber(),
  ...Place.entries,
  /** Text behind the cursor, at least its next lines. */
  after: v.string(),
  /** What suggestions have to begin with: what the suggest widget would insert. Default: nothing. */
  beginning: v.optional(v.string()),
  /** What is left of suggestions that were read, and typed past; none begins another. Default: nothing. */
  typedPast: v.optional(listOf(TypedPast)),
  ...SuggestionPolicy.entries,
});
export type CompletionRequest = v.InferOutput<typeof CompletionRequest>;

/** A suggestion as it is shown. */
export interface ShownSuggestion {
  readonly text: string;
  /** UTF-16 units after the cursor, at most to the end of the line, that the text takes the place of. */
  readonly replaces: number;
  /** That all that was searched for is right. */
  readonly probability: number;
  /** Of each character behind `beginning` (code points), given those before. */
  readonly characters: readonly number[];
}

export const SUGGESTION_CALLS = {
  /** Empty when nothing is worth showing, no model is loaded or the request was cancelled. */
  complete: takes(CompletionRequest).answers<readonly ShownSuggestion[]>(),
  /** Ends a request, by its id. */
  cancel: takes(wholeNumber()).answers<void>(),
  /** Reads a document up to a cursor ahead of time. */
  warm: takes(Place).answers<void>(),
  /** A document is not open any more. */
  close: takes(v.string()).answers<void>(),
} as const satisfies Calls;
