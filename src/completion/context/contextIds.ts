import { header } from '../../corpus/document.ts';
import { SEPARATOR, type Vocabulary } from '../../corpus/vocabulary.ts';

/** Least length of the text before a cursor that a predictor reads, in UTF-16 units; what is farther away hardly matters. */
export const CONTEXT_LENGTH = 2000;

/**
 * Ids that a predictor reads up to a cursor, in the form of training: separator and path, then the text before the cursor,
 * of a long one its last part. That part moves in strides while the text grows, as everything has to be read anew
 * whenever it moves.
 *
 * @param path relative to the folder, `/` between folders
 * @param before the text before the cursor, any line ends
 * @param length UTF-16 units of it that are read at least; up to half as much more
 */
export function contextIds(vocabulary: Vocabulary, path: string, before: string, length = CONTEXT_LENGTH): number[] {
  return [SEPARATOR, ...vocabulary.encode(header(path) + lastPart(before.replace(/\r\n?/g, '\n'), length))];
}

/** Length of the text before a cursor that another thread is sent, in UTF-16 units: for the predictor and for filters. */
const HANDED_OVER = 6000;

/**
 * Offset at which the text before a cursor may be cut off, in UTF-16 units. It moves in strides too: were it to move with
 * the cursor, what is read would begin somewhere else at each character typed.
 *
 * @param offset of the cursor in its document, UTF-16 units
 */
export function cutBefore(offset: number): number {
  const stride = strideOf(CONTEXT_LENGTH);
  return Math.floor(Math.max(0, offset - HANDED_OVER) / stride) * stride;
}

function strideOf(length: number): number {
  return Math.ceil(length / 2);
}

/**
 * End of a text: from a line's start where one is near the cut, as documents do not begin in the middle of a line
 * either, and never from the middle of a character.
 */
function lastPart(text: string, length: number): string {
  const stride = strideOf(length);
  const start = Math.floor(Math.max(0, text.length - length) / stride) * stride;
  if (start === 0) return text;
  const line = text.indexOf('\n', start - 1) + 1;
  if (line > 0 && line - start <= length / 4) return text.slice(line);
  const rest = text.slice(start);
  return /^[\uDC00-\uDFFF]/.test(rest) ? rest.slice(1) : rest;
}
