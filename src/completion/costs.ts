/** Keystrokes that a wrong character costs whoever accepts suggestions as often as they are right. */
export const USUAL_WRONG_COST = 0.1;

/**
 * Keystrokes that it costs when the next characters contradict a suggestion. Where they are doubtful it is worth as much to
 * wait for them, see `isBetterLater`.
 */
export const USUAL_CONTRADICTION_COST = 1.45;

/** A voice alone is less sure than it should be: what a memory holds right in 30 % is right in 42 %. */
export const CONTRADICTION_COST_OF_ONE_VOICE = 0.8;

/** @param isJoined whether several voices speak of what is suggested */
export function contradictionCostOf(cost: number, isJoined: boolean): number {
  return isJoined ? cost : Math.min(cost, CONTRADICTION_COST_OF_ONE_VOICE);
}

/** Characters. Less is quicker typed than read and accepted, which is a key too. */
export const SHORTEST_SUGGESTION = 3;
