import type { SurprisingPart } from '../../protocol/inspection.ts';

/** Within a word: the beginning of one is anybody's guess, but few words go on in a way never seen. */
export const SURPRISING_IN_WORD = 10;
/** Punctuation, white space and the beginnings of words. */
export const SURPRISING = 15;

/**
 * The words and marks of a text that a person may want to look at again: typos, and what was copied from elsewhere.
 *
 * @param bits surprisal of each code point
 * @param thresholds for tests and measurements
 */
export function surprisingParts(
  text: string,
  bits: readonly number[],
  thresholds = { inWord: SURPRISING_IN_WORD, elsewhere: SURPRISING },
): SurprisingPart[] {
  const found: SurprisingPart[] = [];
  const parts = [...text.matchAll(/[\p{L}\p{N}_$]+|\s+|[^\p{L}\p{N}_$\s]/gu)];
  const counts = new Map<string, number>();
  for (const [part] of parts) counts.set(part, (counts.get(part) ?? 0) + 1);
  let index = 0;
  for (const { 0: part, index: start } of parts) {
    const length = [...part].length;
    const isWord = /^[\p{L}\p{N}_$]/u.test(part);
    const first = bits[index] ?? 0;
    const rest = Math.max(0, ...bits.slice(index + 1, index + length));
    index += length;
    // Who writes a word twice means it.
    const isSurprising = isWord
      ? counts.get(part) === 1 && (rest >= thresholds.inWord || first >= thresholds.elsewhere)
      : first >= thresholds.elsewhere;
    if (isSurprising && part.trim() !== '')
      found.push({ start, end: start + part.length, bits: Math.max(first, rest) });
  }
  return found;
}
