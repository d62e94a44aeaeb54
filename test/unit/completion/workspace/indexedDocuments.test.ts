import { describe, expect, it } from 'vitest';
import { random } from '../../../../src/base/random.ts';
import { KneserNeyModel } from '../../../../src/completion/experts/kneserNeyModel.ts';
import { IndexedDocuments } from '../../../../src/completion/workspace/indexedDocuments.ts';

const SIZE = 30;
const EDITS = Number(process.env['INKLING_EDITS'] ?? 250_000);

function textOf(length: number, uniform: () => number): Uint16Array {
  return Uint16Array.from({ length }, () => Math.floor(SIZE * uniform() ** 2));
}

/** The largest difference of what two memories expect after some text. */
function difference(a: KneserNeyModel, b: KneserNeyModel, text: Uint16Array): number {
  const [p, q] = [new Float64Array(SIZE), new Float64Array(SIZE)];
  let largest = 0;
  for (let end = 0; end <= text.length; end += 5) {
    a.predict(text, end, p);
    b.predict(text, end, q);
    for (let id = 0; id < SIZE; id++) largest = Math.max(largest, Math.abs(p[id]! - q[id]!));
  }
  return largest;
}

describe('Documents that were learnt', () => {
  it('are after very many edits as if learnt at once, and take no more room', { timeout: 120_000 + EDITS }, () => {
    const uniform = random(1);
    const documents = new IndexedDocuments(new KneserNeyModel(SIZE), 4000);
    const texts = new Map<string, number[]>();
    const names = ['a', 'b', 'c'];
    for (const name of names) {
      const text = textOf(800, uniform);
      texts.set(name, [...text]);
      documents.set(name, text);
    }
    let bytes = 0;
    for (let edit = 0; edit < EDITS; edit++) {
      const name = names[Math.floor(3 * uniform())]!;
      const text = texts.get(name)!;
      const start = Math.floor(uniform() * (text.length + 1));
      // About as much is deleted as inserted, so that the texts stay about as long.
      const deleted = Math.min(text.length - start, text.length > 600 ? Math.floor(3 * uniform()) : 0);
      const inserted = text.length < 1000 ? [...textOf(Math.floor(3 * uniform()), uniform)] : [];
      text.splice(start, deleted, ...inserted);
      documents.edit(name, start, deleted, inserted);
      if (edit === Math.floor(EDITS / 10)) bytes = documents.counts.bytes;
    }
    const rebuilt = new KneserNeyModel(SIZE);
    for (const text of texts.values()) rebuilt.learn(text);
    expect(documents.counts.characters).toBe(rebuilt.characters);
    expect(difference(documents.counts, rebuilt, textOf(200, uniform))).toBeLessThan(1e-12);
    expect(difference(documents.counts, rebuilt, Uint16Array.from(texts.get('a')!))).toBeLessThan(1e-12);
    expect(documents.counts.bytes).toBeLessThan(2 * bytes);
  });

  it('make room for others, those first that were touched longest ago', () => {
    const uniform = random(2);
    const documents = new IndexedDocuments(new KneserNeyModel(SIZE), 1000);
    for (const name of ['a', 'b', 'c']) documents.set(name, textOf(300, uniform));
    documents.edit('a', 5, 1, [3]);
    documents.set('d', textOf(400, uniform));
    expect(['a', 'b', 'c', 'd'].filter((name) => documents.has(name))).toEqual(['a', 'c', 'd']);
    expect(documents.counts.characters).toBe(1000);
    documents.edit('c', 0, 0, textOf(200, uniform));
    expect(['a', 'b', 'c', 'd'].filter((name) => documents.has(name))).toEqual(['c', 'd']);
  });

  it('are cut where they are longer than all that there is room for', () => {
    const uniform = random(3);
    const documents = new IndexedDocuments(new KneserNeyModel(SIZE), 1000);
    documents.set('a', textOf(1500, uniform));
    expect(documents.counts.characters).toBe(1000);
    documents.edit('a', 10, 0, textOf(500, uniform));
    expect(documents.counts.characters).toBe(1000);
    documents.delete('a');
    expect(documents.counts.characters).toBe(0);
    documents.delete('a');
    expect(() => documents.edit('a', 0, 0, [1])).toThrow('was not learnt');
  });
});
