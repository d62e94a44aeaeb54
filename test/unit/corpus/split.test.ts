import { describe, expect, it } from 'vitest';
import { shuffled } from '../../../src/corpus/shuffle.ts';
import { isHeldOut, splitDocuments } from '../../../src/corpus/split.ts';

describe('splitDocuments', () => {
  it('holds a file out when the first byte of its path’s MD5 is divisible by 10', () => {
    const paths = Array.from({ length: 2000 }, (_, index) => `src/file${index}.ts`);
    const share = paths.filter(isHeldOut).length / paths.length;
    expect(share).toBeGreaterThan(0.07);
    expect(share).toBeLessThan(0.13);
    // `printf %s src/file7.ts | md5sum` begins with 14 (20), file33 with 96 (150), file0 with 4b (75).
    expect(['src/file7.ts', 'src/file33.ts', 'src/file0.ts'].map(isHeldOut)).toEqual([true, true, false]);
  });

  it('keeps the order of documents on both sides', () => {
    const documents = Array.from({ length: 100 }, (_, index) => ({ path: `${index}.md` }));
    const { train, heldOut } = splitDocuments(documents);
    expect([...train, ...heldOut].sort((a, b) => documents.indexOf(a) - documents.indexOf(b))).toEqual(documents);
    expect(train).toEqual(documents.filter(({ path }) => !isHeldOut(path)));
  });

  it('holds the file with the smallest hash out when the rule holds none out', () => {
    const none = [{ path: 'a' }, { path: 'b' }, { path: 'c' }];
    // MD5: a 0cc1…, b 92eb…, c 4a8a…: none divisible by 10.
    expect(splitDocuments(none)).toEqual({ train: [{ path: 'b' }, { path: 'c' }], heldOut: [{ path: 'a' }] });
  });

  it('has nothing to split in an empty list', () => {
    expect(splitDocuments([])).toEqual({ train: [], heldOut: [] });
  });
});

describe('shuffled', () => {
  it('gives the same permutation for the same seed and another for another', () => {
    const items = Array.from({ length: 50 }, (_, index) => index);
    expect(shuffled(items, 1)).toEqual(shuffled(items, 1));
    expect(shuffled(items, 1)).not.toEqual(shuffled(items, 2));
    expect(shuffled(items, 1).sort((a, b) => a - b)).toEqual(items);
    expect(items[0]).toBe(0);
  });

  it('puts every item in every place equally often', () => {
    const counts = new Array(16).fill(0);
    for (let seed = 0; seed < 4000; seed++) {
      for (const [place, item] of shuffled([0, 1, 2, 3], seed).entries()) counts[4 * place + item]++;
    }
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(120);
  });
});
