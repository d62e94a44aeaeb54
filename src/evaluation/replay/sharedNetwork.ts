import { type Distributions, distributionsOf, type Predictor } from '../../completion/predictor.ts';
import type { Vocabulary } from '../../corpus/vocabulary.ts';

/** Ids that are read at once at least for it to be remembered: not each key that is typed. */
const FEWEST = 8;
/** Distributions and states that are remembered at most, a few kilobytes each. */
const MOST = 40_000;

/** What was read from a state on, by its ids. */
interface Known<State> {
  readonly read: Map<string, Promise<State>>;
  readonly distributions: Map<string, Promise<Distributions<State>>>;
}

/**
 * A network for several who read the same texts: what was read before from the same state on is not computed again, so that
 * its answers are those of the network, bit by bit.
 */
export class SharedNetwork<State = unknown> implements Predictor<State> {
  readonly #network: Predictor<State>;
  readonly #start: State;
  readonly #most: number;
  readonly #known = new Map<State, Known<State>>();
  #remembered = 0;

  /**
   * @param network is disposed of with it
   * @param most distributions and states that are remembered: then all are forgotten
   */
  constructor(network: Predictor<State>, most = MOST) {
    this.#network = network;
    this.#most = most;
    this.#start = network.start();
  }

  get vocabulary(): Vocabulary {
    return this.#network.vocabulary;
  }

  start(): State {
    return this.#start;
  }

  read(state: State, ids: ArrayLike<number>): Promise<State> {
    if (ids.length < FEWEST) return this.#network.read(state, ids);
    const { read } = this.#after(state, 1);
    const key = keyOf(ids);
    const answer = read.get(key) ?? this.#network.read(state, ids);
    read.set(key, answer);
    return answer;
  }

  advance(states: readonly State[], ids: readonly number[]): Promise<State[]> {
    return this.#network.advance(states, ids);
  }

  next(state: State): Float32Array {
    return this.#network.next(state);
  }

  distributions(state: State, ids: Uint16Array): Promise<Distributions<State>> {
    if (ids.length < FEWEST) return distributionsOf(this.#network, state, ids);
    const { distributions } = this.#after(state, ids.length);
    const key = keyOf(ids);
    const answer = distributions.get(key) ?? distributionsOf(this.#network, state, ids);
    distributions.set(key, answer);
    return answer;
  }

  dispose(): Promise<void> {
    return this.#network.dispose();
  }

  /** @param more so much may be remembered now */
  #after(state: State, more: number): Known<State> {
    this.#remembered += more;
    if (this.#remembered > this.#most) {
      this.#known.clear();
      this.#remembered = more;
    }
    const known = this.#known.get(state) ?? { read: new Map(), distributions: new Map() };
    this.#known.set(state, known);
    return known;
  }
}

/** The ids themselves, as a string: there may be as many as a file has characters. */
function keyOf(ids: ArrayLike<number>): string {
  let key = '';
  for (let index = 0; index < ids.length; index++) key += String.fromCharCode(ids[index]!);
  return key;
}
