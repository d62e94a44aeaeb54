import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { COMMANDS, CONTEXT_KEYS, DASHBOARD } from '../../src/editor/settings/names.ts';
import { SETTINGS } from '../../src/editor/settings/settingTable.ts';

interface Property {
  readonly type: string;
  readonly default: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly enum?: readonly string[];
  readonly enumDescriptions?: readonly string[];
  readonly scope?: string;
}

interface Manifest {
  readonly icon: string;
  readonly categories: readonly string[];
  readonly keywords: readonly string[];
  readonly galleryBanner: { readonly color: string; readonly theme: string };
  readonly activationEvents: readonly string[];
  readonly capabilities: { readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] } };
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string; readonly enablement?: string }[];
    readonly configuration: readonly { readonly properties: Record<string, Property> }[];
    readonly walkthroughs: readonly { readonly steps: readonly { readonly completionEvents: readonly string[] }[] }[];
  };
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const manifest: Manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const { commands, configuration, walkthroughs } = manifest.contributes;
const properties = Object.assign({}, ...configuration.map((group) => group.properties)) as Record<string, Property>;
const events = walkthroughs.flatMap(({ steps }) => steps.flatMap(({ completionEvents }) => completionEvents));

/** The sources that mention something, from `src`. */
function mentioning(words: RegExp): string[] {
  const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' });
  const files = sources.filter((path) => statSync(join(root, 'src', path)).isFile());
  return files
    .filter((path) => words.test(readFileSync(join(root, 'src', path), 'utf8')))
    .map((path) => path.replaceAll('\\', '/'));
}

describe('the manifest and the code have the same', () => {
  test('commands, each with a title of its own', () => {
    expect(commands.map(({ command }) => command).sort()).toEqual([...COMMANDS].sort());
    for (const { command, title } of commands) expect(title).toBe(`%command.${command.replace('inkling.', '')}%`);
  });

  test('commands in steps of the walkthrough', () => {
    const awaited = events.flatMap((event) => /^onCommand:(.*)/.exec(event)?.[1] ?? []);
    expect(COMMANDS).toEqual(expect.arrayContaining(awaited));
    for (const event of events) expect(event).toMatch(/^on(Command|Context|StepSelected)/);
  });

  test('context keys, none of which is set in vain', () => {
    const clauses = [
      ...commands.flatMap(({ enablement = '' }) => enablement),
      ...events.filter((event) => event.startsWith('onContext:')),
    ];
    const used = clauses.flatMap((clause) => clause.match(/inkling\.\w+/g) ?? []);
    expect([...new Set(used)].sort()).toEqual([...CONTEXT_KEYS].sort());
  });

  test('settings, with types, defaults, bounds and choices', () => {
    const inCode = Object.entries(SETTINGS).map(([name, setting]) => [`inkling.${name}`, setting]);
    const inManifest = Object.entries(properties).map(([name, property]) => {
      const { type, default: usual, minimum, maximum } = property;
      const choices = property.enum;
      return [name, JSON.parse(JSON.stringify({ type, default: usual, minimum, maximum, enum: choices }))];
    });
    expect(Object.fromEntries(inManifest)).toEqual(Object.fromEntries(inCode));
  });

  test('views: the dashboard, which a window restores', () => {
    const restored = manifest.activationEvents.flatMap((event) => /^onWebviewPanel:(.*)/.exec(event)?.[1] ?? []);
    expect(restored).toEqual([DASHBOARD]);
  });

  test('names, as nothing goes past the lists of them', () => {
    expect(mentioning(/getConfiguration\(/)).toEqual(['editor/settings/settings.ts']);
    expect(mentioning(/'setContext'|registerCommand\(/)).toEqual(['editor/inkling.ts']);
    expect(mentioning(/createWebviewPanel\(|createTreeView\(|registerWebviewViewProvider\(/)).toEqual([
      'editor/dashboard/dashboardPanel.ts',
    ]);
  });
});

test('a workspace that is not trusted names no file to load', () => {
  const paths = Object.keys(properties).filter((name) => /path|file|folder/i.test(name.split('.').at(-1)!));
  expect(paths).toContain('inkling.tensorflow.path');
  const { restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
  expect(restrictedConfigurations).toEqual(expect.arrayContaining(paths.filter((name) => !/max/.test(name))));
});

test('each choice of a setting is described', () => {
  for (const [name, { enum: choices = [], enumDescriptions = [] }] of Object.entries(properties))
    expect(enumDescriptions, name).toHaveLength(choices.length);
});

describe('what marketplaces show', () => {
  test('has an icon that is large enough', () => {
    const header = readFileSync(join(root, manifest.icon));
    expect(header.toString('latin1', 1, 4)).toBe('PNG');
    for (const offset of [16, 20]) expect(header.readUInt32BE(offset)).toBeGreaterThanOrEqual(128);
  });

  test('is what they take', () => {
    expect(manifest).toMatchObject({ pricing: 'Free', qna: 'marketplace', license: 'MIT' });
    expect(manifest.galleryBanner).toEqual({ color: expect.stringMatching(/^#[0-9a-f]{6}$/), theme: 'dark' });
    expect(manifest.keywords.length).toBeLessThanOrEqual(30);
    const taken = ['AI', 'Machine Learning', 'Programming Languages', 'Visualization'];
    expect(manifest.categories.filter((category) => !taken.includes(category))).toEqual([]);
  });

  test('names no address that there is not', () => {
    for (const field of ['repository', 'homepage', 'bugs']) expect(manifest).not.toHaveProperty(field);
  });
});
