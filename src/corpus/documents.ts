import type { Document } from './document.ts';
import { header } from './document.ts';
import type { Vocabulary } from './vocabulary.ts';
import { SEPARATOR } from './vocabulary.ts';

export { header } from './document.ts';

/** Ids of a document: the separator, its path, a newline, its text. */
export function encodeDocument(vocabulary: Vocabulary, document: Document): Uint16Array {
  return encodeContent(vocabulary, header(document.path) + document.text);
}

/**
 * Ids of a document's content, with the separator before it.
 *
 * @param content header and text of a document
 */
export function encodeContent(vocabulary: Vocabulary, content: string): Uint16Array {
  const ids = new Uint16Array(1 + content.length);
  ids[0] = SEPARATOR;
  const length = vocabulary.encodeInto(content, ids, 1);
  return length === ids.length ? ids : ids.slice(0, length);
}
