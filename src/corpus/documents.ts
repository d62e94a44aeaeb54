import type { Document } from './document.ts';
import { header } from './document.ts';
import type { Vocabulary } from './vocabulary.ts';
import { SEPARATOR } from './vocabulary.ts';

export { header } from './document.ts';

/** The ids of a document: the separator, its path, a newline, its text. */
export function encodeDocument(vocabulary: Vocabulary, document: Document): Uint16Array {
  const content = header(document.path) + document.text;
  const ids = new Uint16Array(1 + content.length);
  ids[0] = SEPARATOR;
  const length = vocabulary.encodeInto(content, ids, 1);
  return length === ids.length ? ids : ids.slice(0, length);
}
