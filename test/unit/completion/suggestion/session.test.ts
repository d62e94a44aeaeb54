import { describe, expect, it } from 'vitest';
import type { Edit } from '../../../../src/completion/suggestion/edits.ts';
import { type Outcome, type Showing, SuggestionSession } from '../../../../src/completion/suggestion/session.ts';

const [FILE, OTHER] = ['file:///a.ts', 'file:///b.ts'];
const typed = (offset: number, text: string): Edit[] => [{ offset, removed: 0, text }];

function suggestion(text: string, replaces = 0) {
  const characters = [...text].map(() => 0.9);
  return { text, replaces, characters, probability: 0.9 ** characters.length };
}

function having(...texts: string[]): { session: SuggestionSession; id: number } {
  const session = new SuggestionSession();
  show(
    session,
    10,
    texts.map((text) => suggestion(text)),
    0,
  );
  return { session, id: session.id };
}

function show(
  session: SuggestionSession,
  offset: number,
  suggestions: Showing['suggestions'],
  now: number,
  more: Partial<Showing> = {},
): Outcome[] {
  return session.shown({ document: FILE, offset, suggestions, ...more }, now);
}

const kinds = (outcomes: readonly Outcome[]) => outcomes.map(({ type }) => type);
const pastOf = (session: SuggestionSession, offset: number, now: number) =>
  session.typedPast(FILE, offset, now).map(({ text }) => text);
const left = (session: SuggestionSession, offset: number) =>
  session.remainder(FILE, offset)?.map(({ text, replaces }) => [text, replaces]);

describe('A suggestion that is typed along with', () => {
  it('is typed past once it could be read', () => {
    const { session } = having('abc');
    session.edited(FILE, typed(10, 'a'), 500);
    expect(session.typedPast(FILE, 11, 500)).toEqual([{ text: 'bc', characters: [0.9, 0.9] }]);
    expect(pastOf(session, 12, 500)).toEqual([]);
    expect(session.typedPast(OTHER, 11, 500)).toEqual([]);
  });

  it('says nothing while somebody types faster than one can read, though it stays where it was', () => {
    const { session } = having('abcdef');
    session.edited(FILE, typed(10, 'a'), 100);
    expect(pastOf(session, 11, 100)).toEqual([]);
    expect(show(session, 11, [suggestion('bcdef')], 120)).toEqual([]); // the same, by which it gets no younger
    session.edited(FILE, typed(11, 'b'), 450);
    expect(pastOf(session, 12, 450)).toEqual(['cdef']);
  });

  it('is typed out when it was right and typed to its end, unless it could not be read', () => {
    const { session } = having('ab');
    expect(session.edited(FILE, typed(10, 'a'), 500)).toEqual([]);
    expect(kinds(session.edited(FILE, typed(11, 'b'), 600))).toEqual(['typedOut']);
    expect(pastOf(session, 12, 600)).toEqual([]);
    const { session: fast } = having('ab');
    expect([10, 11].flatMap((offset) => fast.edited(FILE, typed(offset, 'ab'[offset - 10]!), 50))).toEqual([]);
  });

  it('says nothing by being typed past where somebody asked for it', () => {
    const session = new SuggestionSession();
    show(session, 10, [suggestion('abc')], 0, { isExplicit: true });
    session.edited(FILE, typed(10, 'a'), 500);
    expect(pastOf(session, 11, 500)).toEqual([]);
  });

  it('is several where another was shown after the first', () => {
    const { session } = having('abcdef');
    session.edited(FILE, typed(10, 'a'), 500);
    expect(kinds(show(session, 11, [suggestion('bxy')], 510))).toEqual(['shown']);
    session.edited(FILE, typed(11, 'b'), 1000);
    expect(pastOf(session, 12, 1000)).toEqual(['cdef', 'xy']);
    expect(session.edited(OTHER, typed(0, 'z'), 1100)).toEqual([]);
    expect(pastOf(session, 12, 1100)).toHaveLength(2);
    session.clear();
    expect(pastOf(session, 12, 1100)).toEqual([]);
  });

  it.each([
    ['another character', typed(10, 'x')],
    ['something elsewhere', typed(3, 'a')],
    ['a replacement', [{ offset: 10, removed: 1, text: 'a' }]],
    ['a removal', [{ offset: 9, removed: 1, text: '' }]],
    ['several cursors', [...typed(10, 'a'), ...typed(3, 'a')]],
    ['another text at once', typed(10, 'ax')],
  ])('is dismissed by %s, and forgotten', (_, edits) => {
    const { session, id } = having('abc');
    expect(kinds(session.edited(FILE, edits, 500))).toEqual(['dismissed']);
    for (const offset of [9, 10, 11, 12]) {
      expect(pastOf(session, offset, 1000)).toEqual([]);
      expect(session.remainder(FILE, offset)).toBeUndefined();
    }
    expect(session.edited(FILE, edits, 1100)).toEqual([]);
    expect(session.accepted(id)).toEqual([]);
  });

  it('is counted anew when it has changed, or comes back', () => {
    const { session } = having('abcdef');
    session.edited(FILE, typed(10, 'a'), 500);
    expect(show(session, 11, [], 510)).toEqual([]);
    session.edited(FILE, typed(11, 'b'), 600);
    expect(show(session, 12, [suggestion('cd')], 610)).toEqual([{ type: 'shown', probability: 0.81 }]);
    expect(pastOf(session, 12, 620)).toEqual([]);
  });
});

describe('What is left to show', () => {
  it('is the rest, while there is more of it than is quickly typed', () => {
    const { session } = having('abcdef', 'axyz');
    expect(session.remainder(FILE, 10)).toBeUndefined();
    session.edited(FILE, typed(10, 'a'), 100);
    expect(left(session, 11)).toEqual([
      ['bcdef', 0],
      ['xyz', 0],
    ]);
    session.edited(FILE, typed(11, 'b'), 200);
    expect(session.remainder(FILE, 12)?.[0]?.characters).toEqual([0.9, 0.9, 0.9, 0.9]);
    expect(session.remainder(FILE, 12)?.[0]?.probability).toBeCloseTo(0.9 ** 4);
    expect(session.remainder(OTHER, 12)).toBeUndefined();
    session.edited(FILE, typed(12, 'c'), 300);
    session.edited(FILE, typed(13, 'd'), 400);
    expect(left(session, 14)).toBeUndefined();
  });
});

describe('A suggestion that is accepted', () => {
  const whole = (characters: number) => [{ type: 'accepted', characters, isWhole: true }];

  it('is so once, whether the edit or the editor says it first', () => {
    const { session, id } = having('abc');
    expect(session.edited(FILE, typed(10, 'abc'), 500)).toEqual(whole(3));
    expect(session.accepted(id)).toEqual([]);
    const { session: told, id: same } = having('abc');
    expect(told.accepted(same)).toEqual(whole(3));
    expect(told.edited(FILE, typed(10, 'abc'), 500)).toEqual([]);
    expect(pastOf(told, 13, 500)).toEqual([]);
  });

  it('is not another that is shown by the time the editor says so', () => {
    const { session, id } = having('abc');
    session.edited(FILE, typed(10, 'abc'), 500);
    show(session, 13, [suggestion('def')], 510);
    expect(session.accepted(id)).toEqual([]);
    expect(session.accepted(session.id)).toEqual(whole(3));
  });

  it('may be any of several', () => {
    const { session } = having('abc', 'xyz');
    expect(session.edited(FILE, typed(10, 'xyz'), 500)).toEqual(whole(3));
  });

  it('may take the place of what stands behind the cursor, and have the line ends of the document', () => {
    const session = new SuggestionSession();
    show(session, 10, [suggestion('a);\nb', 1)], 0);
    expect(session.edited(FILE, [{ offset: 10, removed: 1, text: 'a);\r\nb' }], 500)).toEqual(whole(5));
  });

  it('by word is accepted by that word, and its rest is another', () => {
    const { session, id } = having('find customer now');
    expect(session.edited(FILE, typed(10, 'find'), 500)).toEqual([{ type: 'accepted', characters: 4, isWhole: false }]);
    expect(left(session, 14)).toEqual([[' customer now', 0]]);
    expect(pastOf(session, 14, 1000)).toEqual([]);
    expect(kinds(show(session, 14, [suggestion(' customer now')], 510))).toEqual(['shown']);
    expect(kinds(session.edited(FILE, typed(14, ' customer'), 600))).toEqual(['accepted']);
    // Quicker than the editor has asked what to show.
    expect(kinds(session.edited(FILE, typed(23, ' now'), 610))).toEqual(['shown', 'accepted']);
    expect(session.accepted(id)).toEqual([]);
  });

  it('by word is not dismissed when something else is typed then', () => {
    const { session } = having('find customer');
    session.edited(FILE, typed(10, 'find'), 500);
    expect(session.edited(FILE, typed(14, '('), 600)).toEqual([]);
  });

  it('in part by the edit is not accepted again when the editor says that it was', () => {
    const session = new SuggestionSession();
    show(session, 10, [suggestion('abc)', 1)], 0);
    expect(kinds(session.edited(FILE, typed(10, 'abc'), 500))).toEqual(['accepted']);
    expect(session.accepted(session.id)).toEqual([]);
  });
});

describe('A suggestion that goes on with the item of the suggest widget', () => {
  const item = { typed: 'fin', rest: 'dAll' };

  function withItem(): SuggestionSession {
    const session = new SuggestionSession();
    show(session, 10, [{ ...suggestion('dAll(order)'), characters: [0.9, 0.9] }], 0, { item });
    return session;
  }

  it('is accepted with it', () => {
    const edit = { offset: 7, removed: 3, text: 'findAll(order)' };
    expect(withItem().edited(FILE, [edit], 500)).toEqual([{ type: 'accepted', characters: 11, isWhole: true }]);
  });

  it('is left when the item alone is taken, and dismissed by another item', () => {
    const session = withItem();
    expect(session.edited(FILE, [{ offset: 7, removed: 3, text: 'findAll' }], 500)).toEqual([]);
    expect(show(session, 14, [suggestion('(order)')], 510)).toEqual([]);
    expect(kinds(withItem().edited(FILE, [{ offset: 7, removed: 3, text: 'finish' }], 500))).toEqual(['dismissed']);
  });
});

describe('What the editor types by itself', () => {
  it.each([
    ['one edit', [typed(10, '()')]],
    ['two edits', [[...typed(10, '('), ...typed(10, ')')]]],
    ['two edits, the last first', [[...typed(10, ')'), ...typed(10, '(')]]],
    ['one edit after the other', [typed(10, '('), typed(11, ')')]],
  ])('goes along with a suggestion: a closer, in %s', (_, steps) => {
    const { session } = having('(order);');
    expect(steps.flatMap((edits) => session.edited(FILE, edits, 500))).toEqual([]);
    expect(pastOf(session, 11, 500)).toEqual(['order);']);
    expect(session.remainder(FILE, 11)).toBeUndefined();
    expect(show(session, 11, [suggestion('order);', 1)], 510)).toEqual([]);
    expect(session.edited(FILE, [{ offset: 11, removed: 1, text: 'order);' }], 600)).toMatchObject([
      { type: 'accepted', isWhole: true },
    ]);
  });

  it('is no other suggestion where it is not said again', () => {
    const { session } = having('(ab)');
    session.edited(FILE, typed(10, '()'), 500);
    expect(show(session, 11, [suggestion('ab')], 510)).toEqual([]);
  });

  it('may be typed over', () => {
    const { session } = having('(a);');
    const steps = [typed(10, '()'), typed(11, 'a'), [{ offset: 12, removed: 1, text: ')' }], typed(13, ';')];
    expect(kinds(steps.flatMap((edits) => session.edited(FILE, edits, 500)))).toEqual(['typedOut']);
  });

  it('is told from a closer that somebody types, and from one that no suggestion goes on with', () => {
    const { session } = having('(a);');
    session.edited(FILE, typed(10, '('), 500);
    expect(kinds(session.edited(FILE, typed(11, ')'), 600))).toEqual(['dismissed']);
    expect(kinds(having('abc').session.edited(FILE, typed(10, '()'), 500))).toEqual(['dismissed']);
  });

  it.each([
    ['indentation after a line break', '\n  ', 13],
    ['the same where lines end with two characters', '\r\n  ', 14],
    ['a line for the closer too', '\n  \n', 13],
    ['the same where lines end with two characters', '\r\n  \r\n', 14],
  ])('is not accepted: %s', (_, text, offset) => {
    const { session } = having('\n  return');
    expect(session.edited(FILE, typed(10, text), 500)).toEqual([]);
    expect(pastOf(session, offset, 500)).toEqual(['return']);
    expect(show(session, offset, [suggestion('return')], 510)).toEqual([]);
  });
});
