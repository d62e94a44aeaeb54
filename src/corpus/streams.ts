/** Puts encoded documents one behind the other. */
export function concatenate(documents: readonly Uint16Array[]): Uint16Array {
  const result = new Uint16Array(documents.reduce((length, document) => length + document.length, 0));
  let offset = 0;
  for (const document of documents) {
    result.set(document, offset);
    offset += document.length;
  }
  return result;
}

/** One training step's characters; both arrays are [timeSteps, batch], row-major: time first. */
export interface Window {
  readonly inputs: Int32Array;
  /** Character that follows each input. */
  readonly targets: Int32Array;
}

/**
 * Cuts a text into `batch` streams that are read in parallel, for truncated back-propagation through time: stream b
 * is the b-th contiguous part of the text, and step s holds the characters s·timeSteps … (s+1)·timeSteps of each, so
 * that the recurrent state of one step is where the next goes on.
 *
 * The text is taken as a ring. A stream whose length is not a multiple of `timeSteps` reads on into the next part, and
 * after the last document comes the first one's separator. So an epoch leaves no character out, however short the
 * text; it reads fewer than `timeSteps + 1` characters of each stream twice.
 */
export class Streams {
  readonly batch: number;
  readonly timeSteps: number;
  /** Steps that read the whole text once. */
  readonly stepsPerEpoch: number;
  readonly #ids: Uint16Array;
  readonly #starts: readonly number[];

  /**
   * @param ids at least one character.
   * @throws RangeError for an empty text or sizes that are not positive integers.
   */
  constructor(ids: Uint16Array, batch: number, timeSteps: number) {
    if (ids.length === 0) throw new RangeError('Streams need at least one character.');
    if (!(Number.isInteger(batch) && batch > 0)) throw new RangeError(`batch must be a positive integer: ${batch}`);
    if (!(Number.isInteger(timeSteps) && timeSteps > 0)) {
      throw new RangeError(`timeSteps must be a positive integer: ${timeSteps}`);
    }
    this.batch = batch;
    this.timeSteps = timeSteps;
    this.stepsPerEpoch = Math.ceil(Math.ceil(ids.length / batch) / timeSteps);
    this.#ids = ids;
    this.#starts = Array.from({ length: batch }, (_, stream) => Math.floor((stream * ids.length) / batch));
  }

  /** Characters that one epoch trains on: those of the text and the few that are read twice. */
  get charactersPerEpoch(): number {
    return this.stepsPerEpoch * this.timeSteps * this.batch;
  }

  /**
   * Characters of a step.
   *
   * @param step 0 ≤ step < stepsPerEpoch
   * @param into arrays of timeSteps·batch numbers to fill instead of new ones.
   */
  window(step: number, into?: Window): Window {
    if (!(Number.isInteger(step) && step >= 0 && step < this.stepsPerEpoch)) {
      throw new RangeError(`There is no step ${step}; an epoch has ${this.stepsPerEpoch}.`);
    }
    const size = this.timeSteps * this.batch;
    const window = into ?? { inputs: new Int32Array(size), targets: new Int32Array(size) };
    for (let stream = 0; stream < this.batch; stream++) this.#fill(window, stream, step);
    return window;
  }

  #fill(window: Window, stream: number, step: number): void {
    const ids = this.#ids;
    let position = (this.#starts[stream]! + step * this.timeSteps) % ids.length;
    for (let time = 0; time < this.timeSteps; time++) {
      const next = position + 1 === ids.length ? 0 : position + 1;
      window.inputs[time * this.batch + stream] = ids[position]!;
      window.targets[time * this.batch + stream] = ids[next]!;
      position = next;
    }
  }
}
