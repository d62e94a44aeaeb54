/** Keystrokes that a wrong character costs whoever accepts suggestions as often as they are right. */
export const USUAL_WRONG_COST = 0.1;

/**
 * Keystrokes that it costs when the next characters contradict a suggestion. Where they are doubtful it is worth as much to
 * wait for them, see `isBetterLater`.
 */
export const USUAL_CONTRADICTION_COST = 1.25;

/** Keystrokes. What saves less on average is not worth a look. */
const SMALLEST_SAVING = 1;

/** A voice alone is less sure than it should be: what a memory holds right in 30 % is right in 42 %. */
const CONTRADICTION_COST_OF_ONE_VOICE = 0.8;

/**
 * What keeps suggestions back.
 *
 * @param contradictionCost 0: all that are probable enough are asked for
 * @param isJoined whether several voices speak of what is suggested, so that it is as probable as it is said to be
 */
export function showingCosts(
  contradictionCost: number,
  isJoined: boolean,
): { readonly contradictionCost: number; readonly smallestSaving: number } {
  if (!isJoined) {
    return { contradictionCost: Math.min(contradictionCost, CONTRADICTION_COST_OF_ONE_VOICE), smallestSaving: 0 };
  }
  return { contradictionCost, smallestSaving: contradictionCost > 0 ? SMALLEST_SAVING : 0 };
}

/** Characters. Less is quicker typed than read and accepted, which is a key too. */
export const SHORTEST_SUGGESTION = 3;
