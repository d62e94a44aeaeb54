import type { Vocabulary } from '../../corpus/vocabulary.ts';
import { Words } from '../context/wordStream.ts';
import type { DocumentMemory } from '../experts/documentCache.ts';
import { contextAfter, type Expectation, type MemoryPredictor, type MemoryState } from '../experts/memoryPredictor.ts';
import { distributionsOf, type Predictor } from '../predictor.ts';
import { Gate, type Voice } from './gate.ts';

/** Where all voices stand in a text. */
export interface MixtureState<State> {
  /** Undefined where there is no network. */
  readonly network: State | undefined;
  readonly memory: MemoryState;
  /** The last ids by words. */
  readonly words: Uint16Array;
  /** The memory of the document alone; see {@link MixturePredictor.within}. */
  readonly document?: DocumentMemory | undefined;
}

/** What a state expects, and who says so. */
export interface Voices {
  readonly network?: Float32Array | undefined;
  readonly memory?: Expectation | undefined;
  readonly document?: Expectation | undefined;
  readonly words?: Expectation | undefined;
  /** What each counts, together 1; undefined where only one speaks. */
  readonly shares?: Readonly<Record<Voice, number>>;
  /** What they make of it. */
  readonly probabilities: Float32Array;
}

/**
 * The network, a memory of the workspace and one of the open document as one predictor; see {@link Gate}. It owns the
 * network. Network or memory may be missing: then the others speak alone. What is expected of a state changes with what
 * memories and gate have learnt since.
 */
export class MixturePredictor<State> implements Predictor<MixtureState<State>> {
  readonly vocabulary: Vocabulary;
  readonly network: Predictor<State> | undefined;
  readonly #gate: Gate;
  readonly #words: Words;
  #memory: MemoryPredictor | undefined;

  /** @throws RangeError when they do not speak of the same characters, or both are missing */
  constructor(network: Predictor<State> | undefined, memory?: MemoryPredictor) {
    const vocabulary = network?.vocabulary ?? memory?.vocabulary;
    if (vocabulary === undefined) throw new RangeError('There must be somebody to speak.');
    this.vocabulary = vocabulary;
    this.network = network;
    this.#gate = new Gate(vocabulary);
    this.#words = new Words(vocabulary);
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
    this.#expectSameCharacters(memory);
    this.#memory = memory;
  }

  start(): MixtureState<State> {
    return { network: this.network?.start(), memory: { context: NOTHING }, words: NOTHING };
  }

  /**
   * The same place, with what is known of the document that it is in: voices of its own, as what stands in a document is
   * likelier to come again there than anywhere else.
   *
   * @throws RangeError when it does not speak of the same characters
   */
  within(state: MixtureState<State>, document: DocumentMemory | undefined): MixtureState<State> {
    this.#expectSameCharacters(document);
    return { ...state, document };
  }

  async read(state: MixtureState<State>, ids: ArrayLike<number>): Promise<MixtureState<State>> {
    const network = this.network === undefined ? undefined : await this.network.read(state.network as State, ids);
    return { ...state, network, ...this.#after(state, ids) };
  }

  async advance(states: readonly MixtureState<State>[], ids: readonly number[]): Promise<MixtureState<State>[]> {
    const networks = await this.network?.advance(
      states.map(({ network }) => network as State),
      ids,
    );
    return states.map((state, index) => ({
      ...state,
      network: networks?.[index],
      ...this.#after(state, [ids[index]!]),
    }));
  }

  next(state: MixtureState<State>): Float32Array {
    return this.voices(state).probabilities;
  }

  /** Whether more than one voice speaks there. */
  isJoined({ document }: MixtureState<State>): boolean {
    return this.#memory !== undefined && (this.network !== undefined || document !== undefined);
  }

  /** What each expects, and the mixture. */
  voices(state: MixtureState<State>): Voices {
    return this.#heard(state, this.network?.next(state.network as State));
  }

  /** Reads text that the memories do not know yet, and lets the gate learn from it. */
  async study(state: MixtureState<State>, ids: Uint16Array): Promise<MixtureState<State>> {
    if (ids.length === 0) return state;
    const read = this.network && (await distributionsOf(this.network, state.network as State, ids));
    let place = state;
    for (const [index, id] of ids.entries()) {
      if (this.#heard(place, read?.before[index]).shares !== undefined) this.#gate.learn(id);
      place = { ...place, ...this.#after(place, [id]) };
    }
    return { ...place, network: read?.last };
  }

  /** Lets the gate learn from a character that was typed, in text that the memories do not know yet. */
  learn(state: MixtureState<State>, id: number): void {
    if (this.voices(state).shares !== undefined) this.#gate.learn(id);
  }

  async dispose(): Promise<void> {
    await this.network?.dispose();
  }

  #heard(state: MixtureState<State>, network: Float32Array | undefined): Voices {
    const memory = this.#memory?.expect(state.memory);
    const place = { context: state.memory.context, words: state.words };
    const document = memory && state.document?.expect(place, memory.probabilities);
    const voices = { network, memory, ...document };
    if (!this.isJoined(state)) {
      return { ...voices, probabilities: (network ?? memory?.probabilities)! };
    }
    const probabilities = Float32Array.from(this.#gate.mix(voices, state.memory.context));
    return { ...voices, shares: this.#gate.shares, probabilities };
  }

  #after(state: MixtureState<State>, ids: ArrayLike<number>) {
    return { memory: contextAfter(state.memory, ids), words: this.#words.after(state.words, ids) };
  }

  #expectSameCharacters(memory: MemoryPredictor | DocumentMemory | undefined): void {
    if (memory?.vocabulary.equals(this.vocabulary) === false) throw new RangeError('All must have one vocabulary.');
  }
}

const NOTHING = new Uint16Array(0);
