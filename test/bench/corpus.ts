/**
 * What `inkling corpus` takes for texts of several sizes, in a process of its own: characters a second and peak memory.
 * The texts are those of this repository's dependencies, over and over, each copy with a first line of its own, so that
 * none is left out as a duplicate. And what a character costs afterwards in the editor's runtime, by network.
 *
 *     npm run bench:corpus [-- --megabytes 40,400]
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { initialParameters } from '../../src/lstm/initialise.ts';
import { LstmRuntime } from '../../src/lstm/runtime.ts';
import { runCounted } from './counted.ts';

const { values } = parseArgs({ options: { megabytes: { type: 'string', default: '40,400' } } });
const CLI = new URL('../../dist/cli.js', import.meta.url).pathname;
const NETWORKS = [
  { hidden: 512, layers: 1 },
  { hidden: 1024, layers: 1 },
  { hidden: 1024, layers: 2 },
  { hidden: 2048, layers: 3 },
];

console.log(`${cpus()[0]?.model}, Node ${process.version}`);
const folder = mkdtempSync(join(tmpdir(), 'inkling-bench-'));
try {
  for (const megabytes of values.megabytes.split(',').map(Number)) {
    const source = join(folder, String(megabytes));
    const files = fill(source, megabytes * 1e6);
    const { seconds, peakMegabytes, lines } = await runCounted(CLI, [
      'corpus',
      source,
      '--out',
      join(folder, 'corpus'),
      '--json',
    ]);
    const { train, heldOut } = JSON.parse(lines.at(-1)!);
    const characters = train.characters + heldOut.characters;
    console.log(
      `${megabytes} MB in ${files} files: ${(characters / 1e6 / seconds).toFixed(1)} M characters a second, ` +
        `peak memory ${peakMegabytes.toFixed(0)} MB`,
    );
    rmSync(source, { recursive: true });
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
for (const size of NETWORKS) {
  const shape = { vocabulary: 200, ...size };
  const runtime = await LstmRuntime.open(shape, initialParameters(shape, 1));
  let { state } = await runtime.run([2], 1);
  const start = performance.now();
  const count = 200;
  for (let character = 0; character < count; character++)
    ({ state } = await runtime.run([2 + (character % 90)], 1, state));
  console.log(`${size.layers} × ${size.hidden}: ${((performance.now() - start) / count).toFixed(2)} ms a character`);
  await runtime.dispose();
}

/** Copies of the dependencies' sources, until they hold so many bytes; how many files. */
function fill(target: string, bytes: number): number {
  const modules = new URL('../../node_modules', import.meta.url).pathname;
  const sources = readdirSync(modules, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(?:[cm]?[jt]s|md)$/.test(path))
    .filter((path) => statSync(join(modules, path)).isFile());
  let [written, files] = [0, 0];
  for (let copy = 0; written < bytes; copy++) {
    for (const path of sources) {
      if (written >= bytes) break;
      const text = `copy ${copy}\n${readFileSync(join(modules, path), 'utf8')}`;
      const file = join(target, String(copy), path.replaceAll('node_modules', 'modules').replaceAll('dist', 'lib'));
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
      written += Buffer.byteLength(text);
      files++;
    }
  }
  return files;
}
