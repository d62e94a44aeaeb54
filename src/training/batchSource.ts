import { random } from '../base/random.ts';
import { shuffled } from '../corpus/shuffle.ts';
import { concatenate, Streams } from '../corpus/streams.ts';
import type { Batch } from './engines/engine.ts';

/** What is trained on, cut into steps. */
export interface BatchSource {
  readonly stepsPerEpoch: number;
  /** Characters whose prediction a step trains. */
  readonly charactersPerStep: number;
  /** Whether the recurrent state of one step is where the next goes on. */
  readonly carriesState: boolean;
  /** The batch of a step, 0 ≤ step < stepsPerEpoch. Epochs differ in their order, always the same way for one seed. */
  batch(epoch: number, step: number): Batch;
}

/** Whole documents in parallel streams, shuffled anew for each epoch, for truncated back-propagation through time. */
export class StreamBatches implements BatchSource {
  readonly stepsPerEpoch: number;
  readonly charactersPerStep: number;
  readonly carriesState = true;
  readonly #documents: readonly Uint16Array[];
  readonly #seed: number;
  #epoch = 0;
  #streams: Streams;

  constructor(documents: readonly Uint16Array[], batch: number, timeSteps: number, seed: number) {
    this.#documents = documents;
    this.#seed = seed;
    this.#streams = this.#shuffle(batch, timeSteps, 0);
    this.stepsPerEpoch = this.#streams.stepsPerEpoch;
    this.charactersPerStep = batch * timeSteps;
  }

  batch(epoch: number, step: number): Batch {
    if (epoch !== this.#epoch) {
      this.#streams = this.#shuffle(this.#streams.batch, this.#streams.timeSteps, epoch);
      this.#epoch = epoch;
    }
    return this.#streams.window(step);
  }

  #shuffle(batch: number, timeSteps: number, epoch: number): Streams {
    return new Streams(concatenate(shuffled(this.#documents, seedOf(this.#seed, epoch))), batch, timeSteps);
  }
}

/**
 * Overlapping windows of the text in random order, each of which predicts the one character after it: how the LSTM
 * text-generation tutorials do it.
 */
export class WindowBatches implements BatchSource {
  readonly stepsPerEpoch: number;
  readonly charactersPerStep: number;
  readonly carriesState = false;
  readonly #text: Uint16Array;
  readonly #length: number;
  readonly #stride: number;
  readonly #seed: number;
  #epoch = -1;
  #order: Uint32Array = new Uint32Array(0);

  /** @param stride characters from the start of one window to that of the next */
  constructor(
    documents: readonly Uint16Array[],
    { batch, length, stride, seed }: { batch: number; length: number; stride: number; seed: number },
  ) {
    this.#text = concatenate(documents);
    this.#length = length;
    this.#stride = stride;
    this.#seed = seed;
    this.charactersPerStep = batch;
    this.stepsPerEpoch = Math.max(1, Math.floor(this.#count / batch));
  }

  batch(epoch: number, step: number): Batch {
    if (epoch !== this.#epoch) {
      this.#order = permutation(this.#count, seedOf(this.#seed, epoch));
      this.#epoch = epoch;
    }
    const batch = this.charactersPerStep;
    const inputs = new Int32Array(this.#length * batch);
    const targets = new Int32Array(batch);
    for (let row = 0; row < batch; row++) {
      const start = this.#order[(step * batch + row) % this.#order.length]! * this.#stride;
      for (let time = 0; time < this.#length; time++) inputs[time * batch + row] = this.#text[start + time]!;
      targets[row] = this.#text[start + this.#length]!;
    }
    return { inputs, targets };
  }

  get #count(): number {
    return Math.max(1, Math.ceil((this.#text.length - this.#length) / this.#stride));
  }
}

function seedOf(seed: number, epoch: number): number {
  return seed * 1_000_003 + epoch;
}

/** Fisher–Yates shuffle of 0 … count − 1. */
function permutation(count: number, seed: number): Uint32Array {
  const uniform = random(seed);
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(uniform() * (i + 1));
    const kept = order[i]!;
    order[i] = order[j]!;
    order[j] = kept;
  }
  return order;
}
