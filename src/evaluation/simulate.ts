import { performance } from 'node:perf_hooks';
import type { MixtureState } from '../completion/mixing/expertMixture.ts';
import { rateOfRight } from '../completion/suggestion/acceptanceRate.ts';
import { type Policy, SHORTEST_SUGGESTION } from '../completion/suggestion/policy.ts';
import { READING_MILLISECONDS, SuggestionSession } from '../completion/suggestion/session.ts';
import { type Document, header } from '../corpus/document.ts';
import { inHashOrder } from '../corpus/split.ts';
import { SEPARATOR, type Vocabulary } from '../corpus/vocabulary.ts';
import { typingOf } from './keystrokes.ts';
import type { EvaluatedKnowledge } from './knowledge.ts';
import { type Fared, Tally } from './replay/tally.ts';
import { type Latency, latencyOf, sumWithin } from './statistics.ts';

/** Least number of keys that accepting must save, or it is not worth looking up. */
const SMALLEST_SAVING = SHORTEST_SUGGESTION - 1;
/** Characters before the cursor that the suggester is given. */
const SEEN = 2000;

export interface SimulationOptions extends Omit<Policy, 'trigger' | 'acceptanceRate'> {
  /** Code points that are typed in all: whole files in the order of their paths' MD5, the last one cut. */
  readonly characters: number;
  readonly onProgress?: (fraction: number) => void;
}

/** How somebody fared who typed files from their beginning: at each place a suggestion is asked for. */
export interface Simulation extends Omit<Fared, 'silentPart'> {
  /** Of suggestions. */
  readonly latencyMs: Latency;
}

/**
 * Keystroke savings by simulated typing, the usual measure of word prediction (Trnka & McCoy, "Evaluating word
 * prediction: framing keystroke savings", 2008). Types documents character by character as somebody would who looks at
 * every suggestion: it is accepted, with one key, only if all of it is what comes next and that saves two keys at least;
 * otherwise the next character is typed. The header is known, the text is typed. At each place it is computed anew, as in
 * the editor, with what is known there of those that were typed past. Characters that the editor inserts by itself cost
 * nothing, with suggestions and without.
 */
export async function simulate(
  { suggester, begin }: EvaluatedKnowledge,
  documents: readonly Document[],
  { characters, onProgress, ...wish }: SimulationOptions,
): Promise<Simulation> {
  const { mixture } = suggester;
  const total = new Tally();
  const latencies: number[] = [];
  const acceptance = rateOfRight();
  const session = new SuggestionSession();
  /** Milliseconds of somebody who reads every suggestion. */
  let now = 0;
  for (const document of inHashOrder(documents)) {
    if (total.characters >= characters) break;
    const { symbols, ids, first } = typedPart(document, mixture.vocabulary, characters - total.characters);
    const { keys, insertedAt } = typingOf(symbols);
    let state = begin(document.path);
    for (let position = 0; position < first; position++) state = await advance(state, position);
    const { path } = document;
    let [position, offset] = [0, 0];
    while (position < symbols.length) {
      const before = performance.now();
      const context = {
        path,
        before: symbols.slice(Math.max(0, position - SEEN), position).join(''),
        after: insertedAt(position),
        typedPast: session.typedPast(path, offset, now),
      };
      const policy: Policy = { ...wish, trigger: 'automatic', acceptanceRate: acceptance.rate };
      // What the editor has inserted behind the cursor is not typed over here.
      const suggestions = (await suggester.suggestAt(state, context, policy)).map((one) => ({ ...one, replaces: 0 }));
      latencies.push(performance.now() - before);
      const shown = [...(suggestions[0]?.text ?? '')];
      if (session.shown({ document: path, offset, suggestions }, now).length > 0) {
        total.shown++;
        const mistake = shown.findIndex((symbol, index) => symbol !== symbols[position + index]);
        if (mistake >= 0) total.wrong += shown.length - mistake;
      }
      const isRight = shown.length > 0 && shown.every((symbol, index) => symbol === symbols[position + index]);
      const cost = isRight ? sumWithin(keys, position, position + shown.length) : 0;
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
    total.baseline += sumWithin(keys, 0, symbols.length);
    onProgress?.(Math.min(1, total.characters / characters));

    async function advance(before: MixtureState, at: number): Promise<MixtureState> {
      const id = ids[at]!;
      mixture.trainMixer(mixture.predict(before), id);
      mixture.learn(before, id);
      return mixture.read(before, [id]);
    }
  }
  const { silentPart: _, ...fared } = total.fared();
  return { ...fared, latencyMs: latencyOf(latencies) };
}

/** Beginning of a document as it is typed: its characters, its ids, and where among these the characters begin. */
export function typedPart(document: Document, vocabulary: Vocabulary, characters: number) {
  const symbols = [...document.text].slice(0, characters);
  const ids = Uint16Array.from([SEPARATOR, ...vocabulary.encode(header(document.path) + symbols.join(''))]);
  return { symbols, ids, first: ids.length - symbols.length };
}
