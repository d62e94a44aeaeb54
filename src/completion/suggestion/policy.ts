import type { SuggestionPolicy } from '../../protocol/suggestions.ts';

/** Characters. Less is quicker typed than read and accepted, which is a key too. */
export const SHORTEST_SUGGESTION = 3;

/** Keystrokes that a wrong character costs whoever accepts suggestions as often as they are right. */
export const USUAL_WRONG_COST = 0.1;

/**
 * Keystrokes that it costs when the next characters contradict a suggestion. Where they are doubtful it is worth as much to
 * wait for them, see `isBetterLater`.
 */
const CONTRADICTION_COST = 1.25;
/** The same where one expert speaks alone, which is less sure than it should be: what it holds right in 30 % is in 42 %. */
const CONTRADICTION_COST_OF_ONE = 0.8;
/** Keystrokes. What saves less on average is not worth a look, where several experts say how much that is. */
const SMALLEST_SAVING = 1;

/** Asked for by somebody, less sure suggestions are shown too, and several to choose from. */
const INVOKED_PROBABILITY = 0.1;
const INVOKED_ALTERNATIVES = 5;

/** What may be shown. */
export interface Policy extends SuggestionPolicy {
  /** Costs in place of the usual ones, to measure what they do; nobody who types can ask for that. */
  readonly costs?: Partial<ShowingCosts>;
}

/** What keeps suggestions back. */
interface ShowingCosts {
  /** Keystrokes that it costs when the next characters contradict a suggestion. */
  readonly contradictionCost: number;
  /** Keystrokes that a suggestion has to save on average. */
  readonly smallestSaving: number;
}

/** What a search needs to know of a policy. */
export interface SearchPolicy extends ShowingCosts {
  readonly maxLength: number;
  readonly minimumProbability: number;
  readonly multiline: boolean;
  readonly wrongCost: number;
  /** How many suggestions to choose from. */
  readonly count: number;
}

/** @param experts number of those that speak at the place */
export function searchPolicy(policy: Policy, experts: number): SearchPolicy {
  const { trigger, maxLength, minimumProbability, multiline, wrongCost = USUAL_WRONG_COST, costs } = policy;
  if (trigger === 'invoked') {
    const free = { wrongCost: 0, contradictionCost: 0, smallestSaving: 0 };
    const count = INVOKED_ALTERNATIVES;
    return { maxLength, multiline, minimumProbability: INVOKED_PROBABILITY, count, ...free, ...costs };
  }
  const usual: ShowingCosts =
    experts > 1
      ? { contradictionCost: CONTRADICTION_COST, smallestSaving: SMALLEST_SAVING }
      : { contradictionCost: CONTRADICTION_COST_OF_ONE, smallestSaving: 0 };
  return { maxLength, multiline, minimumProbability, wrongCost, count: 1, ...usual, ...costs };
}
