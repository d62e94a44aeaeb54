import { SEPARATOR, UNKNOWN, UNKNOWN_CHARACTER_BITS } from '../corpus/vocabulary.ts';
import { type BatchState, LstmRuntime, laneOf, type RuntimeOptions, stackStates } from '../lstm/runtime.ts';
import type { NetworkShape } from '../protocol/trainerState.ts';

/** Network that is scored, and how it is run. */
export interface ScoredNetwork {
  readonly shape: NetworkShape;
  /** Flat, in the order of `parameterSlots`. */
  readonly parameters: Float32Array;
  /** Number of last characters that it is run on from zero state; null: its state is carried. */
  readonly context: number | null;
}

/** Score of a predictor on documents. */
export interface Score {
  readonly documents: number;
  /** Code points of headers and texts, separators included. */
  readonly characters: number;
  /** −log₂ p summed over all of them. */
  readonly bits: number;
  readonly bitsPerCharacter: number;
  /**
   * Fraction of the characters after the separators that the network gave the largest probability. An unknown
   * character is never right: no program can type it.
   */
  readonly top1: number;
}

export interface ScoreOptions extends RuntimeOptions {
  /** Told after each run the fraction that is done, up to 1. */
  readonly onProgress?: (fraction: number) => void;
  /** Ends the scoring between two runs, with the signal's reason thrown. */
  readonly signal?: AbortSignal;
}

/**
 * Score of a network on documents, by the project's one measure: −log₂ p summed over header and text of every
 * document, state zero at each document's header, divided by the number of code points; an unknown character costs its
 * id's bits plus 20. The separator that begins a document counts as a code point. Nothing stands before it, so it costs
 * what the output layer gives at state zero.
 *
 * A network with a bounded context predicts every character from zero state and the last characters before it.
 *
 * @param texts documents as ids, each begun by its separator
 * @throws UserFacingError when onnxruntime cannot load the network
 */
export async function score(
  { shape, parameters, context }: ScoredNetwork,
  texts: readonly Uint16Array[],
  { onProgress, signal, ...options }: ScoreOptions = {},
): Promise<Score> {
  const runtime = await LstmRuntime.open(shape, parameters, options);
  try {
    const tally = new Tally();
    for (const _ of texts) tally.addSeparator(runtime.startLogits);
    const runs = context === null ? carriedRuns(runtime, texts, tally) : windowRuns(runtime, texts, context, tally);
    const total = texts.reduce((sum, ids) => sum + ids.length, 0);
    for await (const _ of runs) {
      signal?.throwIfAborted();
      onProgress?.(tally.characters / total);
    }
    return tally.result();
  } finally {
    await runtime.dispose();
  }
}

/** Sums of bits and hits over characters. */
class Tally {
  characters = 0;
  #documents = 0;
  #bits = 0;
  #right = 0;

  addSeparator(logits: Float32Array): void {
    this.#documents++;
    this.characters++;
    this.#bits += bitsOf(logits, 0, logits.length, SEPARATOR).bits;
  }

  /** @param row which of the rows [vocabulary] of `logits` predicts `target` */
  add(logits: Float32Array, row: number, vocabulary: number, target: number): void {
    const { bits, mostProbable } = bitsOf(logits, row * vocabulary, vocabulary, target);
    this.characters++;
    this.#bits += bits;
    if (target === UNKNOWN) this.#bits += UNKNOWN_CHARACTER_BITS;
    else if (mostProbable === target) this.#right++;
  }

  result(): Score {
    const predicted = this.characters - this.#documents;
    return {
      documents: this.#documents,
      characters: this.characters,
      bits: this.#bits,
      bitsPerCharacter: this.characters === 0 ? 0 : this.#bits / this.characters,
      top1: predicted === 0 ? 0 : this.#right / predicted,
    };
  }
}

/** −log₂ softmax of one id, and the id with the largest logit, read from the logits in place. */
function bitsOf(
  logits: Float32Array,
  start: number,
  vocabulary: number,
  target: number,
): { bits: number; mostProbable: number } {
  let mostProbable = 0;
  for (let id = 1; id < vocabulary; id++) if (logits[start + id]! > logits[start + mostProbable]!) mostProbable = id;
  const largest = logits[start + mostProbable]!;
  let sum = 0;
  for (let id = 0; id < vocabulary; id++) sum += Math.exp(logits[start + id]! - largest);
  return { bits: (Math.log(sum) + largest - logits[start + target]!) / Math.LN2, mostProbable };
}

/** Most documents that are read side by side. */
const LANES = 32;
const TIME_STEPS = 128;
/** Floats of logits in one run (16 MB): with a large vocabulary, runs are shorter. */
const LOGITS_PER_RUN = 4 * 2 ** 20;

/** Document on its way through the network. */
interface Lane {
  readonly ids: Uint16Array;
  /** Ids read so far. */
  position: number;
  state: BatchState;
}

/**
 * Scores documents with carried state, many side by side. The longest begin, and when one has ended the next takes its
 * place, so that the lanes stay full until the end.
 */
async function* carriedRuns(runtime: LstmRuntime, texts: readonly Uint16Array[], tally: Tally): AsyncGenerator<void> {
  const waiting = texts.filter((ids) => ids.length > 1).sort((a, b) => a.length - b.length);
  const longestRun = Math.max(1, Math.min(TIME_STEPS, Math.floor(LOGITS_PER_RUN / LANES / runtime.shape.vocabulary)));
  let lanes: Lane[] = [];
  while (waiting.length > 0 || lanes.length > 0) {
    while (lanes.length < LANES && waiting.length > 0) {
      lanes.push({ ids: waiting.pop()!, position: 0, state: runtime.zeroState(1) });
    }
    const timeSteps = Math.min(longestRun, Math.max(...lanes.map(remaining)));
    await advanceLanes(runtime, lanes, timeSteps, tally);
    lanes = lanes.filter((lane) => remaining(lane) > 0);
    yield;
  }
}

/** Characters still to be predicted. */
function remaining({ ids, position }: Lane): number {
  return ids.length - 1 - position;
}

/** Reads the next ids of all lanes; what lies behind a document's end is padding and not scored. */
async function advanceLanes(runtime: LstmRuntime, lanes: readonly Lane[], timeSteps: number, tally: Tally) {
  const { shape } = runtime;
  const batch = lanes.length;
  const ids = new Uint16Array(timeSteps * batch);
  for (const [lane, { ids: text, position }] of lanes.entries()) {
    for (let time = 0; time < timeSteps; time++) ids[time * batch + lane] = text[position + time] ?? UNKNOWN;
  }
  const before = stackStates(
    lanes.map(({ state }) => state),
    shape,
  );
  const { logits, state } = await runtime.run(ids, batch, before);
  for (const [lane, here] of lanes.entries()) {
    const steps = Math.min(timeSteps, remaining(here));
    for (let time = 0; time < steps; time++) {
      tally.add(logits, time * batch + lane, shape.vocabulary, here.ids[here.position + time + 1]!);
    }
    here.position += steps;
    here.state = laneOf(state, shape, batch, lane);
  }
}

/** Most windows read side by side. */
const WINDOWS = 256;

/** Scores documents by windows of `context` ids; at a document's start, where there are fewer, of what there is. */
async function* windowRuns(
  runtime: LstmRuntime,
  texts: readonly Uint16Array[],
  context: number,
  tally: Tally,
): AsyncGenerator<void> {
  const { vocabulary } = runtime.shape;
  for (const { length, windows } of windowsByLength(texts, context)) {
    const size = Math.max(1, Math.min(WINDOWS, Math.floor(LOGITS_PER_RUN / length / vocabulary)));
    for (const batch of batches(windows, size)) {
      const ids = new Uint16Array(length * batch.length);
      for (const [lane, { text, end }] of batch.entries()) {
        for (let time = 0; time < length; time++) ids[time * batch.length + lane] = text[end - length + time]!;
      }
      const logits = await runtime.predict(ids, batch.length);
      for (const [lane, { text, end }] of batch.entries()) {
        tally.add(logits, (length - 1) * batch.length + lane, vocabulary, text[end]!);
      }
      yield;
    }
  }
}

/** Window of ids before `end`, which predict the one there. */
interface Window {
  readonly text: Uint16Array;
  readonly end: number;
}

function* windowsByLength(
  texts: readonly Uint16Array[],
  context: number,
): Generator<{ length: number; windows: Iterable<Window> }> {
  const longest = texts.reduce((most, text) => Math.max(most, text.length - 1), 0);
  for (let length = 1; length < Math.min(context, longest + 1); length++) {
    const windows = texts.filter((text) => text.length > length).map((text) => ({ text, end: length }));
    yield { length, windows };
  }
  yield { length: context, windows: fullWindows(texts, context) };
}

function* fullWindows(texts: readonly Uint16Array[], context: number): Generator<Window> {
  for (const text of texts) {
    for (let end = context; end < text.length; end++) yield { text, end };
  }
}

function* batches<T>(items: Iterable<T>, size: number): Generator<T[]> {
  let batch: T[] = [];
  for (const item of items) {
    batch.push(item);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
