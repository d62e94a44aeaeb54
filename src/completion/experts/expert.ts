import type { Distributions } from '../predictor.ts';

/** What an expert expects of the next character. */
export interface ExpertOutput {
  /** [vocabulary], summing to 1. Not to be changed. */
  readonly probabilities: ArrayLike<number>;
  /** Length of the longest context that the expert has seen before, in characters; undefined: it counts no contexts. */
  readonly matched?: number | undefined;
}

/** Outputs by the id of their expert. */
export type ExpertOutputs = ReadonlyMap<string, ExpertOutput>;

/** Where in a text something is expected: what all experts may look at, beside the state of their own. */
export interface TextPosition {
  /** Last ids before it, as many as any expert counts. */
  readonly context: Uint16Array;
  /** Path of the document that it is in, if that matters. */
  readonly document: string | undefined;
}

/**
 * A source of knowledge about the next character. States are values: none is ever changed, so that one can be kept, gone
 * on from twice, and compared; what is in them is the expert's own business. What is expected of a state may change with
 * what was learnt since.
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
   * @param outputs of the experts registered before this one, which it may fall back on
   * @returns undefined where the expert has nothing to say
   */
  predict(state: State, position: TextPosition, outputs: ExpertOutputs): ExpertOutput | undefined;
  /** Reads a piece of text, with the distribution before each of its characters: where that is quicker than one by one. */
  distributions?(state: State, ids: Uint16Array): Promise<Distributions<State>>;
  /** Learns that a character came at a position. */
  learn?(state: State, position: TextPosition, id: number): void;
  dispose?(): Promise<void>;
}

/** Two experts that are mixed with each other, and how much each counts before anything was learnt. */
export interface ExpertPair {
  readonly first: string;
  readonly second: string;
  /** Exponents of the first and the second. */
  readonly initialWeights: readonly [number, number];
  /** The same where the second knows the longest context, as in text that was copied. Default: no others. */
  readonly initialWeightsInCopies?: readonly [number, number];
}

/** Functions of an expert that looks at the last characters alone, which every position has. */
export const STATELESS: Pick<Expert, 'start' | 'read' | 'advance'> = {
  start: () => undefined,
  read: () => undefined,
  advance: (states) => states,
};
