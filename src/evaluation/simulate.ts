import { performance } from 'node:perf_hooks';
import { SHORTEST_SUGGESTION } from '../completion/costs.ts';
import { type DecoderOptions, decode, type Suggestion } from '../completion/decoder.ts';
import { filtered } from '../completion/filters.ts';
import type { Predictor } from '../completion/predictor.ts';
import type { ShownSuggestion } from '../completion/protocol.ts';
import { rateOfRight } from '../completion/suggestion/acceptanceRate.ts';
import { ConditionedPredictor } from '../completion/suggestion/conditioning.ts';
import { READING_MILLISECONDS, SuggestionSession } from '../completion/suggestion/session.ts';
import { type Document, header } from '../corpus/document.ts';
import { inHashOrder } from '../corpus/split.ts';
import { SEPARATOR, type Vocabulary } from '../corpus/vocabulary.ts';
import { typingOf } from './keystrokes.ts';

/** Accepting must save at least so many keys, or it is not worth looking up. */
const SMALLEST_SAVING = SHORTEST_SUGGESTION - 1;
/** UTF-16 units of text before the cursor that filters see. */
const SEEN = 2000;

export interface SimulationOptions extends DecoderOptions {
  /** Code points that are typed in all: whole files in the order of their paths' MD5, the last one cut. */
  readonly characters: number;
  readonly onProgress?: (fraction: number) => void;
}

/** How somebody fared who typed files with suggestions. */
export interface Simulation {
  readonly characters: number;
  /** Keys pressed, one for each suggestion accepted. */
  readonly keystrokes: number;
  /** 1 − keystrokes ÷ those without suggestions. */
  readonly keystrokeSavings: number;
  /** Suggestions, each counted once until it changes or is contradicted. */
  readonly shown: number;
  readonly accepted: number;
  readonly acceptanceRate: number;
  /** Characters shown from the first wrong one on, for each accepted character. */
  readonly wrongPerAcceptedCharacter: number;
  /** Of the suggestions that were computed. */
  readonly latencyMs: { readonly p50: number; readonly p95: number };
}

/** What is simulated: a predictor, and what it does with each character typed. */
export interface Suggester<State> {
  readonly predictor: Predictor<State>;
  /** Where a document begins. Default: where the predictor does. */
  readonly start?: () => State;
  /** Told of each character before it is read, with the ids before it. */
  readonly typed?: (state: State, ids: Uint16Array, position: number) => void;
}

/**
 * Types documents character by character as somebody would who looks at every suggestion: it is accepted, with one key,
 * only if all of it is what comes next and that saves two keys at least; otherwise the next character is typed. The
 * header is known, the text is typed. At each place it is computed anew, as in the editor, with what is known there of
 * those that were typed past. Characters that the editor inserts by itself cost nothing, with suggestions and without.
 */
export async function simulate<State>(
  { predictor, start = () => predictor.start(), typed }: Suggester<State>,
  documents: readonly Document[],
  { characters, onProgress, ...options }: SimulationOptions,
): Promise<Simulation> {
  const { vocabulary } = predictor;
  const total = { characters: 0, keystrokes: 0, baseline: 0, shown: 0, accepted: 0, wrong: 0, right: 0 };
  const latencies: number[] = [];
  const acceptance = rateOfRight();
  const session = new SuggestionSession();
  /** Milliseconds of somebody who reads every suggestion. */
  let now = 0;
  for (const document of inHashOrder(documents)) {
    if (total.characters >= characters) break;
    const { symbols, ids, first } = typedPart(document, vocabulary, characters - total.characters);
    const { keys, insertedAt } = typingOf(symbols);
    let state = start();
    for (let position = 0; position < first; position++) state = await advance(state, position);
    const { path } = document;
    let [position, offset] = [0, 0];
    while (position < symbols.length) {
      const before = performance.now();
      const conditioned = new ConditionedPredictor(predictor, acceptance.rate);
      const typedPast = session.typedPast(path, offset, now);
      const suggestion = await decode(conditioned, conditioned.at(state, typedPast), options);
      latencies.push(performance.now() - before);
      const shown = suggestion === undefined ? [] : placed(suggestion, symbols, position, insertedAt(position));
      const suggestions = shown.length === 0 ? [] : [asShown(suggestion!, shown)];
      const isNew = session.shown({ document: path, offset, suggestions }, now).length > 0;
      if (isNew) {
        total.shown++;
        const mistake = shown.findIndex((symbol, index) => symbol !== symbols[position + index]);
        if (mistake >= 0) total.wrong += shown.length - mistake;
      }
      const isRight = shown.length > 0 && shown.every((symbol, index) => symbol === symbols[position + index]);
      const cost = isRight ? sum(keys, position, position + shown.length) : 0;
      const isAccepted = isRight && cost - 1 >= SMALLEST_SAVING;
      const step = isAccepted ? shown.length : 1;
      total.keystrokes += isAccepted ? 1 : keys[position]!;
      if (isAccepted) {
        total.accepted++;
        total.right += shown.length;
        acceptance.expect(1);
        acceptance.accept();
      }
      for (let i = 0; i < step; i++) state = await advance(state, first + position + i);
      const text = symbols.slice(position, position + step).join('');
      now += READING_MILLISECONDS;
      session.edited(path, [{ offset, removed: 0, text }], now);
      offset += text.length;
      position += step;
    }
    total.characters += symbols.length;
    total.baseline += sum(keys, 0, symbols.length);
    onProgress?.(Math.min(1, total.characters / characters));

    async function advance(before: State, at: number): Promise<State> {
      typed?.(before, ids, at);
      return (await predictor.advance([before], [ids[at]!]))[0]!;
    }
  }
  return {
    characters: total.characters,
    keystrokes: total.keystrokes,
    keystrokeSavings: total.baseline === 0 ? 0 : 1 - total.keystrokes / total.baseline,
    shown: total.shown,
    accepted: total.accepted,
    acceptanceRate: total.shown === 0 ? 0 : total.accepted / total.shown,
    wrongPerAcceptedCharacter: total.right === 0 ? 0 : total.wrong / total.right,
    latencyMs: { p50: quantile(latencies, 0.5), p95: quantile(latencies, 0.95) },
  };
}

/** A document as it is typed: its characters, and where among its ids they begin. */
export function typedPart(document: Document, vocabulary: Vocabulary, characters: number) {
  const symbols = [...document.text].slice(0, characters);
  const ids = Uint16Array.from([SEPARATOR, ...vocabulary.encode(header(document.path) + symbols.join(''))]);
  return { symbols, ids, first: ids.length - symbols.length };
}

/** A suggestion as the editor shows it at the end of what was typed, before what it has inserted; empty: nothing. */
function placed({ text }: Suggestion, symbols: readonly string[], position: number, after: string): string[] {
  const before = symbols.slice(Math.max(0, position - SEEN), position).join('');
  const shown = filtered({ text, before, after });
  return shown === undefined ? [] : [...shown.text];
}

function asShown({ probability, characters }: Suggestion, shown: readonly string[]): ShownSuggestion {
  return { text: shown.join(''), probability, characters: characters.slice(0, shown.length), replaces: 0 };
}

function sum(values: ArrayLike<number>, start: number, end: number): number {
  let total = 0;
  for (let index = start; index < end; index++) total += values[index]!;
  return total;
}

function quantile(values: readonly number[], part: number): number {
  if (values.length === 0) return 0;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))]!;
}
