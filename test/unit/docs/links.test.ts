import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const NOT_OURS = /^(node_modules|dist|\..*)$/;

/** Every Markdown file of the repository, relative to its root. */
function pages(folder = root): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return NOT_OURS.test(entry.name) ? [] : pages(path);
    return entry.name.endsWith('.md') ? [relative(root, path)] : [];
  });
}

interface Link {
  readonly text: string;
  readonly target: string;
}

function linksOf(markdown: string): Link[] {
  const prose = markdown.replace(/^```[\s\S]*?^```/gm, '').replace(/^ {4}.*$/gm, '');
  const written = [...prose.matchAll(/\[((?:[^[\]]|\[[^[\]]*\])*)\]\(([^()\s]+)\)/g)];
  const tags = [...prose.matchAll(/<(?:img|a)\b[^>]*?\b(?:src|href)="([^"]+)"/g)];
  return [
    ...written.map(([, text, target]) => ({ text: text!, target: target! })),
    ...tags.map(([, target]) => ({ text: '', target: target! })),
  ];
}

/** What GitHub makes of headings to link to. */
function anchorsOf(markdown: string): Set<string> {
  const anchors = new Set<string>();
  const counts = new Map<string, number>();
  for (const [, heading] of markdown.replace(/^```[\s\S]*?^```/gm, '').matchAll(/^#{1,6} +(.+?) *#*$/gm)) {
    const words = heading!.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const anchor = words.replace(/[^\p{L}\p{N}\p{M}_ -]/gu, '').replaceAll(' ', '-');
    const count = counts.get(anchor) ?? 0;
    counts.set(anchor, count + 1);
    anchors.add(count === 0 ? anchor : `${anchor}-${count}`);
  }
  return anchors;
}

/** Why a link leads nowhere; undefined when it leads somewhere, or to the network, where nobody looks. */
function problemOf(page: string, { text, target }: Link): string | undefined {
  if (/^(https?|mailto|vscode):/.test(target)) return undefined;
  const [path, anchor] = target.split('#') as [string, string | undefined];
  const file = path === '' ? join(root, page) : join(root, dirname(page), decodeURIComponent(path));
  if (!existsSync(file)) return `${target}: there is no such file`;
  if (statSync(file).isDirectory()) return undefined;
  if (anchor !== undefined && !anchorsOf(readFileSync(file, 'utf8')).has(anchor)) return `${target}: no such heading`;
  // A name in the code, linked to the file that has it.
  const names = /\.[cm]?[jt]sx?$/.test(path) ? [...text.matchAll(/`([A-Za-z_$][\w$]*)(?:<\w+>)?`/g)] : [];
  const source = names.length > 0 ? readFileSync(file, 'utf8') : '';
  const missing = names.find(([, name]) => !new RegExp(`\\b${name}\\b`).test(source));
  return missing && `${target}: has no ${missing[1]}`;
}

describe('links in the documentation', () => {
  it.each(pages())('%s: all lead somewhere', (page) => {
    const links = linksOf(readFileSync(join(root, page), 'utf8'));
    expect(links.flatMap((link) => problemOf(page, link) ?? [])).toEqual([]);
  });

  it('are found where they are', () => {
    expect(linksOf('See [a [b]](x.md#y) and <img src="z.png">.\n\n    [code](no.md)\n')).toEqual([
      { text: 'a [b]', target: 'x.md#y' },
      { text: '', target: 'z.png' },
    ]);
  });

  it('are checked: files, headings, and names in the code', () => {
    const problem = (text: string, target: string) => problemOf('README.md', { text, target });
    expect(problem('', 'docs/none.md')).toContain('no such file');
    expect(problem('', 'docs/security.md#none')).toContain('no such heading');
    expect(problem('', 'docs/security.md#what-is-at-stake')).toBeUndefined();
    expect(problem('`noFunction`', 'src/lstm/network.ts')).toContain('has no noFunction');
    expect(problem('`parameterSlots`', 'src/lstm/network.ts')).toBeUndefined();
  });
});
