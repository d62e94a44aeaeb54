import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

interface Step {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly media: { readonly svg: string; readonly altText: string };
  readonly completionEvents: readonly string[];
}

const read = (name: string) => readFileSync(fileURLToPath(new URL(`../../${name}`, import.meta.url)), 'utf8');
const { contributes } = JSON.parse(read('package.json'));
const texts: Record<string, string> = JSON.parse(read('package.nls.json'));
const text = (key: string) => texts[key.replaceAll('%', '')];
const steps: readonly Step[] = contributes.walkthroughs[0].steps;

describe.each(steps)('The walkthrough step $id', ({ title, description, media, completionEvents }) => {
  const picture = read(media.svg);

  test('has all its texts', () => {
    for (const key of [title, description, media.altText]) expect(text(key), key).toBeTypeOf('string');
  });

  test('describes its picture inside of it too, as VS Code reads out no alternative text of an SVG', () => {
    expect(/role="img" aria-label="([^"]*)"/.exec(picture)?.[1]).toBe(text(media.altText));
  });

  test('draws in colours of the theme only, and without styles, which VS Code blocks', () => {
    const colours = [...picture.matchAll(/(?:fill|stroke|stop-color)="([^"]*)"/g)].map(([, colour]) => colour!);
    expect(colours.filter((colour) => !/^(none|url\(#\w+\)|var\(--vscode-.*\))$/.test(colour))).toEqual([]);
    expect(picture).not.toMatch(/<style|\sstyle=/);
  });

  test('runs and waits for commands of ours that there are', () => {
    const commands = contributes.commands.map(({ command }: { readonly command: string }) => command);
    const named = `${text(description)} ${completionEvents.join(' ')}`.matchAll(
      /(?:command|onCommand):(inkling\.\w+)/g,
    );
    for (const [, command] of named) expect(commands).toContain(command);
  });
});
