import { describe, expect, it } from 'vitest';
import { isAbsoluteIn, matcherOf } from '../../../src/corpus/globs.ts';

describe('Globs', () => {
  it.each([
    ['*.md', 'docs/a.md', 'docs/a.ts'],
    ['docs/*.md', 'docs/a.md', 'src/docs/a.md'],
    ['{src/*,test/*}/**/*.{ts,js}', 'src/a/b.ts', 'lib/a/b.ts'],
    ['{{a,b},c}*', 'x/bright', 'x/dark'],
    ['build', 'a/build/b.ts', 'a/builder.ts'],
  ])('take %s as VS Code does', (glob, path, other) => {
    const matches = matcherOf([glob])!;
    expect(matches(path)).toBe(true);
    expect(matches(other)).toBe(false);
  });

  it.each([
    ['stars in one name', 'a*b*c*d*e', 'x/a-b-c-d-e', 'x/a-b-c-e'],
    ['stars in what braces stand for', 'a{*,x}{*,y}{*,z}b*', 'axyb', 'xyb'],
    ['stars behind slashes within braces', '*{a/,b}*{c/,d}*{e/,f}*.ts', 'xa/yc/ze/w.ts', 'xa/yc/zw.ts'],
    ['folders of any depth', '**/a/**/b/**/c/**/d/**/*.ts', 'x/a/b/y/c/d/z.ts', 'x/a/y/c/b/d/z.ts'],
    ['choices', '{0,1,2,3,4,5}'.repeat(4), '0154', '0156'],
    ['backslashes', `${'\\\\'.repeat(25)}*`, `${'\\'.repeat(25)}x`, `${'\\'.repeat(24)}x`],
  ])('are used as they are with many %s', (_, glob, path, other) => {
    const notices: string[] = [];
    const matches = matcherOf([glob], { onNotice: (sentence) => notices.push(sentence) })!;
    expect([matches(path), matches(other), notices]).toEqual([true, false, []]);
  });

  it.each([
    ['src/**', 'src/a/b.ts', 'lib/src'],
    ['**/out', 'a/out/b.ts', 'a/outer'],
    ['src//a/./*.ts', 'src/a/b.ts', 'src/b.ts'],
    ['\u0024{workspaceFolder}/src', 'src/a.ts', 'lib/srcs'],
    ['a[!b-d].ts', 'x/ae.ts', 'x/ac.ts'],
    ['[a', '[a', 'a'],
    ['{a', '{a', 'a'],
    ['a}', 'a}', 'a'],
    ['(a|b)+', '(a|b)+', 'a'],
    ['!a', '!a', 'b'],
    ['\\*.ts', '*.ts', 'a.ts'],
    ['{a,}b', 'b', 'cb'],
    ['a?c', 'abc', 'a/c'],
    ['./a/b//', 'a/b/c', 'b/a/b'],
  ])('read %s as people mean it', (glob, path, other) => {
    const matches = matcherOf([glob])!;
    expect([matches(path), matches(other)]).toEqual([true, false]);
  });

  it.each([
    ['docs/**/{', `docs/**/${'{'.repeat(60)}a${'}'.repeat(60)}`, 'docs/a', 'src/docs'],
    ['docs/', `docs/${'x'.repeat(6000)}`, 'docs/a', 'a.ts'],
  ])('leave more out where they are too long or too deep, and say so: %s…', (_, glob, path, other) => {
    const notices: string[] = [];
    const matches = matcherOf([glob], { onNotice: (sentence) => notices.push(sentence) })!;
    expect([matches(path), matches(other)]).toEqual([true, false]);
    expect(notices).toEqual([
      expect.stringMatching(/^The glob docs.* is too long or too deep, so all that docs\/\*\* names/),
    ]);
  });

  it.each([
    ['/home/me/app/src/**', true],
    [' /home/me/app ', true],
    ['/home/me/app/*.ts', true],
    ['C:/app/src/**', true],
    ['~/app/**', true],
    ['/home/me/application/**', false],
    ['/home/*/app', false],
    ['/docs/*.md', false],
    ['home/me/app/**', false],
    ['**/app', false],
  ])('are absolute paths in a folder, or not: %s', (glob, isAbsolute) => {
    expect(isAbsoluteIn('/home/me/app', glob)).toBe(isAbsolute);
    expect(isAbsoluteIn('/', '/docs/**')).toBe(false);
  });

  it('are compared with a path in no time, whatever they are made of', () => {
    const matches = matcherOf(['{*a/*,*b/*}{c,d}', '{a,b*}{c/,d*}*'])!;
    const start = performance.now();
    const endless = matcherOf(['*a'.repeat(1000), '**/a/'.repeat(900), '{*a,*b}'.repeat(700)])!;
    for (const letter of 'abcd') matches(`${letter.repeat(2000)}/${letter.repeat(2000)}`);
    for (const letter of 'ab') endless(`${letter.repeat(200)}/${'a/'.repeat(200)}`);
    expect(performance.now() - start).toBeLessThan(5000);
  });
});
