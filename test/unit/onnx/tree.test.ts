import { describe, expect, it } from 'vitest';
import { leavesOf, replaceLeaves, withLeaves } from '../../../src/onnx/tree.ts';

describe('a tree', () => {
  const tree = { a: 1, b: [2, { c: 3 }], none: undefined };

  it('has leaves in the order in which it is written', () => {
    expect(leavesOf<number>(tree)).toEqual([1, 2, 3]);
    expect(leavesOf<number>(undefined)).toEqual([]);
    expect(leavesOf<number>(7)).toEqual([7]);
  });

  it('has leaves in the order of one like it', () => {
    expect(leavesOf<number>({ b: 1, a: 2 }, { a: 0, b: 0 })).toEqual([2, 1]);
  });

  it.each([
    ['a leaf is missing', { a: 1 }],
    ['a leaf is too many', { a: 1, b: 2, c: 3 }],
    ['a name is another', { a: 1, c: 2 }],
    ['a leaf is nothing', { a: 1, b: undefined }],
    ['a leaf is a branch', { a: 1, b: [2] }],
  ])('is not like another when %s', (_, other) => {
    expect(() => leavesOf<number>(other, { a: 0, b: 0 })).toThrow('not alike');
  });

  it('takes leaves of the same kind, or of another, and keeps its form', () => {
    expect(withLeaves<number, typeof tree>(tree, [4, 5, 6])).toEqual({ a: 4, b: [5, { c: 6 }], none: undefined });
    const names = replaceLeaves<typeof tree, number, string>(tree, ['x', 'y', 'z']);
    expect(names).toEqual({ a: 'x', b: ['y', { c: 'z' }], none: undefined });
  });

  it('has values as leaves, which are objects themselves', () => {
    const value = { name: 'x', type: 'float32' } as const;
    expect(leavesOf<typeof value>({ states: [value], other: value })).toEqual([value, value]);
  });
});
