import type { Vocabulary } from '../corpus/vocabulary.ts';

/**
 * A distribution over the next character, and how it moves on. States are values: none is ever changed, so that one can
 * be kept, gone on from twice, and compared; what is in them is the predictor's own business.
 *
 * Everything that computes is asynchronous and takes several states at once, since a network reads four characters
 * for little more than the price of one.
 */
export interface Predictor<State = unknown> {
  readonly vocabulary: Vocabulary;
  /** Before a document's separator. */
  start(): State;
  /** Reads a piece of text. */
  read(state: State, ids: ArrayLike<number>): Promise<State>;
  /** Reads one character in each of several states: `ids[k]` in `states[k]`. */
  advance(states: readonly State[], ids: readonly number[]): Promise<State[]>;
  /** Probabilities [vocabulary] of the next character, summing to 1. Not to be changed. */
  next(state: State): Float32Array;
  /** Reads a piece of text, with the distribution before each of its characters: where that is quicker than one by one. */
  distributions?(state: State, ids: Uint16Array): Promise<Distributions<State>>;
  dispose(): Promise<void>;
}

/** What was expected before each character of a text, and where its end is. */
export interface Distributions<State> {
  readonly before: readonly Float32Array[];
  readonly last: State;
}

/** Reads a piece of text, with the distribution before each of its characters. */
export async function distributionsOf<State>(
  predictor: Predictor<State>,
  state: State,
  ids: Uint16Array,
): Promise<Distributions<State>> {
  if (predictor.distributions !== undefined) return predictor.distributions(state, ids);
  const before: Float32Array[] = [];
  let last = state;
  for (const id of ids) {
    before.push(predictor.next(last));
    [last] = (await predictor.advance([last], [id])) as [State];
  }
  return { before, last };
}
