import { type ScoredNetwork, score } from '../scoring/score.ts';

/** Text that is looked at during training; all of it is measured at the end. */
const PART_CHARACTERS = 100_000;
const LONG_TEXT = 20_000;
/** How much slower one text is read alone than many side by side. */
const SLOWER_ALONE = 4;

export interface HeldOutOptions {
  readonly shape: ScoredNetwork['shape'];
  readonly context: number | null;
  readonly threads: number;
}

/** The held-out documents of a run, measured by running the network as it will be exported. */
export class HeldOut {
  /** Code points of the documents, separators included. */
  readonly characters: number;
  readonly #texts: readonly Uint16Array[];
  readonly #part: readonly Uint16Array[];
  readonly #options: HeldOutOptions;
  /** Characters per second of the last measurement. */
  #speed: number | undefined;

  /** @param texts documents as ids, each begun by its separator */
  constructor(texts: readonly Uint16Array[], options: HeldOutOptions) {
    this.#texts = texts;
    this.#part = quickPart(texts);
    this.#options = options;
    this.characters = lengthOf(texts);
  }

  /** Whether all of it is measured already while training. */
  get isQuick(): boolean {
    return this.#part.length === this.#texts.length;
  }

  /** Seconds that {@link measureAll} will take, as far as is known from measurements so far: 0 before the first. */
  get expectedSeconds(): number {
    if (this.#speed === undefined || this.isQuick) return 0;
    const longest = Math.max(...this.#texts.map((text) => text.length));
    return Math.max(this.characters, SLOWER_ALONE * longest) / this.#speed;
  }

  /** Bits per character of a part of the documents that is quick to measure. */
  async measurePart(parameters: Float32Array): Promise<number> {
    const start = performance.now();
    const bits = await this.#measure(this.#part, parameters);
    this.#speed = (lengthOf(this.#part) * 1000) / (performance.now() - start);
    return bits;
  }

  /** Bits per character of all the documents. */
  measureAll(parameters: Float32Array, onProgress: (fraction: number) => void): Promise<number> {
    return this.#measure(this.#texts, parameters, onProgress);
  }

  async #measure(
    texts: readonly Uint16Array[],
    parameters: Float32Array,
    onProgress?: (fraction: number) => void,
  ): Promise<number> {
    const { shape, context, threads } = this.#options;
    const options = { threads, ...(onProgress === undefined ? {} : { onProgress }) };
    return (await score({ shape, context, parameters }, texts, options)).bitsPerCharacter;
  }
}

/**
 * About 100 000 characters of the shorter texts. A text is read from its start to its end, one character after the
 * other, and a very long one would keep everybody waiting.
 */
function quickPart(texts: readonly Uint16Array[]): readonly Uint16Array[] {
  const shortest = Math.min(...texts.map((text) => text.length));
  let characters = 0;
  return texts
    .filter((text) => text.length <= Math.max(LONG_TEXT, shortest))
    .filter((text) => {
      const fits = characters < PART_CHARACTERS;
      characters += text.length;
      return fits;
    });
}

export function lengthOf(texts: readonly Uint16Array[]): number {
  return texts.reduce((sum, text) => sum + text.length, 0);
}
