import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserFacingError } from '../../../src/base/errors.ts';
import { encodeDocument, header } from '../../../src/corpus/documents.ts';
import { minimumCountFor, SEPARATOR, UNKNOWN, Vocabulary } from '../../../src/corpus/vocabulary.ts';

const chinese =
  '春天来了,山上的花都开了。孩子们在河边放风筝,老人坐在树下喝茶。远处传来钟声,一群鸟从屋顶飞过,天空很蓝。\n';

describe('Vocabulary', () => {
  it('gives ids from 2 on by frequency, equally frequent characters by code point', () => {
    const vocabulary = Vocabulary.fromTexts(['cbbab', '\u{1F600}é']);
    expect(vocabulary.characters).toEqual(['b', 'a', 'c', 'é', '\u{1F600}']);
    expect(vocabulary.encode('abc')).toEqual(Uint16Array.of(3, 2, 4));
    expect(vocabulary.size).toBe(7);
  });

  it('knows a character from 5 times on in a text of 100 000 characters, from once on in a tiny one', () => {
    const filler = 'x'.repeat(100_000);
    const large = Vocabulary.fromTexts([filler, 'aaaaa', 'bbbb']);
    expect(large.encode('ab')).toEqual(Uint16Array.of(3, UNKNOWN));
    expect(Vocabulary.fromTexts(['ab']).encode('ab')).toEqual(Uint16Array.of(2, 3));
    expect([0, 39_999, 40_000, 99_999, 100_000, 1e9].map(minimumCountFor)).toEqual([1, 1, 2, 4, 5, 5]);
  });

  it('keeps the 4 096 most frequent characters', () => {
    const rare = Array.from({ length: 5000 }, (_, index) => String.fromCodePoint(0x4e00 + index)).join('');
    const vocabulary = Vocabulary.fromTexts([rare, '\u{20000}\u{20000}'], { minimumCount: 1 });
    expect(vocabulary.characters).toHaveLength(4096);
    expect(vocabulary.characters[0]).toBe('\u{20000}');
    expect(vocabulary.idOf(0x4e00 + 4999)).toBe(UNKNOWN);
  });

  it('counts what stands in headers, as they are fed too', () => {
    const vocabulary = Vocabulary.fromDocuments([{ path: 'Q/z.ts', text: 'a' }]);
    expect(vocabulary.encode('Qz\n')).not.toContain(UNKNOWN);
  });

  it('encodes emoji, CJK and combining marks as one id per code point', () => {
    const text = '👩‍👩‍👧 e\u0301 漢字 𠮷';
    const vocabulary = Vocabulary.fromTexts([text]);
    const ids = vocabulary.encode(text);
    expect(ids).toHaveLength([...text].length);
    expect(vocabulary.decode(ids)).toBe(text);
  });

  it('makes lone surrogates unknown, one each, and never learns them', () => {
    const text = 'a\ud83db\ude00\ude00\ud83d';
    const vocabulary = Vocabulary.fromTexts([text.repeat(10)]);
    expect(vocabulary.characters).toEqual(['a', 'b']);
    expect(vocabulary.encode(text)).toEqual(Uint16Array.of(2, 0, 3, 0, 0, 0));
    expect(vocabulary.encode('\ud83d')).toEqual(Uint16Array.of(0));
  });

  it('learns Chinese prose', () => {
    const vocabulary = Vocabulary.fromTexts([chinese.repeat(100)]);
    expect(vocabulary.decode(vocabulary.encode(chinese))).toBe(chinese);
    expect(vocabulary.size).toBe(2 + new Set(chinese).size);
  });

  it('decodes unknown as U+FFFD and the separator as nothing', () => {
    const vocabulary = Vocabulary.fromTexts(['a']);
    expect(vocabulary.decode([SEPARATOR, 2, UNKNOWN])).toBe('a\uFFFD');
    expect(() => vocabulary.decode([3])).toThrow(RangeError);
  });

  it('gives back any text whose characters it knows', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 50 }), fc.string({ unit: 'grapheme' }), (one, two) => {
        const vocabulary = Vocabulary.fromTexts([one, two]);
        expect(vocabulary.decode(vocabulary.encode(two + one))).toBe(two + one);
        expect(Vocabulary.fromJSON(JSON.parse(JSON.stringify(vocabulary))).characters).toEqual(vocabulary.characters);
      }),
    );
  });

  it('encodes any string to one id per code point, known or not', () => {
    const vocabulary = Vocabulary.fromTexts(['abc 漢😀']);
    fc.assert(
      fc.property(fc.string({ unit: fc.nat(0xffff).map((unit) => String.fromCharCode(unit)) }), (text) => {
        expect([...vocabulary.encode(text)]).toEqual([...text].map((c) => vocabulary.idOf(c.codePointAt(0)!)));
      }),
    );
  });

  it.each([
    ['nothing', null],
    ['no characters', {}],
    ['a list', { characters: ['a'] }],
    ['a repeated character', { characters: 'aba' }],
    ['half a character', { characters: 'a\ud800' }],
    [
      'too many characters',
      { characters: String.fromCodePoint(...Array.from({ length: 4097 }, (_, i) => 0x4e00 + i)) },
    ],
  ])('refuses %s as a stored vocabulary', (_, value) => {
    expect(() => Vocabulary.fromJSON(value)).toThrow(UserFacingError);
  });
});

describe('encodeDocument', () => {
  it('feeds separator, path, newline and text', () => {
    const document = { path: 'a/😀.ts', text: 'let x\n' };
    const vocabulary = Vocabulary.fromDocuments([document]);
    const ids = encodeDocument(vocabulary, document);
    expect(ids[0]).toBe(SEPARATOR);
    expect(vocabulary.decode(ids.subarray(1))).toBe(`${header('a/😀.ts')}let x\n`);
    expect(ids).toHaveLength(1 + 7 + 6);
  });
});
