import { SEPARATOR, UNKNOWN } from '../../corpus/vocabulary.ts';
import type { Predictor } from '../predictor.ts';
import { type SearchPolicy, SHORTEST_SUGGESTION } from './policy.ts';
import { bestLength, isBetterLater, NEWLINE, readingCosts } from './utility.ts';

/** Text that may come at the cursor, as the search finds it. */
export interface Continuation {
  /** One line, unless asked otherwise; not empty. */
  readonly text: string;
  /** Probability that all of the text is right, as the predictor has it. */
  readonly probability: number;
  /** Probability of each character of the text (code point), given those before; their product is `probability`. */
  readonly characters: readonly number[];
}

/** Beginning of a continuation, read by the predictor. */
interface Hypothesis<State> {
  readonly state: State;
  readonly ids: readonly number[];
  readonly probability: number;
  /** Probability of each id, given those before. */
  readonly steps: readonly number[];
  /** Expected number of wrong ids: from the first wrong one on, all count. */
  readonly wrong: number;
}

/** Least probability of a suggestion that goes beyond the end of the line, as it moves the lines below. */
const SURE = 0.8;
/** Most hypotheses that are kept; more would cost more than they find. */
const WIDEST_BEAM = 8;

/**
 * Searches for the suggestion with the greatest expected keystroke savings (for the measure: Trnka & McCoy, "Evaluating
 * word prediction: framing keystroke savings", 2008): one of n characters that is right with probability p saves
 * p·(n − 1), as accepting it costs a key; one or two are never worth a look. A character more, right with probability q, thus
 * pays when q > (n − 1)/n: the longer a suggestion already is, the surer its continuation has to be. As a doubtful
 * character may lead to many sure ones, the search does not stop at the first that does not pay, but where even a certain
 * rest of the full length would not make up for the loss. Wrong characters may be given a cost too, for whoever has to
 * read them.
 *
 * The beam search is exact. Everything a suggestion begins with is at least as probable as the suggestion, and different
 * beginnings of one length exclude each other, so of those that reach `minimumProbability` there are at most its inverse:
 * four at 0.25, and the beam holds all of them. (Below 1/8 it holds the most probable eight.)
 *
 * The separator and unknown characters are never suggested, but what they take away from the other characters'
 * probability counts.
 *
 * @param state before the cursor
 * @returns those that save most first, at most as many as asked for, none of which begins another; empty when nothing is
 *   worth showing
 * @throws the signal's reason when aborted
 */
export async function search<State>(
  predictor: Predictor<State>,
  state: State,
  policy: SearchPolicy,
  signal?: AbortSignal,
): Promise<Continuation[]> {
  const { maxLength, minimumProbability, multiline, count, wrongCost, contradictionCost, smallestSaving } = policy;
  const width = Math.max(1, Math.min(WIDEST_BEAM, Math.floor(1 / minimumProbability)));
  const barred = new Set([UNKNOWN, SEPARATOR]);
  const newline = predictor.vocabulary.idOf(NEWLINE);
  if (!multiline) barred.add(newline);
  const savings = (candidate: Extension<State> | undefined) => savingsOf(candidate, wrongCost);
  let beam: Hypothesis<State>[] = [{ state, ids: [], probability: 1, steps: [], wrong: 0 }];
  let best: Extension<State> | undefined;
  const found: Extension<State>[] = [];
  for (let length = 1; length <= maxLength; length++) {
    const candidates = beam
      .flatMap((hypothesis) => extensions(predictor, hypothesis, barred, minimumProbability))
      .filter(({ probability, ids }) => probability >= SURE || !multiline || !ids.includes(newline))
      .sort((a, b) => b.probability - a.probability)
      .slice(0, width);
    const showable = length < SHORTEST_SUGGESTION ? [] : candidates;
    for (const candidate of showable) if (savings(candidate) > savings(best)) best = candidate;
    if (count > 1) found.push(...showable.filter((candidate) => savings(candidate) > 0));
    const open = candidates.filter(({ probability }) => probability * (maxLength - 1) > savings(best));
    if (open.length === 0 || length === maxLength) break;
    signal?.throwIfAborted();
    const states = await predictor.advance(
      open.map(({ from }) => from.state),
      open.map(({ ids }) => ids.at(-1)!),
    );
    beam = open.map(({ from: _, ...read }, index) => ({ ...read, state: states[index]! }));
  }
  const suggestions: Continuation[] = [];
  for (const { from, ids, steps } of distinct(count > 1 ? found : best === undefined ? [] : [best], count, savings)) {
    const readingCost = await readingCosts(predictor, from.state, ids);
    const length = bestLength(steps, { wrongCost, readingCost });
    if (length === 0) continue;
    const characters = steps.slice(0, length);
    if (isBetterLater(characters, contradictionCost)) continue;
    const probability = characters.reduce((product, step) => product * step, 1);
    if (probability * (length - 1) < smallestSaving) continue;
    suggestions.push({ text: predictor.vocabulary.decode(ids.slice(0, length)), probability, characters });
  }
  return suggestions;
}

/** Candidates that save most, of which none begins another. */
function distinct<State>(
  candidates: readonly Extension<State>[],
  count: number,
  savings: (candidate: Extension<State>) => number,
): Extension<State>[] {
  const chosen: Extension<State>[] = [];
  for (const candidate of [...candidates].sort((a, b) => savings(b) - savings(a))) {
    if (chosen.length === count) break;
    if (!chosen.some((other) => begins(other.ids, candidate.ids) || begins(candidate.ids, other.ids)))
      chosen.push(candidate);
  }
  return chosen;
}

function begins(beginning: readonly number[], ids: readonly number[]): boolean {
  return beginning.length <= ids.length && beginning.every((id, index) => id === ids[index]);
}

/** Hypothesis and one character more, not yet read by the predictor. */
interface Extension<State> extends Omit<Hypothesis<State>, 'state'> {
  readonly from: Hypothesis<State>;
}

/** Expected keystrokes saved, less the cost of wrong characters; 0 for showing nothing. */
function savingsOf<State>(candidate: Extension<State> | undefined, wrongCost: number): number {
  if (candidate === undefined) return 0;
  return candidate.probability * (candidate.ids.length - 1) - wrongCost * candidate.wrong;
}

/** Extensions of a hypothesis by each character that is probable enough. */
function extensions<State>(
  predictor: Predictor<State>,
  from: Hypothesis<State>,
  barred: ReadonlySet<number>,
  minimumProbability: number,
): Extension<State>[] {
  const probabilities = predictor.next(from.state);
  const candidates: Extension<State>[] = [];
  for (let id = 0; id < probabilities.length; id++) {
    const probability = from.probability * probabilities[id]!;
    if (probability >= minimumProbability && probability > 0 && !barred.has(id)) {
      const steps = [...from.steps, probabilities[id]!];
      candidates.push({ from, ids: [...from.ids, id], probability, steps, wrong: from.wrong + 1 - probability });
    }
  }
  return candidates;
}
