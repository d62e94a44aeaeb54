import type { Inspected } from '../../lstm/inspection.ts';
import type { LayerDetail } from '../../protocol/inspection.ts';
import { type LstmState, softmax } from '../experts/lstmPredictor.ts';

/** Characters of one run, so that a completion need not wait for more than some milliseconds. */
export const PIECE = 64;

/** A text that was read, with all that happened. */
export class Read {
  readonly characters: readonly string[];
  readonly surprisals: readonly number[];
  /** Distributions before each character, and after the last. */
  readonly expected: readonly Float32Array[];
  readonly #first: LstmState;
  readonly #pieces: readonly Inspected[];
  readonly #hidden: number;

  constructor(
    characters: readonly string[],
    ids: Uint16Array,
    first: LstmState,
    pieces: readonly Inspected[],
    { vocabulary, hidden }: { readonly vocabulary: number; readonly hidden: number },
  ) {
    this.characters = characters;
    this.#first = first;
    this.#pieces = pieces;
    this.#hidden = hidden;
    this.expected = [
      first.probabilities,
      ...this.each(({ logits }, time) => softmax(logits.subarray(time * vocabulary, (time + 1) * vocabulary))),
    ];
    this.surprisals = Array.from(ids, (id, index) => -Math.log2(this.expected[index]![id]!));
  }

  each<T>(of: (piece: Inspected, time: number) => T): T[] {
    return this.characters.map((_, index) => of(this.#pieces[Math.floor(index / PIECE)]!, index % PIECE));
  }

  at(index: number): { piece: Inspected; time: number } | undefined {
    if (this.characters[index] === undefined) return undefined;
    return { piece: this.#pieces[Math.floor(index / PIECE)]!, time: index % PIECE };
  }

  /** The five equations' numbers of one layer. */
  detail(index: number, layer: number): LayerDetail {
    const H = this.#hidden;
    const { piece, time } = this.at(index)!;
    const { entering, gates, cell, hidden } = piece.layers[layer]!;
    const row = (values: Float32Array, gate: number) => [
      ...values.subarray((time * 4 + gate) * H, (time * 4 + gate + 1) * H),
    ];
    return {
      zi: row(entering, 0),
      zo: row(entering, 1),
      zf: row(entering, 2),
      zg: row(entering, 3),
      i: row(gates, 0),
      o: row(gates, 1),
      f: row(gates, 2),
      g: row(gates, 3),
      cBefore: this.#cellBefore(index, layer),
      c: [...cell.subarray(time * H, (time + 1) * H)],
      h: [...hidden.subarray(time * H, (time + 1) * H)],
    };
  }

  #cellBefore(index: number, layer: number): number[] {
    const H = this.#hidden;
    if (index === 0) {
      const { recurrent } = this.#first;
      return recurrent instanceof Uint16Array
        ? new Array<number>(H).fill(0)
        : [...recurrent.cell.subarray(layer * H, (layer + 1) * H)];
    }
    const { piece, time } = this.at(index - 1)!;
    return [...piece.layers[layer]!.cell.subarray(time * H, (time + 1) * H)];
  }
}
