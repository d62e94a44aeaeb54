import type { Vocabulary } from '../corpus/vocabulary.ts';
import { Gate } from './gate.ts';
import { contextAfter, type Expectation, type MemoryPredictor, type MemoryState } from './memoryPredictor.ts';
import { distributionsOf, type Predictor } from './predictor.ts';

/** Where both voices stand in a text. */
export interface MixtureState<State> {
  /** Undefined where there is no network. */
  readonly network: State | undefined;
  readonly memory: MemoryState;
}

/** What a state expects, and who says so. */
export interface Voices {
  readonly network?: Float32Array;
  readonly memory?: Expectation;
  /** What the network counts, 0 to 1. */
  readonly networkWeight?: number;
  /** What both make of it. */
  readonly probabilities: Float32Array;
}

/**
 * The network and a memory as one predictor; see {@link Gate}. It owns the network. Either may be missing: then the other
 * speaks alone. What is expected of a state changes with what memory and gate have learnt since.
 */
export class MixturePredictor<State> implements Predictor<MixtureState<State>> {
  readonly vocabulary: Vocabulary;
  readonly network: Predictor<State> | undefined;
  readonly #gate: Gate;
  #memory: MemoryPredictor | undefined;

  /** @throws RangeError when they do not speak of the same characters, or both are missing */
  constructor(network: Predictor<State> | undefined, memory?: MemoryPredictor) {
    const vocabulary = network?.vocabulary ?? memory?.vocabulary;
    if (vocabulary === undefined) throw new RangeError('There must be somebody to speak.');
    this.vocabulary = vocabulary;
    this.network = network;
    this.#gate = new Gate(vocabulary.size);
    this.remember(memory);
  }

  get memory(): MemoryPredictor | undefined {
    return this.#memory;
  }

  /**
   * Gives it another memory, or takes it away.
   *
   * @throws RangeError when it does not speak of the same characters
   */
  remember(memory: MemoryPredictor | undefined): void {
    if (memory?.vocabulary.equals(this.vocabulary) === false) throw new RangeError('Both must have one vocabulary.');
    this.#memory = memory;
  }

  start(): MixtureState<State> {
    return { network: this.network?.start(), memory: { context: new Uint16Array(0) } };
  }

  async read({ network, memory }: MixtureState<State>, ids: ArrayLike<number>): Promise<MixtureState<State>> {
    return {
      network: this.network === undefined ? undefined : await this.network.read(network as State, ids),
      memory: contextAfter(memory, ids),
    };
  }

  async advance(states: readonly MixtureState<State>[], ids: readonly number[]): Promise<MixtureState<State>[]> {
    const networks = await this.network?.advance(
      states.map(({ network }) => network as State),
      ids,
    );
    return states.map(({ memory }, index) => ({
      network: networks?.[index],
      memory: contextAfter(memory, [ids[index]!]),
    }));
  }

  next(state: MixtureState<State>): Float32Array {
    return this.voices(state).probabilities;
  }

  /** What both expect, and the mixture. */
  voices({ network: state, memory: { context } }: MixtureState<State>): Voices {
    const network = this.network?.next(state as State);
    const memory = this.#memory?.expect({ context });
    if (network === undefined) return { memory: memory!, probabilities: memory!.probabilities };
    if (memory === undefined) return { network, probabilities: network };
    const probabilities = Float32Array.from(this.#gate.mix(network, memory.probabilities, memory.matched));
    return { network, memory, networkWeight: this.#gate.networkShare, probabilities };
  }

  /** Reads text that the memory does not know yet, and lets the gate learn from it. */
  async study({ network: state, memory: place }: MixtureState<State>, ids: Uint16Array): Promise<MixtureState<State>> {
    if (this.network === undefined || ids.length === 0) return this.read({ network: state, memory: place }, ids);
    const { before, last } = await distributionsOf(this.network, state as State, ids);
    let context = place;
    for (const [index, id] of ids.entries()) {
      const expected = this.#memory?.expect(context);
      if (expected !== undefined) {
        this.#gate.mix(before[index]!, expected.probabilities, expected.matched);
        this.#gate.learn(id);
      }
      context = contextAfter(context, [id]);
    }
    return { network: last, memory: context };
  }

  /** Lets the gate learn from a character that was typed, in text that the memory does not know yet. */
  learn(state: MixtureState<State>, id: number): void {
    if (this.voices(state).networkWeight !== undefined) this.#gate.learn(id);
  }

  async dispose(): Promise<void> {
    await this.network?.dispose();
  }
}
