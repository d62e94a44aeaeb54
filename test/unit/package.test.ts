import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const { capabilities, contributes } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
) as {
  readonly capabilities: { readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] } };
  readonly contributes: {
    readonly configuration: readonly { readonly properties: Record<string, { readonly scope?: string }> }[];
  };
};

test('a workspace that is not trusted names no file to load', () => {
  const settings = [contributes.configuration].flat().flatMap(({ properties }) => Object.entries(properties));
  const paths = settings.map(([name]) => name).filter((name) => /path|file|folder/i.test(name.split('.').at(-1)!));
  expect(paths).toContain('inkling.tensorflow.path');
  const { restrictedConfigurations } = capabilities.untrustedWorkspaces;
  expect(restrictedConfigurations).toEqual(expect.arrayContaining(paths.filter((name) => !/max/.test(name))));
});
