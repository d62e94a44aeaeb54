import { describe, expect, it } from 'vitest';
import { excludedBy } from '../../../../src/editor/workspace/excludeSettings.ts';

describe('settings that exclude', () => {
  it.each([
    ['a switch for each glob', { a: true, b: false, c: null }, ['a']],
    ['a condition', { '**/*.js': { when: '$(basename).ts' } }, [{ glob: '**/*.js', when: '$(basename).ts' }]],
    ['a switch that is neither on nor off', { a: 'yes', b: { when: 1 }, c: 1 }, ['a', 'b', 'c']],
    ['a list', ['a', 'b'], ['a', 'b']],
    ['a list of switches', [{ a: true, b: false }, 'c'], ['a', 'c']],
    ['a text', 'a', ['a']],
    ['nothing', undefined, []],
  ])('are taken as %s', (_, value, exclude) => {
    expect(excludedBy(new Map([['files.exclude', value]]))).toEqual({ exclude, notices: [] });
  });

  it.each([1, true, ['a', 1], [['a']]])('say so when they are %j', (value) => {
    const { notices } = excludedBy(
      new Map<string, unknown>([
        ['files.exclude', { a: true }],
        ['inkling.training.exclude', value],
      ]),
    );
    expect(notices).toEqual([expect.stringMatching(/^The setting inkling\.training\.exclude holds .* no glob/)]);
  });

  it('add up', () => {
    const settings = new Map<string, unknown>([
      ['files.exclude', { a: true }],
      ['search.exclude', { b: true }],
    ]);
    expect(excludedBy(settings).exclude).toEqual(['a', 'b']);
  });
});
