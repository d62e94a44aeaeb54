/**
 * What suggestions save of what was really typed, by the last commits of repositories: with the memories alone, with the
 * network alone, and with both. The network is trained on the workspace as it was before these commits, and kept in
 * `.cache/bench` by that commit. Beside it what simulated typing says of the same workspace.
 *
 *     npm run bench:replay -- [<repository> …] [--minutes 3 | --million 4.5] [--commits 50 --characters 20000 --threads 2]
 *
 * Repositories are folders with clones; default: this one. Prints the tables of docs/benchmarks.md. With `--million`, the
 * network reads so many million characters, however long that takes: other work on the machine does not change the figures.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { EXPERTS } from '../../src/completion/experts/registry.ts';
import { readCorpus } from '../../src/corpus/corpus.ts';
import { needingNetwork } from '../../src/evaluation/knowledge.ts';
import type { Replay } from '../../src/evaluation/replay/replay.ts';
import type { Simulation } from '../../src/evaluation/simulate.ts';
import { makeFolder, removeFolder } from '../support/temporaryFolder.ts';
import { inkling, percent, table } from './commandLine.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: 'string', default: '3' },
    million: { type: 'string' },
    commits: { type: 'string', default: '50' },
    characters: { type: 'string', default: '20000' },
    threads: { type: 'string', default: '2' },
  },
});
const { minutes, million, commits, characters, threads } = values;

const NETWORK = needingNetwork(EXPERTS);
/** What suggests, with the names by which `replay` and `simulate` call it. */
const WHO = [
  { title: 'memories', experts: EXPERTS.filter((expert) => !NETWORK.includes(expert)), predictor: 'memories' },
  { title: 'network', experts: NETWORK, predictor: 'lstm' },
  { title: 'mixture', experts: EXPERTS, predictor: 'mixture' },
];

interface Outcome {
  readonly replayed: Replay & { readonly base: string; readonly last: string };
  readonly simulated: Simulation;
}

const { version } = JSON.parse(readFileSync(join(root, 'node_modules/onnxruntime-node/package.json'), 'utf8'));
const git = spawnSync('git', ['--version'], { encoding: 'utf8' }).stdout.trim();
console.log(`${cpus()[0]?.model}, ${threads} threads; Node ${process.version}, onnxruntime-node ${version}, ${git}`);
for (const repository of positionals.length === 0 ? [root] : positionals) await measure(resolve(repository));

async function measure(repository: string): Promise<void> {
  const workspace = makeFolder('bench');
  try {
    const plan = ['--commits', commits, '--characters', characters];
    const { base } = inkling(['replay', repository, ...plan, '--prepare', workspace]);
    const name = basename(repository).replace(/\.git$/, '');
    const budget = million === undefined ? `${minutes}-minutes` : `${million}-million`;
    const model = await trained(`replay-${base.slice(0, 12)}-${budget}.onnx`, workspace);
    const outcomes = WHO.map(({ experts, predictor }): Outcome => {
      const ids = experts.map(({ id }) => id).join(',');
      const common = ['--threads', threads, '--characters', characters];
      return {
        replayed: inkling(['replay', repository, ...plan, '--threads', threads, '--model', model, '--experts', ids]),
        simulated: inkling(['simulate', model, workspace, ...common, '--predictor', predictor]),
      };
    });
    tell(name, inkling(['inspect', model]), outcomes);
  } finally {
    removeFolder(workspace);
  }
}

/** A 1×512 network, trained unless it is there. */
async function trained(name: string, workspace: string): Promise<string> {
  const folder = join(root, '.cache', 'bench');
  mkdirSync(folder, { recursive: true });
  const model = join(folder, name);
  if (existsSync(model)) return model;
  const size = ['--hidden', '512', '--layers', '1', '--engine', 'onnx', '--device', 'cpu'];
  inkling(['train', workspace, ...size, ...(await budgetOf(workspace)), '--threads', threads, '--out', model]);
  return model;
}

async function budgetOf(workspace: string): Promise<string[]> {
  if (million === undefined) return ['--minutes', minutes];
  const { train } = await readCorpus(workspace);
  const all = train.reduce((sum, { text }) => sum + text.length, 0);
  return ['--epochs', (Math.max(1, Number(million) * 1e6) / all).toFixed(3)];
}

// biome-ignore lint/suspicious/noExplicitAny: what the command line prints
function tell(name: string, card: any, outcomes: readonly Outcome[]): void {
  const { base, last, commits: count, characters: typed, kinds } = outcomes[0]!.replayed;
  const { corpus, training, heldOutBitsPerCharacter: bits } = card;
  console.log(`\n### ${name}\n`);
  console.log(
    `${count} commits behind \`${base.slice(0, 12)}\`, up to \`${last.slice(0, 12)}\`; ${number(typed)} characters typed. ` +
      `The workspace before: ${number(corpus.files)} files, ${number(corpus.trainCharacters + corpus.heldOutCharacters)} ` +
      `characters; the network: ${training.epochs.toFixed(1)} epochs in ${(training.seconds / 60).toFixed(1)} minutes, ` +
      `${bits.toFixed(3)} bits per character.\n`,
  );
  const row = (title: string, of: (outcome: Outcome) => string) => [title, ...outcomes.map(of)];
  const parts = { newFile: 'new files', newLines: 'new lines in files', withinLine: 'edits within lines' } as const;
  table(
    ['', ...WHO.map(({ title }) => title)],
    [
      row('**keys saved, ideal typist**', ({ replayed }) => percent(replayed.keystrokeSavings)),
      row('keys saved, human typist', ({ replayed }) => percent(replayed.human.keystrokeSavings)),
      row('accepted, ideal typist', ({ replayed }) => percent(replayed.acceptanceRate)),
      row('accepted, human typist', ({ replayed }) => percent(replayed.human.acceptanceRate)),
      row('wrong characters per accepted one', ({ replayed }) => replayed.wrongPerAcceptedCharacter.toFixed(2)),
      ...Object.entries(parts).flatMap(([kind, title]) => {
        const part = kinds[kind as keyof typeof parts].characters / typed;
        if (part === 0) return [];
        return [
          row(`keys saved in ${title} (${percent(part)} of the characters)`, ({ replayed }) =>
            percent(replayed.kinds[kind as keyof typeof parts].keystrokeSavings),
          ),
        ];
      }),
      row('silent part', ({ replayed }) => percent(replayed.silentPart)),
      row('keys saved, simulated typing of held-out files', ({ simulated }) => percent(simulated.keystrokeSavings)),
      row('accepted there', ({ simulated }) => percent(simulated.acceptanceRate)),
    ],
  );
}

function number(value: number): string {
  return value.toLocaleString('en');
}
