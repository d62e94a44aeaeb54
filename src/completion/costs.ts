/** Keystrokes that a wrong character costs whoever accepts suggestions as often as they are right. */
export const USUAL_WRONG_COST = 0.1;

/** Characters. Less is quicker typed than read and accepted, which is a key too. */
export const SHORTEST_SUGGESTION = 3;
