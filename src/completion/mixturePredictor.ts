import type { Vocabulary } from '../corpus/vocabulary.ts';
import { Gate } from './gate.ts';
import type { MemoryPredictor, MemoryState } from './memoryPredictor.ts';
import type { Predictor } from './predictor.ts';

/** Where both voices stand in a text. */
export interface MixtureState<State> {
  readonly network: State;
  readonly memory: MemoryState;
}

/**
 * The network and a memory as one predictor; see {@link Gate}. It owns the network. What it expects of a state changes
 * with what memory and gate have learnt since.
 */
export class MixturePredictor<State> implements Predictor<MixtureState<State>> {
  readonly vocabulary: Vocabulary;
  readonly network: Predictor<State>;
  readonly memory: MemoryPredictor;
  readonly gate: Gate;

  /** @throws RangeError when they do not speak of the same characters */
  constructor(network: Predictor<State>, memory: MemoryPredictor) {
    if (network.vocabulary !== memory.vocabulary) throw new RangeError('Both must have one vocabulary.');
    this.vocabulary = network.vocabulary;
    this.network = network;
    this.memory = memory;
    this.gate = new Gate(network.vocabulary.size);
  }

  start(): MixtureState<State> {
    return { network: this.network.start(), memory: this.memory.start() };
  }

  async read({ network, memory }: MixtureState<State>, ids: ArrayLike<number>): Promise<MixtureState<State>> {
    return { network: await this.network.read(network, ids), memory: await this.memory.read(memory, ids) };
  }

  async advance(states: readonly MixtureState<State>[], ids: readonly number[]): Promise<MixtureState<State>[]> {
    const networks = await this.network.advance(
      states.map(({ network }) => network),
      ids,
    );
    const memories = await this.memory.advance(
      states.map(({ memory }) => memory),
      ids,
    );
    return networks.map((network, index) => ({ network, memory: memories[index]! }));
  }

  next(state: MixtureState<State>): Float32Array {
    return Float32Array.from(this.#mix(state));
  }

  /** Lets the gate learn from a character that was typed, in text that the memory does not know yet. */
  learn(state: MixtureState<State>, id: number): void {
    this.#mix(state);
    this.gate.learn(id);
  }

  async dispose(): Promise<void> {
    await this.network.dispose();
  }

  #mix({ network, memory }: MixtureState<State>): Float64Array {
    const { probabilities, matched } = this.memory.expect(memory);
    return this.gate.mix(this.network.next(network), probabilities, matched);
  }
}
