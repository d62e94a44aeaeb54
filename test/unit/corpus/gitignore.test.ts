import { afterEach, describe, expect, it, vi } from 'vitest';
import { GitIgnoreRules } from '../../../src/corpus/gitignore.ts';
import { Wildcards } from '../../../src/corpus/wildcards.ts';

const rulesOf = (lines: readonly string[]) => GitIgnoreRules.none.within(false).below('', lines.join('\n'));
const linesOf = (count: number, line: (index: number) => string) => Array.from({ length: count }, (_, i) => line(i));

afterEach(() => vi.restoreAllMocks());

describe('The rules of an ignore file', () => {
  it('against a folder that is asked for are left out, up to one that brings it back', () => {
    const rules = rulesOf(['a*', '!ab', 'ab', 'ab/', '/ab']).withoutThoseAgainst('ab');
    expect(['ab', 'ac'].map((folder) => rules.ignores(folder, true))).toEqual([false, true]);
    const withoutAny = rulesOf(['a*', 'ab', 'b']).withoutThoseAgainst('ab');
    expect(['ab', 'ac', 'b'].map((folder) => withoutAny.ignores(folder, true))).toEqual([false, false, true]);
  });

  it('are compared once each with a folder that all of them are against', () => {
    const compared = vi.spyOn(Wildcards.prototype, 'matches');
    for (const count of [100, 1000]) {
      compared.mockClear();
      const rules = rulesOf(linesOf(count, () => 'a*'));
      expect(rules.withoutThoseAgainst('ab').ignores('ab', true)).toBe(false);
      expect(compared).toHaveBeenCalledTimes(count);
    }
  });

  it('are not compared, nor read, where a path begins otherwise, and looked up where they have no wildcards', () => {
    const compared = vi.spyOn(Wildcards.prototype, 'matches');
    const rules = rulesOf(linesOf(1000, (index) => (index % 2 === 0 ? `src/${index}/*.ts` : `src/${index}/`)));
    expect(rules.ignores('src/1001', true)).toBe(false);
    expect(rules.ignores('src/501', true)).toBe(true);
    expect(rules.ignores('src/501', false)).toBe(false);
    expect(compared).not.toHaveBeenCalled();
    expect(rules.ignores('src/500/a.ts', false)).toBe(true);
    expect(compared).toHaveBeenCalledOnce();
  });

  it('that git cannot use match nothing', () => {
    const rules = rulesOf(['a[', 'b\\', '[[:nothing:]]']);
    expect(['a[', 'a', 'b\\', 'b', 'n'].filter((name) => rules.ignores(name, false))).toEqual([]);
  });
});
