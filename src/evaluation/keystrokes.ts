const CLOSERS: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}', '"': '"', "'": "'", '`': '`' };
const QUOTES = '"\'`';

/** Closer that the editor has inserted behind the cursor. */
interface Inserted {
  readonly closer: string;
  /** Place of its opener among the symbols. */
  readonly index: number;
  /** Line of its opener. */
  readonly line: number;
  readonly indentation: string;
  /** Next one behind it. */
  readonly behind: Inserted | undefined;
}

/** Keys that a text costs in an editor that indents new lines like the one before, and closes brackets and quotes. */
export interface Typing {
  /** For each character what typing it costs: 1, or 0 for what the editor inserts by itself. */
  readonly keys: Uint8Array;
  /** Text that the editor has inserted behind the cursor before a character is typed. */
  readonly insertedAt: (index: number) => string;
}

/**
 * Typing of a text from its beginning to its end.
 *
 * @param symbols code points
 * @param start where typing begins: what stands before it is there already, and only brackets and quotes that are closed
 *   in what is typed are closed by the editor, as somebody has taken out the others
 */
export function typingOf(symbols: readonly string[], start = 0): Typing {
  if (start === 0) return typed(symbols, 0, () => true);
  const closed = new Set<number>();
  typed(symbols, start, () => true, closed);
  return typed(symbols, start, (index) => closed.has(index));
}

/**
 * @param isClosed whether the editor closes what is opened there
 * @param closed is given the places of openers whose closers are typed over
 */
function typed(
  symbols: readonly string[],
  start: number,
  isClosed: (index: number) => boolean,
  closed?: Set<number>,
): Typing {
  const keys = new Uint8Array(symbols.length).fill(1);
  const places: { readonly inserted: Inserted | undefined; readonly line: number }[] = [];
  let inserted: Inserted | undefined;
  /** Of the last line that is not blank. */
  let indentation = '';
  /** White space that the line begins with. */
  let leading = '';
  let isIndenting = true;
  let isBlank = true;
  let before: string | undefined;
  let line = 0;
  for (let index = 0; index < symbols.length; index++) {
    const symbol = symbols[index]!;
    places.push({ inserted, line });
    if (symbol === '\n') {
      if (!isBlank) indentation = leading;
      for (let i = 0; i < indentation.length && symbols[index + 1 + i] === indentation[i]; i++) keys[index + 1 + i] = 0;
      inserted = withoutQuotes(inserted, line);
      line++;
      [leading, isIndenting, isBlank, before] = ['', true, true, undefined];
      continue;
    }
    if (isIndenting && (symbol === ' ' || symbol === '\t')) leading += symbol;
    else isIndenting = false;
    if (symbol.trim() !== '') isBlank = false;
    if (inserted?.closer === symbol) {
      keys[index] = 0;
      closed?.add(inserted.index);
      inserted = inserted.behind;
    } else if (index >= start && opens(symbol, before) && isClosed(index)) {
      inserted = { closer: CLOSERS[symbol]!, index, line, indentation: leading, behind: inserted };
    }
    before = symbol;
  }
  const insertedAt = (index: number) => {
    const place = places[index];
    let text = '';
    let below = place?.line;
    for (let one = place?.inserted; one !== undefined; one = one.behind) {
      // One that was opened lines above stands on a line of its own, as far indented.
      if (one.line !== below) text += `\n${one.indentation}`;
      below = one.line;
      text += one.closer;
    }
    return text;
  };
  return { keys, insertedAt };
}

/** Closers without the quotes of a line, as a quote that is left open ends with it. */
function withoutQuotes(inserted: Inserted | undefined, line: number): Inserted | undefined {
  const brackets: Inserted[] = [];
  let behind = inserted;
  for (; behind?.line === line; behind = behind.behind) if (!QUOTES.includes(behind.closer)) brackets.push(behind);
  return brackets.reduceRight<Inserted | undefined>((rest, one) => ({ ...one, behind: rest }), behind);
}

/** Quotes are closed unless they stand behind a word, as an apostrophe does. */
function opens(symbol: string, before: string | undefined): boolean {
  return (
    CLOSERS[symbol] !== undefined && !(QUOTES.includes(symbol) && before !== undefined && /[\p{L}\p{N}_]/u.test(before))
  );
}
