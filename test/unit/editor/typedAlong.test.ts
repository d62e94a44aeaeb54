import { describe, expect, it } from 'vitest';
import { TypedAlong } from '../../../src/editor/typedAlong.ts';

const [FILE, OTHER] = ['file:///a.ts', 'file:///b.ts'];
const suggestion = (text: string) => ({ text, characters: [...text].map(() => 0.9) });
const typed = (offset: number, text: string) => [{ offset, removed: 0, text }];

function having(text: string): { along: TypedAlong; typedOut: () => number } {
  let typedOut = 0;
  const along = new TypedAlong(() => typedOut++);
  along.shown(FILE, 10, suggestion(text), 0);
  return { along, typedOut: () => typedOut };
}

describe('Suggestions that are typed along with', () => {
  it('are typed past once they could be read', () => {
    const { along } = having('abc');
    along.edited(FILE, typed(10, 'a'), 500);
    expect(along.at(FILE, 11, 500)).toEqual([{ text: 'bc', characters: [0.9, 0.9] }]);
    expect(along.at(FILE, 12, 500)).toEqual([]);
    expect(along.at(OTHER, 11, 500)).toEqual([]);
  });

  it('say nothing while somebody types faster than one can read, though they stay where they were', () => {
    const { along } = having('abcdef');
    along.edited(FILE, typed(10, 'a'), 100);
    expect(along.at(FILE, 11, 100)).toEqual([]);
    along.shown(FILE, 11, suggestion('bcdef'), 120); // the same, by which it gets no younger
    along.edited(FILE, typed(11, 'b'), 450);
    expect(along.at(FILE, 12, 450).map(({ text }) => text)).toEqual(['cdef']);
  });

  it('are counted when they were right and typed to their end', () => {
    const { along, typedOut } = having('ab');
    along.edited(FILE, typed(10, 'a'), 500);
    along.edited(FILE, typed(11, 'b'), 600);
    expect(typedOut()).toBe(1);
    expect(along.at(FILE, 12, 600)).toEqual([]);
  });

  it.each([
    ['another character', typed(10, 'x')],
    ['a part that was accepted', typed(10, 'ab')],
    ['something elsewhere', typed(3, 'a')],
    ['a replacement', [{ offset: 10, removed: 1, text: 'a' }]],
    ['several cursors', [...typed(10, 'a'), ...typed(3, 'a')]],
  ])('are forgotten after %s', (_, edits) => {
    const { along, typedOut } = having('abc');
    along.edited(FILE, edits, 500);
    for (const offset of [10, 11, 12]) expect(along.at(FILE, offset, 500)).toEqual([]);
    expect(typedOut()).toBe(0);
  });

  it('are several where another was shown after the first', () => {
    const { along } = having('abcdef');
    along.edited(FILE, typed(10, 'a'), 500);
    along.shown(FILE, 11, suggestion('bxy'), 510);
    along.edited(FILE, typed(11, 'b'), 1000);
    expect(along.at(FILE, 12, 1000).map(({ text }) => text)).toEqual(['cdef', 'xy']);
    along.edited(OTHER, typed(0, 'z'), 1100);
    expect(along.at(FILE, 12, 1100)).toHaveLength(2);
    along.clear();
    expect(along.at(FILE, 12, 1100)).toEqual([]);
  });
});
