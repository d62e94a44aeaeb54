import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { instance } from '@viz-js/viz';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import extractOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';
import extractTsConfig from 'dependency-cruiser/config-utl/extract-ts-config';
import { escaped, THEMES } from './svg.ts';

/** That something in one folder of `src`, or one file beside them, imports from another: `cli imports corpus`. */
export interface Import {
  readonly from: string;
  readonly to: string;
}

/** What each is for, in the words of docs/architecture.md; the way that text goes through them from top to bottom. */
const PURPOSES: Readonly<Record<string, string>> = {
  'extension.ts': 'activates it',
  'trainingWorker.ts': 'a thread',
  'completionWorker.ts': 'a thread',
  'replayWorker.ts': 'a thread',
  cli: 'without an editor',
  editor: 'all that is VS Code',
  dashboard: 'the page',
  evaluation: 'how good it is',
  completion: 'model → ghost text',
  training: 'ids → parameters',
  scoring: 'bits per character',
  lstm: 'network, model file',
  corpus: 'files → character ids',
  protocol: 'what crosses wires',
  onnx: 'graphs, in TypeScript',
  base: 'needed everywhere',
};

const SOURCE = /^src\/([^/]+)/;
const root = fileURLToPath(new URL('..', import.meta.url));

/** Every import from one folder to another, types included, as dependency-cruiser finds them; each pair once, sorted. */
export async function importsOfSource(): Promise<Import[]> {
  const { ruleSet: _, ...options } = await extractOptions(join(root, '.dependency-cruiser.mjs'));
  const tsConfig = extractTsConfig(join(root, 'tsconfig.json'));
  const found = await cruise(['src'], { ...options, baseDir: root, validate: false }, {}, { tsConfig });
  const pairs = new Set<string>();
  for (const { source, dependencies } of (found.output as ICruiseResult).modules) {
    for (const { resolved } of dependencies) {
      const [from, to] = [SOURCE.exec(source)?.[1], SOURCE.exec(resolved)?.[1]];
      if (from !== undefined && to !== undefined && from !== to) pairs.add(`${from} ${to}`);
    }
  }
  return [...pairs].sort().map((pair) => {
    const [from, to] = pair.split(' ') as [string, string];
    return { from, to };
  });
}

/** The imports as a picture, laid out by Graphviz. */
export async function drawArchitecture(imports: readonly Import[]): Promise<string> {
  const names = [...new Set(imports.flatMap(({ from, to }) => [from, to]))].sort();
  const unknown = names.find((name) => PURPOSES[name] === undefined);
  if (unknown !== undefined) throw new Error(`Say in PURPOSES of scripts/architecture.ts what src/${unknown} is for.`);
  const row = (...members: string[]) => `{ rank=same; ${members.map((name) => `"${name}"`).join('; ')} }`;
  const graph = [
    'digraph architecture {',
    'rankdir=TB; nodesep=0.25; ranksep=0.6; pad=0.2;',
    'node [shape=box, style=rounded, margin="0.26,0.06", fontname="Helvetica", fontsize=15];',
    'edge [arrowsize=0.6];',
    ...names.map((name) => `"${name}" [id="${name}", label="${name}\\n${PURPOSES[name]}"];`),
    ...imports.map(({ from, to }) => `"${from}" -> "${to}" [class="to-${to}"];`),
    row('extension.ts', 'trainingWorker.ts', 'completionWorker.ts', 'replayWorker.ts', 'cli'),
    row('base', 'onnx'),
    '}',
  ].join('\n');
  return themed((await instance()).renderString(graph, { format: 'svg' }));
}

/** Letters are smaller than those that Graphviz left room for: not every machine has Helvetica. */
const STYLE = `${THEMES}
  text { fill: var(--ink); font-family: Helvetica, Arial, sans-serif; font-size: 12.5px; font-weight: bold; }
  .node text + text { fill: var(--quiet); font-size: 11px; font-weight: normal; }
  .graph > polygon { fill: var(--paper); }
  .node path { fill: var(--box); stroke: var(--line); }
  .edge path { stroke: var(--line); }
  .edge polygon { stroke: var(--line); fill: var(--line); }
  .to-base path { stroke: var(--faint); }
  .to-base polygon { stroke: var(--faint); fill: var(--faint); }
`;

/** What Graphviz drew, in colours that follow the page's. */
function themed(svg: string): string {
  const label = 'The folders of src, with an arrow from each to those that it imports from';
  return svg
    .slice(svg.indexOf('<svg'))
    .replace('<svg', `<svg role="img" aria-label="${escaped(label)}"`)
    .replace(/(?<=<svg[^>]*>)/, `\n<style>${STYLE}</style>`);
}

/** The arrows of a picture that {@link drawArchitecture} drew. */
export function importsDrawn(svg: string): Import[] {
  const titles = svg.matchAll(/<title>([\w.]+)&#45;&gt;([\w.]+)<\/title>/g);
  return [...titles].map(([, from, to]) => ({ from: from!, to: to! })).sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

function key({ from, to }: Import): string {
  return `${from} ${to}`;
}
