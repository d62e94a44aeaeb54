import type { Vocabulary } from '../../corpus/vocabulary.ts';
import type { TypedPast } from '../../protocol/suggestions.ts';
import type { Predictor } from '../predictor.ts';

/** State of a predictor, and what is left from there of suggestions that were typed past. */
export interface ConditionedState<State> {
  readonly state: State;
  readonly rests: readonly Rest[];
  /** Unconditioned distribution of the next character, [vocabulary], where it has been computed already. */
  readonly probabilities?: Float32Array;
}

/** Suggestion that was typed past, and how much of it has been read. */
interface Rest {
  readonly ids: ArrayLike<number>;
  /** Probability that all ids from each one on come; 1 behind the last. */
  readonly all: readonly number[];
  /** How many of the ids have been read. */
  readonly position: number;
}

/**
 * Predictor whose distributions are conditioned on suggestions that were typed past. Where a right suggestion is accepted
 * with probability a, and some S was not, Bayes' rule gives
 *
 *     P(x | S was not accepted) = P(x) · (1 − a·[x begins with S]) / (1 − a·P(S))
 *
 * Followed character by character, c after a beginning b of S has P(c | b) · (1 − a·P(rest of S after b c)) where b c
 * begins S, P(c | b) elsewhere, both divided by 1 − a·P(rest of S after b). Where several were typed past, and none begins
 * another, what is taken off adds up.
 */
export class ConditionedPredictor<State> implements Predictor<ConditionedState<State>> {
  readonly vocabulary: Vocabulary;
  readonly #predictor: Predictor<State>;
  readonly #acceptanceRate: number;

  /** @param acceptanceRate how probably a suggestion that is right is accepted */
  constructor(predictor: Predictor<State>, acceptanceRate: number) {
    this.vocabulary = predictor.vocabulary;
    this.#predictor = predictor;
    this.#acceptanceRate = acceptanceRate;
  }

  /**
   * State where the search begins.
   *
   * @param typedPast none of which begins another
   * @param probabilities what the predictor expects of the state, if that is known: then it is not computed once more
   */
  at(state: State, typedPast: readonly TypedPast[], probabilities?: Float32Array): ConditionedState<State> {
    const rests = typedPast.map(({ text, characters }) => {
      const ids = this.vocabulary.encode(text);
      const all = new Array<number>(ids.length + 1).fill(1);
      for (let index = ids.length - 1; index >= 0; index--) all[index] = all[index + 1]! * (characters[index] ?? 1);
      return { ids, all, position: 0 };
    });
    return { state, rests, ...(probabilities !== undefined && { probabilities }) };
  }

  start(): ConditionedState<State> {
    return { state: this.#predictor.start(), rests: [] };
  }

  async read({ state, rests }: ConditionedState<State>, ids: ArrayLike<number>): Promise<ConditionedState<State>> {
    return { state: await this.#predictor.read(state, ids), rests: Array.from(ids).reduce(after, rests) };
  }

  async advance(
    states: readonly ConditionedState<State>[],
    ids: readonly number[],
  ): Promise<ConditionedState<State>[]> {
    const advanced = await this.#predictor.advance(
      states.map(({ state }) => state),
      ids,
    );
    return advanced.map((state, index) => ({ state, rests: after(states[index]!.rests, ids[index]!) }));
  }

  next({ state, rests, probabilities = this.#predictor.next(state) }: ConditionedState<State>): Float32Array {
    if (rests.length === 0) return probabilities;
    const left = new Map<number, number>();
    for (const { ids, all, position } of rests) {
      const id = ids[position]!;
      left.set(id, Math.max(0, (left.get(id) ?? 1) - this.#acceptanceRate * all[position + 1]!));
    }
    const conditioned = Float32Array.from(probabilities);
    for (const [id, part] of left) conditioned[id]! *= part;
    const sum = conditioned.reduce((total, probability) => total + probability, 0);
    // Where nothing else has any probability, the suggestion cannot have been refused for being wrong.
    return sum > 0 ? conditioned.map((probability) => probability / sum) : probabilities;
  }

  async dispose(): Promise<void> {
    await this.#predictor.dispose();
  }
}

function after(rests: readonly Rest[], id: number): readonly Rest[] {
  return rests
    .filter(({ ids, position }) => ids[position] === id && position + 1 < ids.length)
    .map((rest) => ({ ...rest, position: rest.position + 1 }));
}
