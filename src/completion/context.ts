import { header } from '../corpus/document.ts';
import { SEPARATOR } from '../corpus/vocabulary.ts';
import type { Predictor } from './predictor.ts';

/** UTF-16 units of text before the cursor that a predictor reads; what is farther away hardly matters any more. */
export const CONTEXT_LENGTH = 2000;

/**
 * The state at a cursor: the predictor reads a document as in training, separator and path first, then the text before
 * the cursor, of a long one its last part.
 *
 * @param path relative to the folder, `/` between folders
 * @param before the text before the cursor, any line ends
 */
export function stateAtCursor<State>(predictor: Predictor<State>, path: string, before: string): Promise<State> {
  const text = header(path) + lastPart(before.replace(/\r\n?/g, '\n'), CONTEXT_LENGTH);
  return predictor.read(predictor.start(), [SEPARATOR, ...predictor.vocabulary.encode(text)]);
}

/**
 * The end of a text: from a line's start where one is near the cut, as documents do not begin in the middle of a line
 * either, and never from the middle of a character.
 */
function lastPart(text: string, length: number): string {
  if (text.length <= length) return text;
  const end = text.slice(-length);
  const line = end.indexOf('\n') + 1;
  if (line > 0 && line <= length / 4) return end.slice(line);
  return /^[\uDC00-\uDFFF]/.test(end) ? end.slice(1) : end;
}
