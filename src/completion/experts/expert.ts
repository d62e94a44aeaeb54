import type { Distributions } from '../predictor.ts';

/** An expert's distribution of the next character. */
export interface ExpertOutput {
  /** [vocabulary], summing to 1. Not to be changed. */
  readonly probabilities: ArrayLike<number>;
  /** Length of the longest context that occurs in the expert's counts, in characters; undefined: it counts no contexts. */
  readonly matched?: number | undefined;
}

/** Outputs by the id of their expert. */
export type ExpertOutputs = ReadonlyMap<string, ExpertOutput>;

/** Position in a text: what all experts are given, beside the state of their own. */
export interface TextPosition {
  /** Last ids before it, `LONGEST_CONTEXT` at most. */
  readonly context: Uint16Array;
  /** Path of the document that it is in, if that matters. */
  readonly document: string | undefined;
}

/**
 * One of several predictors of the next character that are mixed. States are values: none is ever changed, so that one can
 * be kept, continued in two ways, and compared; their contents are private to the expert. What is predicted from a state
 * may change with what was learnt since.
 */
export interface Expert<State = unknown> {
  /** Unique among those that are mixed. */
  readonly id: string;
  /** State before a document's separator. */
  start(): State;
  /** State after a piece of text. */
  read(state: State, ids: ArrayLike<number>): Promise<State> | State;
  /** States after one character more each: `ids[k]` after `states[k]`. */
  advance(states: readonly State[], ids: readonly number[]): Promise<readonly State[]> | readonly State[];
  /**
   * Distribution of the next character.
   *
   * @param outputs of the experts registered before this one, which it may fall back on
   * @returns undefined where the expert has no counts or no network to predict with
   */
  predict(state: State, position: TextPosition, outputs: ExpertOutputs): ExpertOutput | undefined;
  /**
   * Distributions before each character of a piece of text, and the state after it, where the expert is quicker at that
   * than at one character after the other. There are no states between: a mixture that reads in chunks with it carries
   * the chunk's first state of this expert until the chunk ends, so that states it yields within are of its beginning.
   */
  distributions?(state: State, ids: Uint16Array): Promise<Distributions<State>>;
  /** Learns that a character came at a position. */
  learn?(state: State, position: TextPosition, id: number): void;
  dispose?(): Promise<void>;
}

/** Two experts that are mixed with each other, and their weights before anything was learnt. */
export interface ExpertPair {
  readonly first: string;
  readonly second: string;
  /** Exponents of the first and the second. */
  readonly initialWeights: readonly [number, number];
  /** The same where the second has counted the longest context, as in text that was copied. Default: `initialWeights`. */
  readonly initialWeightsInCopies?: readonly [number, number];
}

/** State functions of an expert that needs no state, as it looks at the last characters alone, which every position has. */
export const STATELESS: Pick<Expert, 'start' | 'read' | 'advance'> = {
  start: () => undefined,
  read: () => undefined,
  advance: (states) => states,
};
