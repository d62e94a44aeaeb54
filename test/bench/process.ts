/**
 * What a whole training process costs, measured from outside, on text of this repository's dependencies:
 * peak memory of training 1×512 on 10 MB, seconds from start to the first training steps on 1 MB, first with no speeds
 * known of this machine and then with them kept, and how fast secrets are scrubbed.
 *
 *     npm run bench:process [-- --threads 2]
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createScrubber } from '../../src/corpus/scrub.ts';
import { runCounted } from './counted.ts';
import { collect } from './texts.ts';

const { values } = parseArgs({ options: { threads: { type: 'string', default: '2' } } });
const folder = mkdtempSync(join(tmpdir(), 'inkling-bench-'));
try {
  const large = collect(join(folder, 'large'), 10e6);
  const small = collect(join(folder, 'small'), 1e6);
  const memory = await train(large, ['--hidden', '512', '--minutes', '0.3']);
  const first = await train(small, ['--minutes', '0.1']);
  const second = await train(small, ['--minutes', '0.1']);
  console.log(`${cpus()[0]?.model}, Node ${process.version}, ${values.threads} threads`);
  console.table({
    'peak memory, 1×512 on 10 MB': `${memory.peakMegabytes.toFixed(0)} MB`,
    'start to first steps, 1 MB': `${first.firstSteps.toFixed(1)} s`,
    'the same, speeds of the machine known': `${second.firstSteps.toFixed(1)} s`,
    scrubbing: `${(await scrubbingSpeed(large)).toFixed(0)} MB/s`,
  });
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Trains in a process of its own; seconds until the first report of training, and the most memory it ever held. */
async function train(
  source: string,
  options: readonly string[],
): Promise<{ firstSteps: number; peakMegabytes: number }> {
  const cli = new URL('../../dist/cli.js', import.meta.url).pathname;
  const args = [
    'train',
    source,
    ...options,
    '--threads',
    values.threads,
    '--json',
    '--out',
    join(folder, 'model.onnx'),
  ];
  let firstSteps = Number.NaN;
  const { peakMegabytes } = await runCounted(cli, args, {
    environment: { XDG_CACHE_HOME: folder },
    onLine: (line, seconds) => {
      const event = JSON.parse(line) as { type: string };
      if (event.type === 'progress' && Number.isNaN(firstSteps)) firstSteps = seconds;
    },
  });
  return { firstSteps, peakMegabytes };
}

async function scrubbingSpeed(source: string): Promise<number> {
  const scrub = createScrubber();
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((path) => /\.[cm]?[jt]s$/.test(path));
  const texts = files
    .filter((path) => statSync(join(source, path)).isFile())
    .map((path) => ({ path, text: readFileSync(join(source, path), 'utf8') }));
  const start = performance.now();
  let bytes = 0;
  for (const { path, text } of texts) {
    await scrub(text, path);
    bytes += Buffer.byteLength(text);
  }
  return bytes / 1e3 / (performance.now() - start);
}
