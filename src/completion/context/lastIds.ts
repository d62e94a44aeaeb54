import { LONGEST_CONTEXT } from './longestContext.ts';

/** Last ids of a text that has gone on, {@link LONGEST_CONTEXT} at most: the context of what is counted next. */
export function lastIds(before: Uint16Array, ids: ArrayLike<number>): Uint16Array {
  const kept = before.subarray(Math.max(0, before.length - Math.max(0, LONGEST_CONTEXT - ids.length)));
  const added = Math.min(ids.length, LONGEST_CONTEXT);
  const after = new Uint16Array(kept.length + added);
  after.set(kept);
  for (let i = 0; i < added; i++) after[kept.length + i] = ids[ids.length - added + i]!;
  return after;
}
