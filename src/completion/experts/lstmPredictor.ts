import { Vocabulary } from '../../corpus/vocabulary.ts';
import { type Inspected, InspectionRuntime } from '../../lstm/inspection.ts';
import { decodeModel, type Model, readModelFile } from '../../lstm/modelFile.ts';
import { type BatchState, LstmRuntime, laneOf, type RuntimeOptions, stackStates } from '../../lstm/runtime.ts';
import type { ModelCard } from '../../protocol/modelCard.ts';
import type { Distributions, Predictor } from '../predictor.ts';

/** State of the network in a text. */
export interface LstmState {
  /** Recurrent state [layers, 1, hidden]; with a bounded context the last ids themselves. */
  readonly recurrent: BatchState | Uint16Array;
  /** Distribution of the next character, [vocabulary]. */
  readonly probabilities: Float32Array;
}

/** Characters read in one run, so that a long text takes little memory. */
const CHUNK = 256;

/**
 * Predictor that runs an exported model. Normally its state is carried from character to character. A model with a bounded
 * context was trained on windows, and is always run from zero state on the last characters.
 *
 * Runs block the calling thread: this belongs in a worker.
 */
export class LstmPredictor implements Predictor<LstmState> {
  readonly card: ModelCard;
  readonly vocabulary: Vocabulary;
  readonly #model: Model;
  readonly #runtime: LstmRuntime;
  #inspection: Promise<InspectionRuntime> | undefined;

  /**
   * @param model path, or the bytes of the file
   * @throws UserFacingError when there is no such file, or it is not a whole model of this version
   */
  static async load(model: string | Uint8Array, options: RuntimeOptions = {}): Promise<LstmPredictor> {
    return LstmPredictor.open(typeof model === 'string' ? await readModelFile(model) : decodeModel(model), options);
  }

  /** @throws UserFacingError when onnxruntime cannot load the network */
  static async open(model: Model, options: RuntimeOptions = {}): Promise<LstmPredictor> {
    const vocabulary = vocabularyOf(model.card);
    return new LstmPredictor(model, vocabulary, await LstmRuntime.open(model.shape, model.parameters, options));
  }

  private constructor(model: Model, vocabulary: Vocabulary, runtime: LstmRuntime) {
    this.card = model.card;
    this.vocabulary = vocabulary;
    this.#model = model;
    this.#runtime = runtime;
  }

  start(): LstmState {
    const recurrent = this.#context === null ? this.#runtime.zeroState(1) : new Uint16Array(0);
    return { recurrent, probabilities: softmax(this.#runtime.startLogits) };
  }

  async read(state: LstmState, ids: ArrayLike<number>): Promise<LstmState> {
    if (ids.length === 0) return state;
    if (state.recurrent instanceof Uint16Array) {
      const [next] = await this.#rereadAll([this.#window(state.recurrent, ids)]);
      return next!;
    }
    const all = Array.from(ids);
    const lastChunk = Math.floor((all.length - 1) / CHUNK) * CHUNK;
    let recurrent = state.recurrent;
    for (let start = 0; start < lastChunk; start += CHUNK) {
      recurrent = await this.#runtime.read(all.slice(start, start + CHUNK), 1, recurrent);
    }
    const { logits, state: last } = await this.#runtime.run(all.slice(lastChunk), 1, recurrent);
    return { recurrent: last, probabilities: softmax(logits.subarray(-this.vocabulary.size)) };
  }

  async advance(states: readonly LstmState[], ids: readonly number[]): Promise<LstmState[]> {
    if (states.length === 0) return [];
    if (this.#context !== null) {
      return this.#rereadAll(
        states.map(({ recurrent }, index) => this.#window(recurrent as Uint16Array, [ids[index]!])),
      );
    }
    const { shape } = this.#runtime;
    const before = stackStates(
      states.map(({ recurrent }) => recurrent as BatchState),
      shape,
    );
    const { logits, state } = await this.#runtime.run(ids, states.length, before);
    return states.map((_, lane) => ({
      recurrent: laneOf(state, shape, states.length, lane),
      probabilities: softmax(this.#row(logits, lane)),
    }));
  }

  async distributions(state: LstmState, ids: Uint16Array): Promise<Distributions<LstmState>> {
    if (state.recurrent instanceof Uint16Array) {
      const before: Float32Array[] = [];
      let last = state;
      for (const id of ids) {
        before.push(last.probabilities);
        last = (await this.advance([last], [id]))[0]!;
      }
      return { before, last };
    }
    const { logits, state: recurrent } = await this.#runtime.run(ids, 1, state.recurrent);
    const after = Array.from(ids, (_, time) => softmax(this.#row(logits, time)));
    return { before: [state.probabilities, ...after.slice(0, -1)], last: { recurrent, probabilities: after.at(-1)! } };
  }

  next(state: LstmState): Float32Array {
    return state.probabilities;
  }

  /**
   * Gates, cells and outputs of the network while it reads ids. (A model with a bounded context is read like any other
   * here, from zero state.)
   */
  async inspect(state: LstmState, ids: ArrayLike<number>): Promise<Inspected> {
    const { shape, parameters } = this.#model;
    this.#inspection ??= InspectionRuntime.open(shape, parameters);
    const recurrent = state.recurrent instanceof Uint16Array ? this.#runtime.zeroState(1) : state.recurrent;
    return (await this.#inspection).read(ids, recurrent);
  }

  /** State after ids that were inspected. */
  stateAfter({ state, logits }: Inspected): LstmState {
    return { recurrent: state, probabilities: softmax(logits.subarray(-this.vocabulary.size)) };
  }

  async dispose(): Promise<void> {
    await this.#runtime.dispose();
    await (await this.#inspection)?.dispose();
  }

  get #context(): number | null {
    return this.card.hyperparameters.context;
  }

  /** Last ids that a bounded context holds, after some more were read. */
  #window(before: Uint16Array, ids: ArrayLike<number>): Uint16Array {
    const joined = new Uint16Array(before.length + ids.length);
    joined.set(before);
    joined.set(ids, before.length);
    return joined.slice(-this.#context!);
  }

  /** Runs windows from zero state, those of one length together; only at the very start of texts do lengths differ. */
  async #rereadAll(windows: readonly Uint16Array[]): Promise<LstmState[]> {
    const states: LstmState[] = [];
    for (const length of new Set(windows.map((window) => window.length))) {
      const group = [...windows.keys()].filter((index) => windows[index]!.length === length);
      const ids = new Uint16Array(length * group.length);
      for (const [lane, index] of group.entries()) {
        for (const [time, id] of windows[index]!.entries()) ids[time * group.length + lane] = id;
      }
      const logits = await this.#runtime.predict(ids, group.length);
      for (const [lane, index] of group.entries()) {
        const row = (length - 1) * group.length + lane;
        states[index] = { recurrent: windows[index]!, probabilities: softmax(this.#row(logits, row)) };
      }
    }
    return states;
  }

  #row(logits: Float32Array, row: number): Float32Array {
    return logits.subarray(row * this.vocabulary.size, (row + 1) * this.vocabulary.size);
  }
}

/**
 * Vocabulary of a model.
 *
 * @throws UserFacingError when it is not a vocabulary of ours
 */
export function vocabularyOf(card: ModelCard): Vocabulary {
  return Vocabulary.fromJSON({ characters: card.vocabulary.join('') });
}

/** Probabilities [vocabulary] of logits [vocabulary]. */
export function softmax(logits: Float32Array): Float32Array {
  let largest = -Infinity;
  for (const logit of logits) if (logit > largest) largest = logit;
  const probabilities = new Float32Array(logits.length);
  let sum = 0;
  for (let id = 0; id < logits.length; id++) sum += probabilities[id] = Math.exp(logits[id]! - largest);
  for (let id = 0; id < logits.length; id++) probabilities[id]! /= sum;
  return probabilities;
}
