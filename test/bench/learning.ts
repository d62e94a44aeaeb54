/**
 * What is learnt in a given time: trains on the sources of three packages of this repository's dependencies, with the
 * size that Inkling chooses and with fixed ones, and compares held-out bits per character, also with compressors that
 * have seen the same text (brotli of node:zlib; xz and 7-zip's PPMd, where they are installed).
 *
 *     npm run bench:learning [-- --minutes 3 --threads 2 --sizes 128,256,512]
 *
 * With the defaults it takes half an hour, and wants the machine for itself.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readCorpus } from '../../src/corpus/corpus.ts';
import { bitsAfter, findCompressors } from './compressors.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '3' },
    threads: { type: 'string', default: '2' },
    sizes: { type: 'string', default: '128,256,512' },
  },
});
const compressors = findCompressors();
const sizes = values.sizes.split(',').filter(Boolean).map(Number);
const folder = mkdtempSync(join(tmpdir(), 'inkling-bench-'));
try {
  const { version } = JSON.parse(readFileSync(packagePath('onnxruntime-node', 'package.json'), 'utf8'));
  console.log(`${cpus()[0]?.model}, ${values.threads} threads, ${values.minutes} minutes a run`);
  console.log(
    `Node ${process.version}, ${compressors.map((one) => one.version).join(', ')}, onnxruntime-node ${version}`,
  );
  for (const [name, source] of [
    ['rxjs src', packagePath('rxjs', 'src')],
    ['lodash-es', packagePath('lodash-es')],
    ['typescript lib/*.d.ts', typescriptDeclarations()],
  ] as const) {
    await compare(name, source);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function compare(name: string, source: string): Promise<void> {
  const corpus = await readCorpus(source);
  const chosen = trainOn(source, []);
  // The chosen size is not run twice.
  const runs = sizes.map((hidden) => (hidden === chosen.hidden ? chosen : trainOn(source, ['--hidden', `${hidden}`])));
  const bits = runs.map((run) => run.heldOutBitsPerCharacter);
  console.log(`\n${name}: ${chosen.trainCharacters} characters trained on, ${chosen.heldOutCharacters} held out`);
  console.table(
    Object.fromEntries([
      ...runs.map((run) => [
        `1×${run.hidden}${run === chosen ? ' (chosen)' : ''}`,
        {
          'bits/char': run.heldOutBitsPerCharacter.toFixed(3),
          epochs: run.epochs.toFixed(1),
          'char/s': Math.round(run.charactersPerSecond),
        },
      ]),
      ...compressors.map((one) => [one.name, { 'bits/char': bitsAfter(one, corpus).toFixed(3) }]),
    ]),
  );
  const ratio = (other: number) => ((chosen.heldOutBitsPerCharacter / other - 1) * 100).toFixed(1);
  console.log(
    `1×${chosen.hidden} against the best: ${ratio(Math.min(...bits))} %, the worst: ${ratio(Math.max(...bits))} %`,
  );
}

interface Done {
  readonly hidden: number;
  readonly heldOutBitsPerCharacter: number;
  readonly trainCharacters: number;
  readonly heldOutCharacters: number;
  readonly epochs: number;
  readonly charactersPerSecond: number;
}

function trainOn(source: string, options: readonly string[]): Done {
  const cli = new URL('../../dist/cli.js', import.meta.url).pathname;
  const { minutes, threads } = values;
  const args = ['train', source, '--minutes', minutes, '--threads', threads, '--out', join(folder, 'model.onnx')];
  const { status, stdout } = spawnSync(process.execPath, [cli, ...args, ...options, '--json'], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new Error(`Training on ${source} ended with ${status}.`);
  return JSON.parse(stdout.trim().split('\n').at(-1)!);
}

/** The declarations alone: the compiler beside them is no text anybody wrote. */
function typescriptDeclarations(): string {
  const target = join(folder, 'declarations');
  mkdirSync(target);
  const source = packagePath('typescript', 'lib');
  for (const name of readdirSync(source).filter((name) => name.endsWith('.d.ts'))) {
    cpSync(join(source, name), join(target, name));
  }
  return target;
}

function packagePath(...parts: string[]): string {
  return join(new URL('../../node_modules', import.meta.url).pathname, ...parts);
}
