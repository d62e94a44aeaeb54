import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Edit } from '../../../../src/completion/suggestion/edits.ts';
import { type Outcome, SuggestionSession } from '../../../../src/completion/suggestion/session.ts';

const DOCUMENT = 'file:///a.ts';
const ITEMS = [undefined, { typed: 'b', rest: '' }, { typed: 'b', rest: 'a' }];

const text = (maxLength: number) =>
  fc.array(fc.constantFrom('a', 'b', '(', ')', '😀', '\n', ' '), { maxLength, size: 'max' }).map((all) => all.join(''));

/** What may happen; where nothing is shown, what goes on with it does nothing. */
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ type: fc.constant('show'), texts: fc.array(text(8), { maxLength: 2 }) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('showRemainder') }) },
  { weight: 6, arbitrary: fc.record({ type: fc.constant('typeOn'), length: fc.integer({ min: 1, max: 5 }) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('acceptPart'), length: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('acceptWhole'), isTold: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('tell') }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('pair'), isTwice: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('edit'),
      before: fc.integer({ min: -2, max: 3 }),
      removed: fc.integer({ min: 0, max: 2 }),
      text: text(3),
    }),
  },
);

interface Step {
  readonly type: string;
  readonly texts?: readonly string[];
  readonly length?: number;
  readonly isTold?: boolean;
  readonly isTwice?: boolean;
  readonly before?: number;
  readonly removed?: number;
  readonly text?: string;
}

it('A session gives each suggestion at most one outcome, and what is left joins with what was typed', () => {
  const seen = { remainders: 0, accepted: 0, dismissed: 0, typedOut: 0, typedPast: 0 };
  const history = fc.array(
    fc.record({ step, pause: fc.constantFrom(1, 500), isExplicit: fc.boolean(), item: fc.constantFrom(...ITEMS) }),
    { maxLength: 40, size: 'max' },
  );
  fc.assert(
    fc.property(history, (all) => {
      const session = new SuggestionSession();
      const counts = { shown: 0, accepted: 0, dismissed: 0, typedOut: 0 };
      let [document, cursor, now] = ['bbbb', 4, 0];
      /** What is on the screen, and where each was shown. */
      let shown: { readonly text: string; readonly at: number }[] = [];
      const ever: { readonly text: string; readonly at: number }[] = [];

      const count = (outcomes: readonly Outcome[]) => {
        for (const { type } of outcomes) counts[type]++;
      };
      const edit = (edits: readonly Edit[], to: number) => {
        for (const { offset, removed, text } of edits) {
          document = document.slice(0, offset) + text + document.slice(offset + removed);
        }
        cursor = to;
        count(session.edited(DOCUMENT, edits, now));
      };
      const insert = (text: string) => edit([{ offset: cursor, removed: 0, text }], cursor + text.length);
      /** What is left of the first that is on the screen. */
      const rest = () => {
        const [first] = shown;
        const typed = first === undefined ? '' : document.slice(first.at, cursor);
        return first?.text.startsWith(typed) ? first.text.slice(typed.length) : '';
      };

      for (const { step, pause, isExplicit, item } of all as {
        step: Step;
        pause: number;
        isExplicit: boolean;
        item: (typeof ITEMS)[number];
      }[]) {
        now += pause;
        if (step.type === 'show' || step.type === 'showRemainder') {
          const remainder = session.remainder(DOCUMENT, cursor);
          const suggestions =
            step.type === 'showRemainder'
              ? (remainder ?? [])
              : step
                  .texts!.filter((one) => one !== '')
                  .map((one) => ({ text: one, replaces: 0, characters: [...one].map(() => 0.9), probability: 0.5 }));
          count(session.shown({ document: DOCUMENT, offset: cursor, suggestions, isExplicit, item }, now));
          shown = suggestions.map(({ text }) => ({ text, at: cursor }));
          ever.push(...shown);
        }
        if (step.type === 'typeOn') for (const one of [...rest()].slice(0, step.length)) insert(one);
        if (step.type === 'acceptPart' && rest() !== '') insert([...rest()].slice(0, step.length).join(''));
        if (step.type === 'acceptWhole' && rest() !== '') {
          const { id } = session;
          insert(rest());
          if (step.isTold) count(session.accepted(id));
        }
        if (step.type === 'tell') count(session.accepted(session.id));
        if (step.type === 'pair') {
          if (step.isTwice) {
            insert('(');
            edit([{ offset: cursor, removed: 0, text: ')' }], cursor);
          } else edit([{ offset: cursor, removed: 0, text: '()' }], cursor + 1);
        }
        if (step.type === 'edit') {
          const offset = Math.max(0, Math.min(document.length, cursor - step.before!));
          edit([{ offset, removed: step.removed!, text: step.text! }], offset + step.text!.length);
        }

        expect(counts.accepted + counts.dismissed + counts.typedOut).toBeLessThanOrEqual(counts.shown);
        for (const { text } of session.remainder(DOCUMENT, cursor) ?? []) {
          seen.remainders++;
          const joins = ever.some((one) => one.text === document.slice(one.at, cursor) + text);
          expect(joins, `${JSON.stringify(text)} after ${JSON.stringify(document.slice(0, cursor))}`).toBe(true);
        }
        seen.typedPast += session.typedPast(DOCUMENT, cursor, now).length;
      }
      for (const kind of ['accepted', 'dismissed', 'typedOut'] as const) seen[kind] += counts[kind];
    }),
    { numRuns: 2000 },
  );
  // All of it has happened.
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(20);
});
