import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LONGEST_CONTEXT } from '../../../../src/completion/context/longestContext.ts';
import { WordStream } from '../../../../src/completion/context/wordStream.ts';
import { Vocabulary } from '../../../../src/corpus/vocabulary.ts';

const vocabulary = Vocabulary.fromTexts(['ab1_$ (){};\n文😀'], { minimumCount: 1 });
const words = new WordStream(vocabulary);
const texts = fc.string({ unit: fc.constantFrom(...'ab1_$ (){};\n', '文', '😀', 'unknown'), maxLength: 80 });

/** With `·` for what is between two words. */
function written(text: string): string {
  return vocabulary.decode(words.of(vocabulary.encode(text))).replaceAll('\uFFFD', '·');
}

describe('A text by its words', () => {
  it('has one id for whatever stands between two of them, at its beginning and end too', () => {
    expect(written('')).toBe('');
    expect(written('ab(b1, _a$);\n')).toBe('ab·b1·_a$·');
    expect(written('  文a😀 ? b')).toBe('·文a·b');
  });

  it('is by replacing what is between words, by a regular expression', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const known = vocabulary.decode(vocabulary.encode(text));
        expect(written(text)).toBe(known.replaceAll(/[^\p{L}\p{N}_$]+/gu, '·'));
      }),
      { seed: 1 },
    );
  });

  it('has the same context read at once, or in pieces', () => {
    fc.assert(
      fc.property(texts, fc.nat(), (text, cut) => {
        const ids = vocabulary.encode(text);
        const half = cut % (ids.length + 1);
        const nothing = new Uint16Array(0);
        const pieces = words.after(words.after(nothing, ids.slice(0, half)), ids.slice(half));
        expect([...pieces]).toEqual([...words.of(ids)].slice(-LONGEST_CONTEXT));
        expect(words.after(nothing, ids)).toEqual(pieces);
      }),
      { seed: 2 },
    );
  });
});
