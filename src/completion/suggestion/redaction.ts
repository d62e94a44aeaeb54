import { findSecrets } from '../../corpus/scrub.ts';

/** UTF-16 units of the line before a cursor that may belong to a secret. */
const LINE = 400;

/**
 * Suggestion up to the first secret in it, whether that is all its own or begins before the cursor. What is learnt has been
 * scrubbed; this is for secrets that a predictor puts together of harmless parts.
 *
 * @param before the text before the cursor
 * @param path of the document: the rules for JSON files go by it
 * @returns the suggestion, its beginning, or nothing
 */
export async function withoutSecrets(before: string, suggestion: string, path: string): Promise<string> {
  const line = before.slice(Math.max(before.lastIndexOf('\n') + 1, before.length - LINE));
  const joined = line + suggestion;
  // A value that has not come to its closing quote is one already.
  const hits = await findSecrets(joined + openQuote(joined), path);
  const first = hits.find(({ end }) => end > line.length);
  return first === undefined ? suggestion : suggestion.slice(0, Math.max(0, first.start - line.length));
}

/** Quote that is open at the end of a text's last line; empty: none. */
function openQuote(text: string): string {
  let open = '';
  for (const character of text.slice(text.lastIndexOf('\n') + 1)) {
    if (open === '' && /["'`]/.test(character)) open = character;
    else if (character === open) open = '';
  }
  return open;
}
