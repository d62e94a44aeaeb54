import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import {
  Amount,
  accepts,
  DateText,
  Finite,
  listOf,
  objectOf,
  Real,
  recordOf,
  textUpTo,
  wholeNumber,
  within,
} from '../../../src/base/schema.ts';

const Place = objectOf({ path: v.string(), line: v.optional(wholeNumber()) });
const parsed = (json: string): unknown => JSON.parse(json);

describe('an object', () => {
  it.each<[unknown]>([
    [{ path: 'a' }],
    [{ path: 'a', line: 3 }],
    [{ path: 'a', line: undefined }],
    [{ path: 'a', more: [] }],
    [Object.assign(Object.create(null), { path: 'a' })],
    [Object.freeze({ path: 'a' })],
    [parsed('{"path": "a", "__proto__": {"line": "x"}, "constructor": 5}')],
  ])('may be %o', (value) => {
    expect(accepts(Place, value)).toBe(true);
  });

  it.each<[unknown]>([
    [undefined],
    [null],
    ['a'],
    [() => 'a'],
    [{}],
    [{ path: 1 }],
    [{ path: 'a', line: -1 }],
    [{ path: 'a', line: null }],
    [['a']],
    [Object.assign([], { path: 'a' })],
    [new Map([['path', 'a']])],
    [parsed('{"__proto__": {"path": "a"}}')],
  ])('may not be %o', (value) => {
    expect(accepts(Place, value)).toBe(false);
  });

  it('has its fields itself, and inherits none, not even one that may be left out', () => {
    expect(accepts(Place, Object.create({ path: 'a' }))).toBe(false);
    expect(accepts(Place, Object.assign(Object.create({ line: 'x' }), { path: 'a' }))).toBe(false);
    expect(accepts(Place, Object.assign(Object.create({ more: 'x' }), { path: 'a' }))).toBe(true);
  });

  it('is left as it is', () => {
    const value = Object.freeze({ path: 'a', more: Object.freeze(['b']) });
    expect(accepts(Place, value)).toBe(true);
    expect(value).toEqual({ path: 'a', more: ['b'] });
  });

  it('can be one of several, told apart by a field of its own', () => {
    const Event = v.variant('type', [
      objectOf({ type: v.literal('step'), loss: Real }),
      objectOf({ type: v.literal('end') }),
    ]);
    expect(accepts(Event, { type: 'step', loss: Number.NaN })).toBe(true);
    expect(accepts(Event, { type: 'end' })).toBe(true);
    const others = [{ type: 'step' }, { type: 'toString' }, { type: {} }, {}, null, Object.create({ type: 'end' })];
    expect(others.filter((other) => accepts(Event, other))).toEqual([]);
  });
});

describe('a check', () => {
  const thrower = () => {
    throw new Error('It was looked at.');
  };
  const proxy = new Proxy({}, { get: thrower, has: thrower, ownKeys: thrower, getOwnPropertyDescriptor: thrower });
  const revoked = Proxy.revocable([], {});
  revoked.revoke();

  it.each<[string, unknown]>([
    ['a getter', Object.defineProperty({}, 'path', { get: thrower, enumerable: true })],
    ['a proxy', proxy],
    ['a revoked proxy', revoked.proxy],
    [
      'a constructor that cannot be asked for',
      Object.assign(Object.create(Object.defineProperty({}, 'constructor', { get: thrower })), { path: 1 }),
    ],
    ['a list with a proxy', [proxy]],
    ['a symbol', Symbol('a')],
    ['a bigint', 1n],
  ])('does not throw at %s', (_, value) => {
    for (const schema of [Place, listOf(Place), recordOf(Place), v.string(), Amount, v.union([Place, listOf(Place)])]) {
      expect(accepts(schema, value)).toBe(false);
      expect(accepts(schema, { path: value })).toBe(false);
    }
  });

  it('costs no more for a long text', () => {
    const Long = objectOf({ text: v.string(), wrong: v.number() });
    const text = 'x'.repeat(50_000_000);
    expect(accepts(Long, { text, wrong: text })).toBe(false);
    expect(accepts(Long, { text, wrong: 1 })).toBe(true);
  });
});

describe('a list', () => {
  it('has items of one kind, and no holes', () => {
    const Texts = listOf(v.string());
    expect([[], ['a'], ['a', 'b']].every((value) => accepts(Texts, value))).toBe(true);
    const others: unknown[] = [
      ['a', 1],
      new Array(1),
      Object.assign([], { 0: 'a', 2: 'b' }),
      { 0: 'a', length: 1 },
      'ab',
      new Uint8Array(1),
    ];
    expect(others.filter((other) => accepts(Texts, other))).toEqual([]);
  });

  it('ends at its first hole, however long it is', () => {
    expect(accepts(listOf(v.string()), new Array(2 ** 32 - 1))).toBe(false);
  });
});

describe('a record', () => {
  const Counts = recordOf(Amount);

  it('has any names, values of one kind', () => {
    expect(accepts(Counts, {})).toBe(true);
    expect(accepts(Counts, parsed('{"a": 1, "__proto__": 2, "constructor": 3}'))).toBe(true);
    expect(accepts(Counts, Object.create({ inherited: 'x' }))).toBe(true);
  });

  it.each([
    '{"a": "1"}',
    '{"__proto__": "1"}',
    '{"__proto__": {}}',
    '{"constructor": "1"}',
    '{"prototype": null}',
    '[1]',
    'null',
    '1',
  ])('is not %s', (json) => {
    expect(accepts(Counts, parsed(json))).toBe(false);
  });
});

describe('a number', () => {
  const strange = [
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    '1',
    1n,
    null,
    undefined,
    new Number(1),
  ];

  it.each([
    ['finite', Finite, [-1.5, -0, 0, 5e-324, 1e300], []],
    ['an amount', Amount, [-0, 0, 0.5, 1e300], [-5e-324, -1]],
    ['within bounds', within(0, 1), [-0, 0, 0.5, 1], [-0.1, 1.1]],
    ['whole', wholeNumber(), [-0, 0, 1, 2 ** 53 - 1], [0.5, -1, 2 ** 53]],
    ['whole within bounds', wholeNumber(1, 3), [1, 3], [0, 4, 1.5]],
  ] as const)('is %s', (_, schema, good, bad) => {
    expect(good.filter((value) => !accepts(schema, value))).toEqual([]);
    expect([...bad, ...strange].filter((value) => accepts(schema, value))).toEqual([]);
  });

  it('need not be finite where a training may go wrong', () => {
    expect([Number.NaN, Number.POSITIVE_INFINITY, 1].every((value) => accepts(Real, value))).toBe(true);
    expect(['1', null, undefined].some((value) => accepts(Real, value))).toBe(false);
  });
});

describe('a text', () => {
  it('may be limited in UTF-16 units', () => {
    expect(accepts(textUpTo(2), '😀')).toBe(true);
    expect(accepts(textUpTo(2), '😀a')).toBe(false);
    expect(accepts(textUpTo(2), ['a'])).toBe(false);
    expect(accepts(textUpTo(2), new String('a'))).toBe(false);
  });

  it('is a date where JavaScript reads it as one', () => {
    expect(accepts(DateText, '2025-01-01T00:00:00Z')).toBe(true);
    expect(accepts(DateText, 'tomorrow')).toBe(false);
    expect(accepts(DateText, `2025-01-01${' '.repeat(100)}`)).toBe(false);
    expect(accepts(DateText, 1)).toBe(false);
  });
});
