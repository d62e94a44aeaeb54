import { describe, expect, it } from 'vitest';
import { typingOf } from '../../../src/evaluation/keystrokes.ts';

/** The text with what the editor inserts replaced by dots. */
function typed(text: string): string {
  const { keys } = typingOf([...text]);
  return [...text].map((symbol, index) => (keys[index] === 0 ? '·' : symbol)).join('');
}

describe('What is typed by hand', () => {
  it.each([
    ['all of plain text', 'one two\nthree', 'one two\nthree'],
    ['no indentation that the line before has', '  if (a)\n    b\n    c\n  d', '  if (a·\n··  b\n····c\n··d'],
    ['the indentation of the last line that is not blank', '  a\n\n  b', '  a\n\n··b'],
    ['no closer of a bracket, also lines later', 'f([1])\ng({\n})', 'f([1··\ng({\n··'],
    ['a closer that was not opened', 'a)', 'a)'],
    ['no closing quote', 'a = "b" + `c`', 'a = "b· + `c·'],
    ['apostrophes', "it's a dog's", "it's a dog's"],
    ['quotes that are left open until the line ends', "a = 'b\nc = 'd'", "a = 'b\nc = 'd·"],
    ['characters beyond the basic plane as one', '("😀")', '("😀··'],
  ])('is %s', (_, text, expected) => {
    expect(typed(text)).toBe(expected);
  });

  it('leaves closers behind the cursor, those of lines above on lines of their own', () => {
    const symbols = [...'  f(["a\nb", {\n    g(x'];
    const { insertedAt } = typingOf(symbols);
    const at = (typed: string) => insertedAt(symbols.join('').indexOf(typed) + typed.length);
    expect(insertedAt(0)).toBe('');
    expect(at('f(')).toBe(')');
    expect(at('["')).toBe('"])');
    // The quote was left open, and is the editor's no more.
    expect(at('a\n')).toBe('\n  ])');
    expect(at('{')).toBe('}\n  ])');
    expect(at('g(')).toBe(')\n}\n  ])');
    expect(insertedAt(symbols.length)).toBe('');
  });

  it('may have any number of brackets open', () => {
    const { keys, insertedAt } = typingOf([...'('.repeat(100_000), '\n', ...')'.repeat(100_000)]);
    expect(keys.reduce((sum, key) => sum + key, 0)).toBe(100_001);
    expect(insertedAt(100_001)).toMatch(/^\n\){100000}$/);
  });
});
