import type { Vocabulary } from '../corpus/vocabulary.ts';

/**
 * Source of distributions over the next character of a text: a network, or several experts mixed. Where it is in a text
 * is a state. States are values: none is ever changed, so that one can be kept, continued in two ways, and compared; their
 * contents are private to the predictor.
 *
 * Reading is asynchronous and takes several states at once, since a network reads four characters for little more than the
 * price of one.
 */
export interface Predictor<State = unknown> {
  readonly vocabulary: Vocabulary;
  /** State before a document's separator. */
  start(): State;
  /** State after a piece of text. */
  read(state: State, ids: ArrayLike<number>): Promise<State>;
  /** States after one character more each: `ids[k]` after `states[k]`. */
  advance(states: readonly State[], ids: readonly number[]): Promise<State[]>;
  /** Probabilities [vocabulary] of the next character, summing to 1. Not to be changed. */
  next(state: State): Float32Array;
  /** As {@link distributionsOf}, where the predictor is quicker at that than at one character after the other. */
  distributions?(state: State, ids: Uint16Array): Promise<Distributions<State>>;
  dispose(): Promise<void>;
}

/** Distributions before each character of a text, and the state after the last one. */
export interface Distributions<State> {
  readonly before: readonly Float32Array[];
  readonly last: State;
}

/** Reads a piece of text and keeps the distribution before each of its characters. */
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
