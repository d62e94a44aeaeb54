/** Keystrokes that a wrong character costs whoever accepts suggestions as often as they are right. */
export const USUAL_WRONG_COST = 0.1;

/**
 * Keystrokes that it costs when the next characters contradict a suggestion. Where they are doubtful it is worth as much to
 * wait for them, see `isBetterLater`.
 */
export const USUAL_CONTRADICTION_COST = 0.8;

/** Characters. Less is quicker typed than read and accepted, which is a key too. */
export const SHORTEST_SUGGESTION = 3;
