import type { Vocabulary } from '../../corpus/vocabulary.ts';
import { lastIds } from '../context/lastIds.ts';
import type { Expert, ExpertOutput, ExpertOutputs, ExpertPair, TextPosition } from '../experts/expert.ts';
import type { Predictor } from '../predictor.ts';
import { type Mix, Mixer } from './mixer.ts';

/** Position in a text, with the state of each expert there; a value. */
export interface MixtureState {
  readonly position: TextPosition;
  /** In the order of the experts. */
  readonly states: readonly unknown[];
}

/** Distribution of the next character, and what it is made of. */
export interface Prediction {
  /** [vocabulary], summing to 1. */
  readonly probabilities: Float32Array;
  /** Outputs by expert, of those that have one. */
  readonly outputs: ExpertOutputs;
  /** What the mixer can learn from; undefined where one expert alone has an output. */
  readonly mix: Mix | undefined;
}

/** Characters that experts read at once. */
const CHUNK = 256;

interface Step {
  readonly prediction: Prediction;
  readonly id: number;
  readonly after: MixtureState;
}

/**
 * Several experts as one predictor: each predicts the next character, and a {@link Mixer} makes one distribution of
 * theirs. What is predicted from a state changes with what experts and mixer have learnt since. The experts are disposed
 * of with it.
 */
export class ExpertMixture implements Predictor<MixtureState> {
  readonly vocabulary: Vocabulary;
  readonly #experts: readonly Expert[];
  readonly #mixer: Mixer;

  /** @throws RangeError when there is no expert */
  constructor(vocabulary: Vocabulary, experts: readonly Expert[], pairs: readonly ExpertPair[]) {
    if (experts.length === 0) throw new RangeError('There must be an expert.');
    this.vocabulary = vocabulary;
    this.#experts = experts;
    this.#mixer = new Mixer(vocabulary, pairs);
  }

  /** Ids of the experts, in the order in which they predict. */
  get ids(): string[] {
    return this.#experts.map(({ id }) => id);
  }

  start(): MixtureState {
    return {
      position: { context: new Uint16Array(0), document: undefined },
      states: this.#experts.map((expert) => expert.start()),
    };
  }

  /** Same position, in a document that experts may have counts over. */
  within({ position, states }: MixtureState, document: string | undefined): MixtureState {
    return { position: { ...position, document }, states };
  }

  /** State of one expert; undefined where it is not mixed. */
  stateOf({ states }: MixtureState, id: string): unknown {
    return states[this.#experts.findIndex((expert) => expert.id === id)];
  }

  async read({ position, states }: MixtureState, ids: ArrayLike<number>): Promise<MixtureState> {
    const read = await Promise.all(this.#experts.map((expert, index) => expert.read(states[index], ids)));
    return { position: after(position, ids), states: read };
  }

  async advance(states: readonly MixtureState[], ids: readonly number[]): Promise<MixtureState[]> {
    const advanced = await Promise.all(
      this.#experts.map((expert, index) =>
        expert.advance(
          states.map((state) => state.states[index]),
          ids,
        ),
      ),
    );
    return states.map(({ position }, index) => ({
      position: after(position, [ids[index]!]),
      states: advanced.map((each) => each[index]),
    }));
  }

  next({ position, states }: MixtureState): Float32Array {
    const { outputs, first } = this.#outputs(position, states, []);
    return outputs.size > 1
      ? this.#mixer.probabilities(outputs, position.context)
      : new Float32Array(first.probabilities);
  }

  /** @throws RangeError when no expert has an output */
  predict({ position, states }: MixtureState): Prediction {
    return this.#predict(position, states, []);
  }

  /** Weight of each expert in a prediction; together 1. */
  weightsOf({ mix, outputs }: Prediction): ReadonlyMap<string, number> {
    return mix === undefined ? new Map([...outputs.keys()].map((id) => [id, 1])) : this.#mixer.weightsOf(mix);
  }

  /** Trains the mixer on the character that came after a prediction, in text that no expert has learnt. */
  trainMixer({ mix }: Prediction, id: number): void {
    if (mix !== undefined) this.#mixer.learn(mix, id);
  }

  /** Has the experts learn that a character came at a state. */
  learn({ position, states }: MixtureState, id: number): void {
    for (const [index, expert] of this.#experts.entries()) expert.learn?.(states[index], position, id);
  }

  /**
   * Reads a text that no expert has learnt, and trains the mixer on each character.
   *
   * @returns the state behind it
   */
  async trainOn(state: MixtureState, ids: Uint16Array): Promise<MixtureState> {
    if (ids.length === 0) return state;
    let last = state;
    for await (const { after } of this.#follow(state, ids)) last = after;
    return last;
  }

  /** Does as {@link trainOn}, has the experts learn each character, too, and yields it with the prediction before it. */
  async *learnFrom(state: MixtureState, ids: Uint16Array): AsyncGenerator<{ prediction: Prediction; id: number }> {
    let before = state;
    for (let start = 0; start < ids.length; start += CHUNK) {
      for await (const { prediction, id, after } of this.#follow(before, ids.subarray(start, start + CHUNK))) {
        yield { prediction, id };
        this.learn(before, id);
        before = after;
      }
    }
  }

  /**
   * Reads a text, trains the mixer on each character, and yields it with its prediction and the state behind it. Of experts
   * that give `distributions` that state is the text's first, until the last character.
   */
  async *#follow(state: MixtureState, ids: Uint16Array): AsyncGenerator<Step> {
    const ahead = await Promise.all(
      this.#experts.map((expert, index) => expert.distributions?.(state.states[index], ids)),
    );
    let { position, states } = state;
    for (const [index, id] of ids.entries()) {
      const known = ahead.map((read) => read?.before[index]);
      const prediction = this.#predict(position, states, known);
      this.trainMixer(prediction, id);
      const isLast = index === ids.length - 1;
      states = await Promise.all(
        this.#experts.map((expert, one) => {
          const read = ahead[one];
          if (read === undefined) return expert.read(states[one], [id]);
          return isLast ? read.last : states[one];
        }),
      );
      position = after(position, [id]);
      yield { prediction, id, after: { position, states } };
    }
  }

  async dispose(): Promise<void> {
    for (const expert of this.#experts) await expert.dispose?.();
  }

  /** @param known distributions of experts that were computed ahead */
  #predict(
    position: TextPosition,
    states: readonly unknown[],
    known: readonly (Float32Array | undefined)[],
  ): Prediction {
    const { outputs, first } = this.#outputs(position, states, known);
    const mix = outputs.size > 1 ? this.#mixer.mix(outputs, position.context) : undefined;
    return { probabilities: new Float32Array(mix?.probabilities ?? first.probabilities), outputs, mix };
  }

  /** Outputs of the experts, and the first of them. */
  #outputs(
    position: TextPosition,
    states: readonly unknown[],
    known: readonly (Float32Array | undefined)[],
  ): { readonly outputs: ExpertOutputs; readonly first: ExpertOutput } {
    const outputs = new Map<string, ExpertOutput>();
    for (const [index, expert] of this.#experts.entries()) {
      const probabilities = known[index];
      const output = probabilities === undefined ? expert.predict(states[index], position, outputs) : { probabilities };
      if (output !== undefined) outputs.set(expert.id, output);
    }
    const [first] = outputs.values();
    if (first === undefined) throw new RangeError('No expert has an output.');
    return { outputs, first };
  }
}

function after({ context, document }: TextPosition, ids: ArrayLike<number>): TextPosition {
  return { context: lastIds(context, ids), document };
}
