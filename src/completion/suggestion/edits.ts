/** An insertion, or the replacement of something. */
export interface Edit {
  /** UTF-16 units from the document's start. */
  readonly offset: number;
  readonly removed: number;
  readonly text: string;
}

/** What one key does to the text at the cursor. */
export interface Keystroke {
  /** What is before the cursor from now on, and was not. */
  readonly typed: string;
  /** UTF-16 units that `typed` has in the document, whose line ends may be longer. */
  readonly length: number;
  /** UTF-16 units that stand behind the cursor from now on, and did not; negative: were taken away. */
  readonly behind: number;
}

/** What editors insert behind the cursor when the opener is typed. */
const CLOSERS: Readonly<Record<string, string>> = {
  '(': ')',
  '[': ']',
  '{': '}',
  '<': '>',
  '"': '"',
  "'": "'",
  '`': '`',
};

/** A line break with indentation, and between brackets another with that of the closer. */
const ENTER = /^(\n[ \t]*)(\n[ \t]*)?$/;

/** Closer that an editor inserts behind a character, if that is an opener. */
export function closerOf(opener: string): string | undefined {
  return CLOSERS[opener];
}

/** Edit with LF at line ends, as suggestions have them. */
export function withLineFeeds({ text, ...edit }: Edit): Edit {
  return { ...edit, text: text.replaceAll('\r\n', '\n') };
}

/**
 * Key that was pressed at an offset, if the edits are what one key does there: a character, one with its closer, a
 * closer over the one that the editor has inserted, a line break with indentation, indentation.
 */
export function keystrokeAt(offset: number, edits: readonly Edit[]): Keystroke | undefined {
  const edit = joined(edits);
  if (edit?.offset !== offset) return undefined;
  const { removed } = edit;
  const { text } = withLineFeeds(edit);
  const [first = '', ...others] = text;
  if (removed > 0) {
    const isTypedOver = removed === 1 && others.length === 0 && Object.values(CLOSERS).includes(first);
    return isTypedOver ? { typed: first, length: 1, behind: -1 } : undefined;
  }
  if (others.length === 1 && closerOf(first) === others[0]) return { typed: first, length: 1, behind: 1 };
  const entered = ENTER.exec(text);
  if (entered !== null) {
    const [, typed = '', below = ''] = entered;
    const returns = edit.text.length - text.length;
    const length = typed.length + (below === '' ? returns : returns / 2);
    return { typed, length, behind: edit.text.length - length };
  }
  const isTyped = text !== '' && (others.length === 0 || /^[ \t]*$/.test(text));
  return isTyped ? { typed: text, length: text.length, behind: 0 } : undefined;
}

/** One edit in place of two that insert an opener and its closer at the same place. */
function joined(edits: readonly Edit[]): Edit | undefined {
  if (edits.length === 1) return edits[0];
  const [one, other, ...others] = edits;
  if (one === undefined || other === undefined || others.length > 0) return undefined;
  if (one.offset !== other.offset || one.removed + other.removed > 0) return undefined;
  const text = [one.text + other.text, other.text + one.text].find(([opener, closer, ...more]) => {
    return more.length === 0 && opener !== undefined && closerOf(opener) === closer;
  });
  return text === undefined ? undefined : { ...one, text };
}
