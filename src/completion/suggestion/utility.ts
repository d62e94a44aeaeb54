import { isWordCharacter } from '../context/wordStream.ts';
import type { Predictor } from '../predictor.ts';
import { SHORTEST_SUGGESTION } from './policy.ts';

/** Cost of reading half a word, and half a line below others, in keystrokes. */
const [HALF_WORD_COST, HALF_LINE_COST] = [1, 1];

export const NEWLINE = 10;

/** Cost of reading a part of a likely continuation, in keystrokes, beside that of wrong characters. */
export type ReadingCost = (start: number, end: number) => number;

export interface ShowingOptions {
  /** Keystrokes that it costs to be shown a wrong character. Default: 0. */
  readonly wrongCost?: number;
  /** Default: none. */
  readonly readingCost?: ReadingCost;
}

/**
 * Length of a likely continuation that is best shown at once, by expected utility. Whoever accepts its beginning is shown
 * the rest next, so a beginning that is surer than the whole may be worth the key that accepting it costs: shown up to j,
 * from i on, it saves S(i) = max over j of P(i…j) · (j − i − 1 + S(j)) keys on average, less what it costs to read.
 *
 * @param steps probability of each character, given those before
 * @returns 0 where nothing saves more than it costs
 */
export function bestLength(
  steps: readonly number[],
  { wrongCost = 0, readingCost = () => 0 }: ShowingOptions = {},
): number {
  const saved = new Float64Array(steps.length + 1);
  let best = steps.length;
  for (let start = steps.length - 1; start >= 0; start--) {
    let [probability, wrong] = [1, 0];
    best = start;
    for (let end = start + 1; end <= steps.length; end++) {
      probability *= steps[end - 1]!;
      wrong += 1 - probability;
      // What is suggested when a part is accepted may well go on further than this.
      const cost = end < steps.length || start === 0 ? readingCost(start, end) : 0;
      const savings = probability * (end - start - 1 + saved[end]! - cost) - wrongCost * wrong;
      if (end - start >= SHORTEST_SUGGESTION && savings > saved[start]!) {
        saved[start] = savings;
        best = end;
      }
    }
  }
  return best;
}

/**
 * Whether a suggestion is better shown some characters later, by expected utility. Shown now it saves a key for each of
 * them if it is right; by then it is known whether they were. Waiting for k characters pays where P(all) · k < cost · (1
 * − P(first k)): where the next one is what is doubtful, and hardly ever where a later one is.
 *
 * @param steps probability of each character, given those before
 * @param contradictionCost keystrokes that it costs when the next characters contradict a suggestion
 */
export function isBetterLater(steps: readonly number[], contradictionCost: number): boolean {
  const all = steps.reduce((product, step) => product * step, 1);
  let first = 1;
  return steps.some((step, index) => {
    first *= step;
    return all * (index + 1) < contradictionCost * (1 - first);
  });
}

/**
 * Cost of reading a continuation that ends within a word, or, where it goes beyond a line, within another.
 *
 * @param before what the predictor has read of it: all but the last character
 */
export async function readingCosts<State>(
  predictor: Predictor<State>,
  before: State,
  ids: readonly number[],
): Promise<ReadingCost> {
  const { vocabulary } = predictor;
  const newline = vocabulary.idOf(NEWLINE);
  const last = ids.at(-1)!;
  const words = ids.map((id) => isWordCharacter(vocabulary.characterOf(id)));
  const hasLines = ids.includes(newline);
  const next = { word: 0, newline: 0 };
  if (words.at(-1)! || (hasLines && last !== newline)) {
    const [state] = await predictor.advance([before], [last]);
    const probabilities = predictor.next(state!);
    next.newline = probabilities[newline]!;
    for (let id = 0; id < probabilities.length; id++) {
      if (isWordCharacter(vocabulary.characterOf(id))) next.word += probabilities[id]!;
    }
  }
  return (start, end) => {
    const isWhole = end === ids.length;
    const wordGoesOn = words[end - 1]! ? (isWhole ? next.word : Number(words[end])) : 0;
    const isBelow = hasLines && ids.slice(start, end).includes(newline) && ids[end - 1] !== newline;
    const lineEnds = isWhole ? next.newline : Number(ids[end] === newline);
    return HALF_WORD_COST * wordGoesOn + (isBelow ? HALF_LINE_COST * (1 - lineEnds) : 0);
  };
}
