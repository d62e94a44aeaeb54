import { giveWay } from '../../base/pace.ts';
import type { Inspected } from '../../lstm/inspection.ts';
import type {
  CharacterDetail,
  DocumentText,
  Feature,
  Trace,
  TraceRequest,
  UnitMatch,
  UnitName,
  UnitSummary,
} from '../../protocol/inspection.ts';
import { contextIds } from '../context/contextIds.ts';
import type { StatesAt } from '../context/documentStates.ts';
import type { LstmPredictor, LstmState } from '../experts/lstmPredictor.ts';
import { FEATURES, featuresOf } from './features.ts';
import { mostProbable } from './mostProbable.ts';
import { PIECE, Read } from './recording.ts';
import { UnitStatistics } from './unitStatistics.ts';

/** Characters of a document that units and surprisals are looked for in, at most: the last ones. */
const LONGEST_TEXT = 20_000;
const MOST_UNITS = 100;
const MOST_MATCHES = 20;

/** Looks into the network that serves. Gives way between runs; what nobody waits for any more ends there. */
export class Inspector {
  readonly #predictor: LstmPredictor;
  readonly #states: StatesAt<LstmState>;
  #trace: Read | undefined;
  #units: { readonly text: string; readonly statistics: Promise<UnitStatistics> } | undefined;

  constructor(predictor: LstmPredictor, states: StatesAt<LstmState>) {
    this.#predictor = predictor;
    this.#states = states;
  }

  /** @throws the signal's reason when aborted */
  async trace({ document, path, before, text }: TraceRequest, signal: AbortSignal): Promise<Trace> {
    const state = await this.#states.at(document, path, before, signal);
    const read = await this.#read(state, text, signal);
    this.#trace = read;
    const { layers, hidden } = this.#predictor.card.hyperparameters;
    const perLayer = (mean: (piece: Inspected, layer: number, time: number) => number) =>
      Array.from({ length: layers }, (_, layer) => read.each((piece, time) => mean(piece, layer, time)));
    const gate = (number: number) =>
      perLayer((piece, layer, time) => {
        const start = (time * 4 + number) * hidden;
        return mean(piece.layers[layer]!.gates.subarray(start, start + hidden));
      });
    return {
      characters: read.characters,
      surprisal: read.surprisals,
      layers,
      hidden,
      input: gate(0),
      output: gate(1),
      forget: gate(2),
      cell: perLayer((piece, layer, time) =>
        mean(piece.layers[layer]!.cell.subarray(time * hidden, (time + 1) * hidden).map(Math.abs)),
      ),
    };
  }

  /** Everything about a character of the last trace; undefined when there is none such. */
  character(index: number): CharacterDetail | undefined {
    const read = this.#trace;
    const at = read?.at(index);
    if (read === undefined || at === undefined) return undefined;
    return {
      index,
      character: read.characters[index]!,
      surprisal: read.surprisals[index]!,
      expected: mostProbable(this.#predictor.vocabulary, read.expected[index]!),
      next: mostProbable(this.#predictor.vocabulary, read.expected[index + 1]!),
      layers: at.piece.layers.map((_, layer) => read.detail(index, layer)),
    };
  }

  /** A unit's cell state after each character of the last trace. */
  unit({ layer, unit }: UnitName): number[] {
    const { hidden, layers } = this.#predictor.card.hyperparameters;
    if (!(layer >= 0 && layer < layers && unit >= 0 && unit < hidden)) return [];
    return this.#trace?.each((piece, time) => piece.layers[layer]!.cell[time * hidden + unit]!) ?? [];
  }

  async units(document: DocumentText): Promise<UnitSummary[]> {
    const statistics = await this.#statisticsOf(document);
    return statistics.summaries().slice(0, MOST_UNITS);
  }

  async unitsThatFollow(feature: Feature, document: DocumentText): Promise<UnitMatch[]> {
    const statistics = await this.#statisticsOf(document);
    return statistics.matches(feature).slice(0, MOST_MATCHES);
  }

  /**
   * −log₂ of the probability that each character of the end of a document had.
   *
   * @returns the code points' surprisals, and the offset in the text (UTF-16 units) of the first
   * @throws the signal's reason when aborted
   */
  async surprisals({ path, text }: DocumentText, signal: AbortSignal): Promise<{ offset: number; bits: number[] }> {
    const rest = endOf(text);
    const ids = this.#predictor.vocabulary.encode(rest);
    let state = await this.#predictor.read(this.#predictor.start(), this.#contextBefore(path, text, rest));
    const bits: number[] = [];
    for (let start = 0; start < ids.length; start += PIECE) {
      signal.throwIfAborted();
      const piece = ids.subarray(start, start + PIECE);
      const { before, last } = await this.#predictor.distributions(state, piece);
      for (const [index, id] of piece.entries()) bits.push(-Math.log2(before[index]![id]!));
      state = last;
      await giveWay();
    }
    return { offset: text.length - rest.length, bits };
  }

  #statisticsOf({ path, text }: DocumentText): Promise<UnitStatistics> {
    if (this.#units?.text === text) return this.#units.statistics;
    const statistics = this.#measureUnits(path, text);
    this.#units = { text, statistics };
    statistics.catch(() => {
      if (this.#units?.statistics === statistics) this.#units = undefined;
    });
    return statistics;
  }

  async #measureUnits(path: string, text: string): Promise<UnitStatistics> {
    const rest = endOf(text);
    const { layers, hidden } = this.#predictor.card.hyperparameters;
    const features = featuresOf(rest, path);
    const statistics = new UnitStatistics(layers, hidden);
    let state = await this.#predictor.read(this.#predictor.start(), this.#contextBefore(path, text, rest));
    const ids = this.#predictor.vocabulary.encode(rest);
    for (let start = 0; start < ids.length; start += PIECE) {
      const piece = ids.subarray(start, start + PIECE);
      const inspected = await this.#predictor.inspect(state, piece);
      for (let time = 0; time < piece.length; time++) {
        const values = FEATURES.map((feature) => features[feature][start + time]!);
        statistics.add(inspected, time, values);
      }
      state = this.#predictor.stateAfter(inspected);
      await giveWay();
    }
    return statistics;
  }

  /** What stands before the end of a text that is looked at. */
  #contextBefore(path: string, text: string, rest: string): number[] {
    return contextIds(this.#predictor.vocabulary, path, text.slice(0, text.length - rest.length));
  }

  async #read(state: LstmState, text: string, signal: AbortSignal): Promise<Read> {
    const characters = [...text];
    const ids = this.#predictor.vocabulary.encode(text);
    const pieces: Inspected[] = [];
    const first = state;
    for (let start = 0; start < ids.length; start += PIECE) {
      signal.throwIfAborted();
      const inspected = await this.#predictor.inspect(state, ids.subarray(start, start + PIECE));
      pieces.push(inspected);
      state = this.#predictor.stateAfter(inspected);
      await giveWay();
    }
    return new Read(characters, ids, first, pieces, this.#predictor.card.hyperparameters);
  }
}

function mean(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The end of a long text, from a line's start. */
function endOf(text: string): string {
  if (text.length <= LONGEST_TEXT) return text;
  const start = text.indexOf('\n', text.length - LONGEST_TEXT) + 1;
  return start === 0 ? text.slice(-LONGEST_TEXT).replace(/^[\uDC00-\uDFFF]/, '') : text.slice(start);
}
