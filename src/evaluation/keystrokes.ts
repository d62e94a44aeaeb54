const CLOSERS: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}', '"': '"', "'": "'", '`': '`' };
const QUOTES = '"\'`';

/**
 * What typing each character of a text costs in an editor that indents new lines like the one before, and closes brackets
 * and quotes: 1, or 0 for what it inserts by itself.
 *
 * @param symbols code points
 */
export function keysOf(symbols: readonly string[]): Uint8Array {
  const keys = new Uint8Array(symbols.length).fill(1);
  /** What the editor has inserted behind the cursor, the nearest last. */
  let closers: string[] = [];
  let indentation: string[] = [];
  let line: string[] = [];
  for (let index = 0; index < symbols.length; index++) {
    const symbol = symbols[index]!;
    if (symbol === '\n') {
      if (line.some((one) => one.trim() !== '')) indentation = leadingSpace(line);
      for (let i = 0; i < indentation.length && symbols[index + 1 + i] === indentation[i]; i++) keys[index + 1 + i] = 0;
      closers = closers.filter((closer) => !QUOTES.includes(closer));
      line = [];
      continue;
    }
    if (closers.at(-1) === symbol) {
      keys[index] = 0;
      closers.pop();
    } else if (opens(symbol, line.at(-1))) closers.push(CLOSERS[symbol]!);
    line.push(symbol);
  }
  return keys;
}

/** Quotes are closed unless they stand behind a word, as an apostrophe does. */
function opens(symbol: string, before: string | undefined): boolean {
  return (
    CLOSERS[symbol] !== undefined && !(QUOTES.includes(symbol) && before !== undefined && /[\p{L}\p{N}_]/u.test(before))
  );
}

function leadingSpace(line: readonly string[]): string[] {
  const end = line.findIndex((symbol) => symbol !== ' ' && symbol !== '\t');
  return end < 0 ? [] : line.slice(0, end);
}
