import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { random } from '../../../../src/base/random.ts';
import { KneserNeyModel } from '../../../../src/completion/experts/kneserNeyModel.ts';

const ORDERS = [1, 2, 3, 4, 5, 6, 8, 11, 16, 24];

/**
 * The model by its definition, from the texts themselves: for each context the count of a follower is the number of
 * different contexts of the next longer kind in which it follows, and of occurrences that have no longer one.
 */
class Reference {
  readonly #size: number;
  readonly #followers: Map<string, Map<number, number>>[] = [];

  constructor(size: number, texts: readonly (readonly number[])[]) {
    this.#size = size;
    for (let order = ORDERS.length; order >= 0; order--) this.#followers[order] = new Map();
    for (const text of texts) {
      for (const [index, id] of text.entries()) {
        const available = ORDERS.filter((length) => length <= index).length;
        this.#count(text, index, available, id, 1);
      }
    }
    for (let order = ORDERS.length; order >= 1; order--) {
      for (const [context, followers] of this.#followers[order]!) {
        const shorter = context
          .split(',')
          .slice(-this.#lengthOf(order - 1))
          .join(',');
        for (const id of followers.keys()) this.#add(order - 1, order === 1 ? '' : shorter, id, 1);
      }
    }
  }

  predict(text: readonly number[], end: number): number[] {
    const unigrams = this.#followers[0]!.get('') ?? new Map<number, number>();
    const total = [...unigrams.values()].reduce((sum, count) => sum + count, 0) + 0.5 * this.#size;
    let probabilities = Array.from({ length: this.#size }, (_, id) => ((unigrams.get(id) ?? 0) + 0.5) / total);
    for (const [index, length] of ORDERS.entries()) {
      const followers =
        length <= end ? this.#followers[index + 1]!.get(text.slice(end - length, end).join(',')) : undefined;
      if (followers === undefined) break;
      const discounts = this.#discounts(index + 1);
      const sum = [...followers.values()].reduce((a, b) => a + b, 0);
      const rest = [...followers.values()].reduce((a, count) => a + discounts[Math.min(count, 3)]!, 0) / sum;
      probabilities = probabilities.map((probability, id) => {
        const count = followers.get(id) ?? 0;
        return rest * probability + (count === 0 ? 0 : (count - discounts[Math.min(count, 3)]!) / sum);
      });
    }
    return probabilities;
  }

  #discounts(order: number): number[] {
    const counts = [...this.#followers[order]!.values()].flatMap((followers) => [...followers.values()]);
    const [n1, n2, n3, n4] = [1, 2, 3, 4].map((n) => counts.filter((count) => count === n).length) as [
      number,
      number,
      number,
      number,
    ];
    const y = n1 === 0 ? 0.5 : n1 / (n1 + 2 * n2);
    const bounded = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value));
    return [
      0,
      bounded(n1 === 0 ? 0.5 : 1 - (2 * y * n2) / n1, 0.05, 0.95),
      bounded(n2 === 0 ? 1 : 2 - (3 * y * n3) / n2, 0.1, 1.9),
      bounded(n3 === 0 ? 1.5 : 3 - (4 * y * n4) / n3, 0.2, 2.9),
    ];
  }

  #lengthOf(order: number): number {
    return order === 0 ? 0 : ORDERS[order - 1]!;
  }

  #count(text: readonly number[], index: number, order: number, id: number, by: number): void {
    this.#add(order, text.slice(index - this.#lengthOf(order), index).join(','), id, by);
  }

  #add(order: number, context: string, id: number, by: number): void {
    const followers = this.#followers[order]!.get(context) ?? new Map<number, number>();
    followers.set(id, (followers.get(id) ?? 0) + by);
    this.#followers[order]!.set(context, followers);
  }
}

const SIZE = 5;
const text = fc.array(fc.integer({ min: 0, max: SIZE - 1 }), { maxLength: 60 });

function predicted(memory: KneserNeyModel, ids: readonly number[], end: number): number[] {
  const probabilities = new Float64Array(memory.vocabularySize);
  memory.predict(ids, end, probabilities);
  return [...probabilities];
}

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  for (const [id, value] of expected.entries()) expect(Math.abs(actual[id]! - value)).toBeLessThan(1e-12);
}

describe('The memory of contexts', () => {
  it('is a modified Kneser-Ney model, by its definition', () => {
    fc.assert(
      fc.property(fc.array(text, { maxLength: 6 }), text, (texts, asked) => {
        const memory = new KneserNeyModel(SIZE);
        for (const learnt of texts) memory.learn(learnt);
        const reference = new Reference(SIZE, texts);
        for (let end = 0; end <= asked.length; end += 7) {
          expectClose(predicted(memory, asked, end), reference.predict(asked, end));
        }
      }),
      { numRuns: 200, seed: 1 },
    );
  });

  it('has probabilities that sum to one, none of them zero', () => {
    fc.assert(
      fc.property(fc.array(text, { maxLength: 4 }), text, (texts, asked) => {
        const memory = new KneserNeyModel(SIZE);
        for (const learnt of texts) memory.learn(learnt);
        const probabilities = predicted(memory, asked, asked.length);
        expect(probabilities.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 12);
        for (const value of probabilities) expect(value).toBeGreaterThan(0);
      }),
      { numRuns: 200, seed: 2 },
    );
  });

  it('does not care in which order it learnt, nor what it has unlearnt', () => {
    fc.assert(
      fc.property(fc.array(text, { maxLength: 5 }), fc.array(text, { maxLength: 5 }), text, (kept, others, asked) => {
        const memory = new KneserNeyModel(SIZE);
        for (const one of [...others, ...kept]) memory.learn(one);
        for (const one of others) memory.unlearn(one);
        const rebuilt = new KneserNeyModel(SIZE);
        for (const one of kept.toReversed()) rebuilt.learn(one);
        expect(memory.characters).toBe(rebuilt.characters);
        expectClose(predicted(memory, asked, asked.length), predicted(rebuilt, asked, asked.length));
      }),
      { numRuns: 200, seed: 3 },
    );
  });

  it('is empty again when all was unlearnt', () => {
    const memory = new KneserNeyModel(300);
    const uniform = random(4);
    const texts = Array.from({ length: 20 }, () => Array.from({ length: 500 }, () => Math.floor(300 * uniform() ** 3)));
    for (const one of texts) memory.learn(one);
    for (const one of texts) memory.unlearn(one);
    expect(memory.characters).toBe(0);
    expect(predicted(memory, texts[0]!, 100)).toEqual(Array.from({ length: 300 }, () => 1 / 300));
    expect(() => memory.unlearn(texts[0]!)).toThrow('not learnt');
  });

  it('counts more of one follower than fit into a slot', () => {
    const memory = new KneserNeyModel(3);
    const many = new Uint16Array(300_000).fill(2);
    memory.learn(many);
    memory.learn([2, 2, 1]);
    memory.unlearn(many);
    const rebuilt = new KneserNeyModel(3);
    rebuilt.learn([2, 2, 1]);
    expect(predicted(memory, [2, 2], 2)).toEqual(predicted(rebuilt, [2, 2], 2));
  });

  it('knows how long a context it has seen', () => {
    const memory = new KneserNeyModel(40);
    const ids = Array.from({ length: 40 }, (_, i) => i);
    memory.learn(ids);
    const probabilities = new Float64Array(40);
    expect(memory.predict(ids, 30, probabilities)).toBe(24);
    expect(probabilities.indexOf(Math.max(...probabilities))).toBe(30);
    expect(memory.predict([39, 5, 6, 7], 4, probabilities)).toBe(3);
    expect(memory.predict([], 0, probabilities)).toBe(0);
  });
});
