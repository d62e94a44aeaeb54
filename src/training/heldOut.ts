import { SEPARATOR, UNKNOWN, UNKNOWN_CHARACTER_BITS } from '../corpus/vocabulary.ts';
import { parameterSlots, slotView } from '../lstm/network.ts';
import type { EvaluationBatch, TrainingEngine } from './engine.ts';

/** A window of held-out text; `scored` [timeSteps, batch] is 1 where a document's character is predicted. */
export interface HeldOutWindow extends EvaluationBatch {
  readonly scored: Uint8Array;
}

/** Held-out text, laid out for an engine. */
export interface HeldOut {
  readonly documents: number;
  /** Code points of the documents, separators included. */
  readonly characters: number;
  windows(): Iterable<HeldOutWindow>;
}

/**
 * Held-out documents laid out in parallel lanes. A document is never cut: it runs down one lane, its state zero at its
 * first character, and the next one follows. Lanes are filled longest document first, each into the emptiest lane.
 */
export class HeldOutLanes implements HeldOut {
  /** Code points of the documents, separators included. */
  readonly characters: number;
  readonly documents: number;
  readonly #lanes: Uint16Array[][];
  readonly #length: number;
  readonly #timeSteps: number;

  /** @param documents ids of each: separator, header, text */
  constructor(documents: readonly Uint16Array[], batch: number, timeSteps: number) {
    this.documents = documents.length;
    this.characters = documents.reduce((sum, document) => sum + document.length, 0);
    this.#timeSteps = timeSteps;
    this.#lanes = Array.from({ length: batch }, () => []);
    const lengths = new Array<number>(batch).fill(0);
    for (const document of [...documents].sort((a, b) => b.length - a.length)) {
      const emptiest = lengths.indexOf(Math.min(...lengths));
      this.#lanes[emptiest]!.push(document);
      lengths[emptiest]! += document.length - 1;
    }
    this.#length = Math.max(...lengths);
  }

  *windows(): Iterable<HeldOutWindow> {
    const batch = this.#lanes.length;
    const size = this.#timeSteps * batch;
    const readers = this.#lanes.map(laneReader);
    for (let start = 0; start < this.#length; start += this.#timeSteps) {
      const window = emptyWindow(size);
      for (let time = 0; time < this.#timeSteps; time++) {
        for (let lane = 0; lane < batch; lane++) readers[lane]!(window, time * batch + lane);
      }
      yield window;
    }
  }
}

/**
 * Held-out documents for a model that is run from zero state on so many last characters: each character is the target of
 * a window of its own, ended by the characters before it.
 */
export class HeldOutContexts implements HeldOut {
  readonly documents: number;
  readonly characters: number;
  readonly #documents: readonly Uint16Array[];
  readonly #batch: number;
  readonly #context: number;

  constructor(documents: readonly Uint16Array[], batch: number, context: number) {
    this.documents = documents.length;
    this.characters = documents.reduce((sum, document) => sum + document.length, 0);
    this.#documents = documents;
    this.#batch = batch;
    this.#context = context;
  }

  *windows(): Iterable<HeldOutWindow> {
    let window = emptyWindow(this.#context * this.#batch);
    let column = 0;
    for (const document of this.#documents) {
      for (let target = 1; target < document.length; target++) {
        this.#fill(window, column++, document, target);
        if (column < this.#batch) continue;
        yield window;
        window = emptyWindow(this.#context * this.#batch);
        column = 0;
      }
    }
    if (column > 0) yield window;
  }

  #fill({ inputs, targets, keep, scored }: HeldOutWindow, column: number, document: Uint16Array, target: number): void {
    const length = Math.min(this.#context, target);
    const firstTime = this.#context - length;
    for (let time = firstTime; time < this.#context; time++) {
      const at = time * this.#batch + column;
      inputs[at] = document[target - this.#context + time]!;
      keep[at] = time === firstTime ? 0 : 1;
    }
    const last = (this.#context - 1) * this.#batch + column;
    targets[last] = document[target]!;
    scored[last] = 1;
  }
}

function emptyWindow(size: number): HeldOutWindow {
  return {
    inputs: new Int32Array(size),
    targets: new Int32Array(size),
    keep: new Float32Array(size),
    scored: new Uint8Array(size),
  };
}

/** Sum of a window's scored losses in bits, what unknown characters cost beside their id included. */
export function bitsOf({ targets, scored }: HeldOutWindow, losses: Float32Array): number {
  let bits = 0;
  for (let i = 0; i < losses.length; i++) {
    if (scored[i] === 0) continue;
    bits += losses[i]! / Math.LN2;
    if (targets[i] === UNKNOWN) bits += UNKNOWN_CHARACTER_BITS;
  }
  return bits;
}

function laneReader(documents: readonly Uint16Array[]) {
  let index = 0;
  let position = 0;
  return ({ inputs, targets, keep, scored }: HeldOutWindow, at: number): void => {
    while (index < documents.length && position + 1 >= documents[index]!.length) {
      index++;
      position = 0;
    }
    const document = documents[index];
    if (document === undefined) return;
    inputs[at] = document[position]!;
    targets[at] = document[position + 1]!;
    keep[at] = position === 0 ? 0 : 1;
    scored[at] = 1;
    position++;
  };
}

/**
 * Bits per character of held-out documents: −log₂ p summed over all their characters, state zero at each document's
 * separator, divided by their number. The separator itself is predicted by the output layer at hidden state zero, that
 * is by its biases alone.
 *
 * @param parameters flat; default: the engine's own
 */
export async function heldOutBitsPerCharacter(
  engine: TrainingEngine,
  heldOut: HeldOut,
  parameters?: Float32Array,
): Promise<number> {
  const weights = parameters ?? engine.snapshot().parameters;
  let bits = heldOut.documents * separatorBits(outputBiases(engine, weights));
  const waiting: HeldOutWindow[] = []; // at most the one that the engine is at
  function* noted() {
    for (const window of heldOut.windows()) {
      waiting.push(window);
      yield window;
    }
  }
  for await (const losses of engine.evaluate(noted(), weights)) bits += bitsOf(waiting.shift()!, losses);
  return bits / heldOut.characters;
}

function outputBiases(engine: TrainingEngine, parameters: Float32Array): Float32Array {
  return slotView(parameters, parameterSlots(engine.options.shape).at(-1)!);
}

function separatorBits(biases: Float32Array): number {
  const largest = biases.reduce((a, b) => Math.max(a, b));
  const sum = biases.reduce((total, bias) => total + Math.exp(bias - largest), 0);
  return (Math.log(sum) + largest - biases[SEPARATOR]!) / Math.LN2;
}
