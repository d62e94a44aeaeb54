import fc from 'fast-check';

const strangeTexts = [
  '__proto__',
  'constructor',
  'toString',
  '<img src=x onerror=alert(1)>',
  '[x](command:workbench.action.quit)',
  '$(rm -rf /)',
  '../../../etc/passwd',
  '\0',
  '\ud800',
  '\u202e',
  'x'.repeat(5000),
];

const strangeNumbers = [-1, 0.5, -0, 2 ** 31, 2 ** 53, 1e300, -1e300, 5e-324];

const name = fc.oneof(fc.constantFrom('__proto__', 'constructor', 'hasOwnProperty', 'then', 'toJSON'), fc.string());

/** What JSON can hold, often what nobody thinks of. */
export const json: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<unknown>(null, true, false, ...strangeNumbers),
    fc.constantFrom<unknown>(...strangeTexts),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.string({ unit: 'grapheme' }),
    fc.array(tie('value'), { maxLength: 5 }),
    // Own fields of such names, as JSON.parse makes them.
    fc.array(fc.tuple(name, tie('value')), { maxLength: 5 }).map((entries) => Object.fromEntries(entries)),
  ),
})).value;

/** What can be posted to a thread. */
export const clonable: fc.Arbitrary<unknown> = fc.oneof(
  json,
  fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withTypedArray: true,
    withSparseArray: true,
  }),
  fc.constantFrom<unknown>(undefined, Number.NaN, Number.POSITIVE_INFINITY),
);

/** A value of which a few parts are others. */
export function altered(original: unknown, by: fc.Arbitrary<unknown> = json): fc.Arbitrary<unknown> {
  const change = fc.record({ at: fc.array(fc.nat(50), { maxLength: 5 }), to: fc.option(by, { nil: undefined }) });
  return fc
    .array(change, { minLength: 1, maxLength: 3 })
    .map((changes) => changes.reduce((value, { at, to }) => replaced(value, at, to), original));
}

/** @param at which of the parts, then which of its parts, and so on: numbers that are taken modulo how many there are */
function replaced(value: unknown, at: readonly number[], to: unknown): unknown {
  const [first, ...rest] = at;
  if (first === undefined || typeof value !== 'object' || value === null) return to;
  const entries = Object.entries(value);
  if (entries.length === 0) return to;
  const chosen = first % entries.length;
  const changed = entries.map(
    ([key, part], index) => [key, index === chosen ? replaced(part, rest, to) : part] as const,
  );
  return Array.isArray(value) ? changed.map(([, part]) => part) : Object.fromEntries(changed);
}
