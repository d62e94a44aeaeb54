/** Length of the longest context that is counted, in ids: more of what stands before a character makes no difference. */
export const LONGEST_CONTEXT = 24;
