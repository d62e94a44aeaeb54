import { describe, expect, it } from 'vitest';
import { parseGitConfig } from '../../../src/corpus/gitConfig.ts';

/** As `git config --list` writes it. */
function listed(text: string): string[] {
  return parseGitConfig(text).map(({ section, subsection, name, value }) => {
    return `${section}${subsection === undefined ? '' : `.${subsection}`}.${name}=${value}`;
  });
}

describe("Git's configuration", () => {
  it.each([
    ['[core]\n\texcludesFile = ~/a b \n', ['core.excludesfile=~/a b']],
    ['[Core] ExcludesFile=x', ['core.excludesfile=x']],
    ['[include "a \\"B\\" \\\\c"]\npath = d', ['include.a "B" \\c.path=d']],
    ['[Branch.Main] x = 1', ['branch.main.x=1']],
    ['[a]\nb\nc =\n', ['a.b=true', 'a.c=']],
    ['; no\n# no\n[a] # no\nb = c # no\nd = "e # f" ; no', ['a.b=c', 'a.d=e # f']],
    ['[a]\nb = " c "d" e "\n', ['a.b= c d e ']],
    ['[a]\nb = c\\\n  d\\\\\ne = f\\tg\\"h', ['a.b=c  d\\', 'a.e=f\tg"h']],
    ['[a]\nb = c # d\\\ne = f\n', ['a.b=c', 'a.e=f']],
    ['[a]\nb = "c # d\\\n e" # f\ng = h\n', ['a.b=c # d e', 'a.g=h']],
    ['\ufeff[a]\r\nb = c\r\n', ['a.b=c']],
    ['no = section\n[a\nb = c\n[d]\n1x = 2\n= 3\n', []],
  ])('is read as Git reads it: %j', (text, settings) => {
    expect(listed(text)).toEqual(settings);
  });
});
