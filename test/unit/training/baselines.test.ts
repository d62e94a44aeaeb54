import { brotliCompressSync, constants } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readCorpus } from '../../../src/corpus/corpus.ts';
import { baselinesOf, brotliBits, unigramBits } from '../../../src/training/baselines.ts';

function brotliSize(text: string): number {
  const bytes = Buffer.from(text);
  return brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_LARGE_WINDOW]: 1,
      [constants.BROTLI_PARAM_LGWIN]: 30,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  }).length;
}

const documents = (count: number, letter: string) =>
  Array.from({ length: count }, (_, index) => ({
    path: `${letter}${index}`,
    text: `${letter} ${index ** 3}\n`.repeat(9),
  }));

describe('a unigram', () => {
  it('smooths its counts by one', () => {
    // Unknown, separator, a, b: counts 0, 1, 2, 1 → probabilities 1⁄8, 2⁄8, 3⁄8, 2⁄8.
    const train = [Uint16Array.of(1, 2, 2, 3)];
    expect(unigramBits(train, [Uint16Array.of(1, 3)], 4)).toBeCloseTo(2, 12);
    expect(unigramBits(train, [Uint16Array.of(1, 2), Uint16Array.of(1)], 4)).toBeCloseTo(
      (4 + Math.log2(8 / 3)) / 3,
      12,
    );
  });

  it('pays for a character that it does not know what a network pays', () => {
    expect(unigramBits([Uint16Array.of(1, 2, 2, 3)], [Uint16Array.of(0)], 4)).toBeCloseTo(3 + 20, 12);
  });
});

describe('brotli', () => {
  it('is measured by what it needs for the held-out text after the training text', async () => {
    const [train, heldOut] = [documents(20, 'a'), documents(4, 'b')];
    const text = (of: typeof train) => of.map(({ path, text }) => `\0${path}\n${text}`).join('');
    const characters = text(heldOut).length;
    const bytes = brotliSize(text([...train, ...heldOut])) - brotliSize(text(train));
    expect(await brotliBits(train, heldOut, 1e6)).toEqual({ brotli: (8 * bytes) / characters, brotliPart: 1 });
  });

  it('is given a part of much text, always the same one', async () => {
    const [train, heldOut] = [documents(200, 'a'), documents(100, 'b')];
    const first = await brotliBits(train, heldOut, 10_000);
    expect(first.brotliPart).toBeLessThan(10_000 / 20_000);
    expect(first.brotliPart).toBeGreaterThan(0.2);
    expect(await brotliBits(train, heldOut, 10_000)).toEqual(first);
  });

  it('is given one document at least', async () => {
    const { brotli, brotliPart } = await brotliBits(documents(5, 'a'), documents(5, 'b'), 1);
    expect(brotli).toBeGreaterThan(0);
    expect(brotliPart).toBeCloseTo(0.2, 1);
  });

  it('ends when it is asked to', async () => {
    const abort = new AbortController();
    const over = brotliBits(documents(200, 'a'), documents(100, 'b'), 1e6, abort.signal);
    abort.abort();
    await expect(over).rejects.toThrow(/abort/);
  });
});

describe('the baselines of rxjs', () => {
  it('are those that zlib and counting by hand give', async () => {
    const corpus = await readCorpus('node_modules/rxjs/src', { include: ['**/*.ts'] });
    const { uniform, unigram, brotli, brotliPart } = await baselinesOf(corpus);
    const text = (of: typeof corpus.train) => of.map(({ path, text }) => `\0${path}\n${text}`).join('');
    const [train, heldOut] = [text(corpus.train), text(corpus.heldOut)];
    const counts = new Map<string, number>();
    for (const character of train) counts.set(character, (counts.get(character) ?? 0) + 1);
    // Rarer ones are unknown; the separator is counted as NUL.
    const known = new Map([...counts].filter(([character, count]) => count >= 5 || character === '\0'));
    const rare = [...counts].reduce((sum, [character, count]) => sum + (known.has(character) ? 0 : count), 0);
    const size = known.size + 1;
    const total = [...train].length + size;
    const bits = [...heldOut].reduce((sum, character) => {
      const count = known.get(character);
      return sum + (count === undefined ? 20 + Math.log2(total / (rare + 1)) : Math.log2(total / (count + 1)));
    }, 0);
    expect(uniform).toBeCloseTo(Math.log2(size), 12);
    expect(unigram).toBeCloseTo(bits / [...heldOut].length, 9);
    expect(brotli).toBeCloseTo((8 * (brotliSize(train + heldOut) - brotliSize(train))) / [...heldOut].length, 3);
    expect(brotliPart).toBe(1);
    expect(brotli).toBeLessThan(unigram);
    expect(unigram).toBeLessThan(uniform);
  });
});
