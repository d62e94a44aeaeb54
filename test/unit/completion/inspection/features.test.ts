import { describe, expect, it } from 'vitest';
import { featuresOf } from '../../../../src/completion/inspection/features.ts';
import type { Feature } from '../../../../src/protocol/inspection.ts';

/** A text's feature as a line of digits below it. */
const marks = (feature: Feature, text: string, path = 'a.ts') => [...featuresOf(text, path)[feature]].join('');

describe('features of a text', () => {
  it.each([
    [`a = 'b' + c`, '00001110000'],
    [`"a'b" c`, '1111100'],
    [`'a\\'b' c`, '11111100'],
    [`'a\\\\' c`, '1111100'],
    ['`a\nb` c', '1111100'],
    [`don't x`, '0000000'],
    [`"open\na`, '1111110'],
    [`// "a"`, '000000'],
  ])('know quotes: %j', (text, expected) => {
    expect(marks('quotes', text)).toBe(expected);
  });

  it.each([
    ['a // b\nc', '00111110', 'a.ts'],
    ['/* a */ b', '111111100', 'a.ts'],
    ['/*/ a */', '11111111', 'a.ts'],
    ['"//" a', '000000', 'a.ts'],
    ['# a\nb', '11110', 'a.py'],
    ['// a', '0000', 'a.py'],
    ['-- a', '1111', 'a.sql'],
    ['<!-- a --> b', '111111111100', 'a.html'],
  ])('know comments: %j', (text, expected, path) => {
    expect(marks('comments', text, path)).toBe(expected);
  });

  it('count open brackets, not those in quotes', () => {
    expect(marks('brackets', 'a({"(": 1})b)')).toBe('0122222221000');
  });

  it('know indentation and column', () => {
    expect(marks('indentation', '  ab\nc\n\td')).toBe('122220011');
    expect(marks('line-position', '  ab\nc\n\td')).toBe('012340101');
  });

  it('count code points', () => {
    expect(marks('line-position', '😀a')).toBe('01');
  });
});
