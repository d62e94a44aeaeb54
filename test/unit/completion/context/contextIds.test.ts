import { describe, expect, it } from 'vitest';
import { CONTEXT_LENGTH, contextIds, cutBefore } from '../../../../src/completion/context/contextIds.ts';
import { SEPARATOR, Vocabulary } from '../../../../src/corpus/vocabulary.ts';

const vocabulary = Vocabulary.fromJSON({ characters: '\nabcxyz./😀' });

/** What is read after the separator. */
function contextOf(path: string, before: string): string {
  const [first, ...ids] = contextIds(vocabulary, path, before);
  expect(first).toBe(SEPARATOR);
  return vocabulary.decode(ids);
}

describe('the context of a cursor', () => {
  it('is separator, path and the text before, as in training', () => {
    expect(contextOf('b/a.c', 'ab\nc')).toBe('b/a.c\nab\nc');
  });

  it('does not depend on how lines end', () => {
    expect(contextOf('a', 'a\r\nb\rc')).toBe('a\na\nb\nc');
  });

  it('is the last part of a long text, from a start of a line near the cut', () => {
    const context = contextOf('a', 'abcxyz\n'.repeat(CONTEXT_LENGTH));
    expect(context.length).toBeGreaterThan(CONTEXT_LENGTH - 7);
    expect(context.length).toBeLessThan(1.5 * CONTEXT_LENGTH + 7);
    expect(context.startsWith('a\nabcxyz\nabcxyz\n')).toBe(true);
  });

  it('begins in the middle of a line when that is very long', () => {
    const context = contextOf('a', `${'x'.repeat(3 * CONTEXT_LENGTH)}\nabc`);
    expect(context).toBe(`a\n${'x'.repeat(CONTEXT_LENGTH)}\nabc`);
  });

  it('never begins in the middle of a character', () => {
    const context = contextOf('a', `${'x'}${'😀'.repeat(CONTEXT_LENGTH)}`);
    expect(context).toMatch(/^a\n(😀)+$/u);
  });

  it.each([
    ['short', 'abc\n'],
    ['long', `${'x'.repeat(900)}\n`],
  ])('grows at its end alone while somebody types in a large file of %s lines, but once in a stride', (_, line) => {
    const text = line.repeat(Math.ceil(20_000 / line.length));
    let moves = 0;
    let last = '';
    for (let offset = 10_000; offset < 13_000; offset++) {
      const context = contextOf('a', text.slice(cutBefore(offset), offset));
      expect(context.length).toBeGreaterThan(CONTEXT_LENGTH / 2);
      if (!context.startsWith(last)) moves++;
      last = context;
    }
    expect(moves).toBe(2);
  });

  it('begins at the same place while the text grows', () => {
    const text = 'x'.repeat(3 * CONTEXT_LENGTH);
    expect(contextOf('a', `${text}abc`)).toBe(`${contextOf('a', text)}abc`);
  });
});
