import { describe, expect, it } from 'vitest';
import { matcherOf } from '../../../src/corpus/globs.ts';

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
    ['stars in one name', 'a*b*c*d*e'],
    ['stars in what braces stand for', 'a{*,x}{*,y}{*,z}b*'],
    ['stars behind slashes within braces', '*{a/,b}*{c/,d}*{e/,f}*.ts'],
    ['choices', '{0,1,2,3,4,5}'.repeat(4)],
    ['backslashes', '\\'.repeat(50)],
  ])('are refused in a sentence with too many %s', (_, glob) => {
    expect(() => matcherOf([glob])).toThrow(/^The glob .* is too long, or has too many/);
  });

  it('are compared with a path in no time, whatever they are made of', () => {
    const matches = matcherOf(['{*a/*,*b/*}{c,d}', '{a,b*}{c/,d*}*'])!;
    const start = performance.now();
    for (const letter of 'abcd') matches(`${letter.repeat(2000)}/${letter.repeat(2000)}`);
    expect(performance.now() - start).toBeLessThan(5000);
  });
});
