import { describe, expect, it } from 'vitest';
import { mayCompleteBefore, postProcessed } from '../../../../src/completion/suggestion/postProcessing.ts';

describe('what is shown of a suggestion', () => {
  const cases: readonly (readonly [string, string, string, string, string | undefined])[] = [
    ['all of it', 'const a', ' = value;', '', ' = value;'],
    ['no white space at its end', 'return', ' value  ', '\n', ' value'],
    ['nothing of white space alone', 'return', '   ', '', undefined],
    ['nothing of one character', 'call()', ';', '', undefined],
    ['not what stands after the cursor', 'call(', 'value)', ')', 'value'],
    ['not what stands after the cursor, of several closers', 'call(', 'value));', '));\nnext', 'value'],
    ['nothing that stands on the next line', '', 'return value;', '\n  return value;\n}', undefined],
    ['nothing that completes the line to the next one', '  ret', 'urn value;', '\n\n  return value;', undefined],
    ['closers that stand on the next line as well', '  foo(', 'bar);\n}', '\n}', 'bar);\n}'],
    ['nothing that stutters', 'x = ', 'ab, ab, ab, ab, ', '', undefined],
    ['something said twice', 'x = ', 'ab, ab', '', 'ab, ab'],
  ];
  it.each(cases)('%s', (_, before, text, after, shown) => {
    expect(postProcessed({ text, before, after })?.text).toBe(shown);
  });
});

describe('closers that the editor has typed', () => {
  it.each([
    ["pes';", "'", "pes';", 1],
    ['a, b) => {', ')', 'a, b) => {', 1],
    ['a) {', ')', 'a) {', 1],
    ["pes';", "');", 'pes', 0],
    ['value', ');', 'value', 0],
    ['value', '', 'value', 0],
  ])('%j before %j', (text, after, shown, replaces) => {
    expect(postProcessed({ text, before: '', after })).toEqual({ text: shown, replaces });
  });
});

describe('what is accepted', () => {
  const documents: readonly (readonly [string, string, string, string])[] = [
    ['call(', 'foo(bar))', ')', 'call(foo(bar))'],
    ['call(', 'foo(bar)', ')', 'call(foo(bar))'],
    ['console.log(', 'items.map(f))', ')', 'console.log(items.map(f))'],
    ['call(', 'a(b).c', ')', 'call(a(b).c)'],
    ['call(', 'bar(baz);', ');', 'call(bar(baz));'],
    ['x = [', 'f(a)[0], g', ']', 'x = [f(a)[0], g]'],
    ['if (', 'isReady(state)', ') {', 'if (isReady(state)) {'],
    ["t('", "it\\'s'", "'", "t('it\\'s'"],
    ['f(g(', 'a) + b', '));', 'f(g(a) + b);'],
    ['f(g(', 'a)) + h(', '));', 'f(g(a)) + h();'],
    ['call(', 'foo(bar)))', ')\n', 'call(foo(bar))\n'],
    ['call(', "'a)', b);", ');', "call('a)', b);"],
    ['call(', 'value // see b)', ')', 'call(value)'],
    ['half(', 'size // 2', ')', 'half(size)'],
    ['half(a // ', 'size)', ')', 'half(a // size)'],
    ['x = `a $' + '{', 'name} and $' + '{other}`;', '}`;', 'x = `a $' + '{name} and $' + '{other}`;'],
    ['x = `it', "'s (done", '`;', "x = `it's (done`;"],
    ["t('", "abc') + t('def", "')", "t('abc') + t('def')"],
    ['const a: Array<', 'Map<string, T>', '>', 'const a: Array<Map<string, T>>'],
    ['const a: Array<', '(a: T) => void>', '>', 'const a: Array<(a: T) => void>'],
    ['return <a href={b}', ' id="c">', '>', 'return <a href={b} id="c">'],
    ['return <a', ' href={b}><i>c</i>', '>', 'return <a href={b}><i>c</i>'],
    ['f([', "'a', 'b',", '],', "f(['a', 'b',],"],
    ['{\n  find', 'Customer(identifier);', ');', '{\n  findCustomer(identifier);'],
    ["t('", 'it is;', "';", "t('it is;';"],
    ['f((a) => {', '\n  return g(a);', '});', 'f((a) => {\n  return g(a);});'],
    ['if (a) {\n  f(', 'size);\n}', ')\n  }\n', 'if (a) {\n  f(size);\n  }\n'],
  ];
  it.each(documents)('stands in %j as %j before %j', (before, text, after, document) => {
    const shown = postProcessed({ text, before, after });
    expect(shown && before + shown.text + after.slice(shown.replaces)).toBe(document);
  });

  it.each([
    ['x = ', "'abc';", "'';"],
    ['f(', '"a", "b")', '"")'],
  ])('is nothing in %j before quotes that open: %j before %j', (before, text, after) => {
    expect(postProcessed({ text, before, after })).toBeUndefined();
  });
});

describe('what little stands beside closers that the editor has typed', () => {
  it.each([
    [') {', ')'],
    ["' );", "')"],
  ])('is not shown: %j before %j', (text, after) => {
    expect(postProcessed({ text, before: '', after })).toBeUndefined();
  });
});

describe('brackets that are closed below', () => {
  const before = 'function f() {\n  const all = [\n    a';
  it.each([
    ['not closed once more', before, ', b, c\n  ]', '\n  ];\n}\n', ', b, c'],
    ['not closed once more on the same line', 'call(\n  one', ', two)', '\n)', ', two'],
    ['closed where they are not yet', before, ', b\n  ]', '\n}\n', ', b\n  ]'],
    ['closed where what is below closes another', 'if (a) {\n  if (b', ') {', '\n}\n', ') {'],
    ['closed where what is below is opened there', 'call(one', ', two)', '\nother(three)\n', ', two)'],
    ['left alone within the suggestion', before, '(b), [c]\n  ]', '\n  ];\n}\n', '(b), [c]'],
  ])('are %s', (_, text, suggestion, after, shown) => {
    expect(postProcessed({ text: suggestion, before: text, after })?.text).toBe(shown);
  });
});

describe('the middle of a line', () => {
  it.each(['', ')', ');', '"]) }', '  ', '\nnext line'])('may be completed before %j', (after) => {
    expect(mayCompleteBefore(after)).toBe(true);
  });

  it.each(['x', ' + 1', '(a)', '); return'])('is left alone before %j', (after) => {
    expect(mayCompleteBefore(after)).toBe(false);
  });
});
