import type { Vocabulary } from '../corpus/vocabulary.ts';
import type { Predictor } from './predictor.ts';

/** What is left of a suggestion of which the beginning was typed, and not accepted. */
export interface TypedPast {
  readonly text: string;
  /** Probability of each of its characters (code points) when it was suggested, given those before. */
  readonly characters: readonly number[];
}

/**
 * What is still typed past when more was typed: the rest of those that go on with it, and none of the others.
 *
 * @param typed not empty
 */
export function typedFurther(suggestions: readonly TypedPast[], typed: string): TypedPast[] {
  const length = [...typed].length;
  return suggestions
    .filter(({ text }) => text.length > typed.length && text.startsWith(typed))
    .map(({ text, characters }) => ({ text: text.slice(typed.length), characters: characters.slice(length) }));
}

/** One more suggestion that is about to be typed past. None of them begins another: the shorter one says more. */
export function withSuggestion(suggestions: readonly TypedPast[], shown: TypedPast): readonly TypedPast[] {
  if (suggestions.some(({ text }) => shown.text.startsWith(text))) return suggestions;
  return [...suggestions.filter(({ text }) => !text.startsWith(shown.text)), shown];
}

/** Where a predictor stands, and what is left from there of suggestions that were typed past. */
export interface DoubtingState<State> {
  readonly state: State;
  readonly rests: readonly Rest[];
}

interface Rest {
  readonly ids: ArrayLike<number>;
  /** How probable it is that all from each id on comes; 1 behind the last. */
  readonly all: readonly number[];
  /** How many of the ids have been read. */
  readonly position: number;
}

/**
 * A predictor that knows what was typed past. Who accepts what is right with probability a, and typed past some S, says
 * of it by Bayes' rule that
 *
 *     P(x | S was not accepted) = P(x) · (1 − a·[x begins with S]) / (1 − a·P(S))
 *
 * Followed character by character, c after a beginning b of S has P(c | b) · (1 − a·P(rest of S after b c)) where b c
 * begins S, P(c | b) elsewhere, both divided by 1 − a·P(rest of S after b). Where several were typed past, and none begins
 * another, what is taken off adds up.
 */
export class DoubtingPredictor<State> implements Predictor<DoubtingState<State>> {
  readonly vocabulary: Vocabulary;
  readonly #predictor: Predictor<State>;
  readonly #attention: number;

  /** @param attention how probably a suggestion that is right is accepted */
  constructor(predictor: Predictor<State>, attention: number) {
    this.vocabulary = predictor.vocabulary;
    this.#predictor = predictor;
    this.#attention = attention;
  }

  /** @param typedPast none of which begins another */
  at(state: State, typedPast: readonly TypedPast[]): DoubtingState<State> {
    const rests = typedPast.map(({ text, characters }) => {
      const ids = this.vocabulary.encode(text);
      const all = new Array<number>(ids.length + 1).fill(1);
      for (let index = ids.length - 1; index >= 0; index--) all[index] = all[index + 1]! * (characters[index] ?? 1);
      return { ids, all, position: 0 };
    });
    return { state, rests };
  }

  start(): DoubtingState<State> {
    return { state: this.#predictor.start(), rests: [] };
  }

  async read({ state, rests }: DoubtingState<State>, ids: ArrayLike<number>): Promise<DoubtingState<State>> {
    return { state: await this.#predictor.read(state, ids), rests: Array.from(ids).reduce(after, rests) };
  }

  async advance(states: readonly DoubtingState<State>[], ids: readonly number[]): Promise<DoubtingState<State>[]> {
    const advanced = await this.#predictor.advance(
      states.map(({ state }) => state),
      ids,
    );
    return advanced.map((state, index) => ({ state, rests: after(states[index]!.rests, ids[index]!) }));
  }

  next({ state, rests }: DoubtingState<State>): Float32Array {
    const probabilities = this.#predictor.next(state);
    if (rests.length === 0) return probabilities;
    const left = new Map<number, number>();
    for (const { ids, all, position } of rests) {
      const id = ids[position]!;
      left.set(id, Math.max(0, (left.get(id) ?? 1) - this.#attention * all[position + 1]!));
    }
    const doubted = Float32Array.from(probabilities);
    for (const [id, part] of left) doubted[id]! *= part;
    const sum = doubted.reduce((total, probability) => total + probability, 0);
    // Nothing else was thought possible: then it is not the suggestion that is to be doubted.
    return sum > 0 ? doubted.map((probability) => probability / sum) : probabilities;
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
