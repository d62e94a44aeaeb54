/** Length of the longest context that is counted, in ids: what stands farther before a character makes no difference. */
export const LONGEST_CONTEXT = 24;
