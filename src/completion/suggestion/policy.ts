import type { SuggestionPolicy } from '../../protocol/suggestions.ts';

/** Least length of a suggestion, in characters. Less is quicker typed than read and accepted, which is a key too. */
export const SHORTEST_SUGGESTION = 3;

/** Cost of a wrong character, in keystrokes, to whoever accepts suggestions as often as they are right. */
export const USUAL_WRONG_COST = 0.1;

/**
 * Cost of a suggestion that the next characters contradict, in keystrokes. Where they are doubtful it is worth as much to
 * wait for them, see `isBetterLater`.
 */
const CONTRADICTION_COST = 1.25;
/** The same where one expert alone has an output, whose probabilities are too small: of those of 0.30, 42 % are right. */
const CONTRADICTION_COST_OF_ONE = 0.8;
/** Least expected savings of a suggestion, in keystrokes, where several experts are mixed. */
const SMALLEST_SAVING = 1;

/** Least probability, and number, of suggestions that somebody asks for. */
const INVOKED_PROBABILITY = 0.1;
const INVOKED_ALTERNATIVES = 5;

/** Policy of what may be shown at a place, as settings and learnt rates have it. */
export interface Policy extends SuggestionPolicy {
  /** Costs in place of the usual ones, to measure what they do; nobody who types can ask for that. */
  readonly costs?: Partial<ShowingCosts>;
}

/** Costs that keep suggestions back. */
interface ShowingCosts {
  /** Cost of a suggestion that the next characters contradict, in keystrokes. */
  readonly contradictionCost: number;
  /** Least expected savings of a suggestion, in keystrokes. */
  readonly smallestSaving: number;
}

/** Numbers that a search goes by. */
export interface SearchPolicy extends ShowingCosts {
  readonly maxLength: number;
  readonly minimumProbability: number;
  readonly multiline: boolean;
  readonly wrongCost: number;
  /** How many suggestions to choose from. */
  readonly count: number;
}

/**
 * Numbers for a search, by a policy.
 *
 * @param experts number of those with an output at the place
 */
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
