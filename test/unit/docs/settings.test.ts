import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const textOf = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

describe('docs/settings.md', () => {
  const manifest = JSON.parse(textOf('package.json'));
  const rows = textOf('docs/settings.md').split('\n');
  const settings = manifest.contributes.configuration.flatMap(
    ({ properties }: { properties: Record<string, { default: unknown }> }) => Object.entries(properties),
  ) as [string, { default: unknown }][];

  it.each(settings)('has %s with its default', (name, { default: value }) => {
    const row = `| \`${name.replace('inkling.', '')}\` | \`${JSON.stringify(value)}\` |`;
    expect(rows.filter((line) => line.startsWith(row))).toHaveLength(1);
  });

  it('has every command', () => {
    const table = rows.filter((line) => line.startsWith('| ')).join('\n');
    const titles = JSON.parse(textOf('package.nls.json')) as Record<string, string>;
    for (const { title } of manifest.contributes.commands) expect(table).toContain(titles[title.replaceAll('%', '')]);
  });
});
