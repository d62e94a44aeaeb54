import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import trainingDefaults from '../../../interop/pytorch/trainingDefaults.json' with { type: 'json' };

/** Entries as `section.entry`; a list is one entry. */
const entries = Object.entries(trainingDefaults).flatMap(([section, value]) =>
  typeof value === 'number' || Array.isArray(value)
    ? [section]
    : Object.keys(value).map((entry) => `${section}.${entry}`),
);

describe('the table of defaults in interop/pytorch/README.md', () => {
  const readme = readFileSync(new URL('../../../interop/pytorch/README.md', import.meta.url), 'utf8');
  const section = readme.slice(readme.indexOf('\n## Defaults\n')).split('\n## ')[1]!;
  const named = section
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .flatMap((row) => [...row.split(' | ')[0]!.matchAll(/`([^`]+)`/g)].map(([, name]) => name!));

  it('explains each entry of trainingDefaults.json once, and no other', () => {
    expect(named.sort()).toEqual([...entries].sort());
  });
});
