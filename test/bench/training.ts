/**
 * Training speed side by side, in one run: each engine on each device that works here, PyTorch's `nn.LSTM` and Keras's
 * `LSTM` where there is a Python with them (`npm run setup:python`, INKLING_PYTHON, INKLING_KERAS; PyTorch on the
 * processor and, where it has one, on CUDA), and as the limit onnxruntime's own product of 2048 × 2048 matrices. All with
 * the same number of threads, interleaved, medians of several rounds. Prints the table of docs/benchmarks.md.
 *
 *     npm run bench:training [-- --threads 2 --rounds 5 --batch 64 --networks 1x256,1x512,2x512]
 */
import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { env, InferenceSession, Tensor } from 'onnxruntime-node';
import { initialParameters } from '../../src/lstm/initialise.ts';
import { Graph } from '../../src/onnx/graph.ts';
import type { TrainingEngine } from '../../src/training/engines/engine.ts';
import { check, type EngineCandidate, findCandidates, REFERENCE } from '../../src/training/engines/engines.ts';
import { PYTHON } from '../support/python.ts';
import { TENSORFLOW_FOLDERS } from '../support/tensorflow.ts';

const { values } = parseArgs({
  options: {
    threads: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '5' },
    batch: { type: 'string', default: '64' },
    networks: { type: 'string', default: '1x256,1x512,2x512' },
  },
});
const threads = Number(values.threads);
const rounds = Number(values.rounds);
const VOCABULARY = 96;
const BATCH = Number(values.batch);
const TIME_STEPS = 64;
const STEPS = 6;
const NETWORKS: readonly Network[] = values.networks.split(',').map((name) => {
  const [layers, hidden] = name.split('x').map(Number) as [number, number];
  return { layers, hidden };
});
/** Slower ones, such as software GPUs, would keep everybody waiting. */
const SLOWEST = 500;

interface Network {
  readonly layers: number;
  readonly hidden: number;
}

/** Something that trains. */
interface Contestant {
  readonly title: string;
  /** Undefined where it does not work. */
  open(network: Network): Promise<{ charactersPerSecond(): Promise<number | undefined>; close(): Promise<void> }>;
}

const contestants: Contestant[] = [
  ...(await enginesThatWork()),
  python('PyTorch', 'torch_training.py', PYTHON, 'cpu'),
  ...(hasCuda() ? [python('PyTorch on CUDA', 'torch_training.py', PYTHON, 'cuda')] : []),
  python('Keras', 'keras_training.py', process.env['INKLING_KERAS'] ?? PYTHON),
];
const limit = await matrixProduct();
const versions = new Map<string, string>();
const lines: string[] = [];
for (const network of NETWORKS) {
  const opened = [];
  for (const contestant of contestants) opened.push(await contestant.open(network));
  const speeds: number[][] = contestants.map(() => []);
  const limits: number[] = [];
  for (let round = 0; round < rounds; round++) {
    limits.push(await limit());
    for (const [i, contestant] of opened.entries()) {
      const speed = await contestant.charactersPerSecond();
      if (speed !== undefined) speeds[i]!.push(speed);
    }
  }
  for (const contestant of opened) await contestant.close();
  const ours = median(speeds[0]!);
  // Forward, and twice that backward: 2 FLOP per weight and character each.
  const work = 6 * (4 * network.hidden ** 2 * (2 * network.layers - 1) + network.hidden * VOCABULARY);
  const cells = speeds.map((all) => {
    if (all.length === 0) return '–';
    const speed = median(all);
    return `${Math.round(speed).toLocaleString('en')} (${(speed / ours).toFixed(2)})`;
  });
  const part = `${((ours * work * 100) / median(limits)).toFixed(0)} %`;
  lines.push(`| ${[`${network.layers}×${network.hidden}`, ...cells, part].join(' | ')} |`);
}
const titles = contestants.map(({ title }) => [title, versions.get(title)].filter(Boolean).join(' '));
console.log(`${cpus()[0]?.model}, ${threads} threads, batch ${BATCH} × ${TIME_STEPS} steps, vocabulary ${VOCABULARY}`);
console.log(`Node ${process.version}; characters per second (÷ the first column), medians of ${rounds} rounds\n`);
console.log(`| ${['network', ...titles, 'of the limit'].join(' | ')} |`);
console.log(`|${' --- |'.repeat(contestants.length + 2)}`);
console.log(lines.join('\n'));
process.exit(0);

async function enginesThatWork(): Promise<Contestant[]> {
  const found: Contestant[] = [];
  for (const candidate of findCandidates(TENSORFLOW_FOLDERS, threads)) {
    const { title, device } = candidate;
    try {
      await check(candidate);
      const engine = await engineFor(candidate, NETWORKS[0]!);
      const speed = await speedOf(engine, 1);
      await engine.dispose();
      if (speed < SLOWEST) console.log(`${title} (${device}) is left out: ${Math.round(speed)} characters per second`);
      else found.push(contestantOf(candidate));
    } catch (error) {
      console.log(`${title} (${device}) is left out: ${(error as Error).message}`);
    }
  }
  return found;
}

function contestantOf(candidate: EngineCandidate): Contestant {
  const { title, device } = candidate;
  return {
    title: candidate === REFERENCE ? `ONNX Runtime ${env.versions.node}` : `${title}, ${device}`,
    open: async (network) => {
      const engine = await engineFor(candidate, network);
      await speedOf(engine, 2);
      return { charactersPerSecond: () => speedOf(engine, STEPS), close: () => engine.dispose() };
    },
  };
}

function engineFor(candidate: EngineCandidate, { layers, hidden }: Network): Promise<TrainingEngine> {
  const shape = { vocabulary: VOCABULARY, hidden, layers };
  return candidate.create({
    shape,
    graph: {
      batch: BATCH,
      timeSteps: TIME_STEPS,
      loss: 'every',
      clip: 1,
      optimizer: { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
    },
    threads,
    parameters: initialParameters(shape, 1),
  });
}

/** All steps in one call, as in training. */
async function speedOf(engine: TrainingEngine, steps: number): Promise<number> {
  const ids = Int32Array.from({ length: BATCH * TIME_STEPS }, (_, i) => (i * 31) % VOCABULARY);
  const batches = Array.from({ length: steps }, () => ({ inputs: ids, targets: ids }));
  const start = performance.now();
  await engine.steps(
    batches,
    batches.map(() => 1e-3),
  );
  return (steps * ids.length * 1000) / (performance.now() - start);
}

/** FLOP/s of a 2048³ matrix product in onnxruntime. */
async function matrixProduct(): Promise<() => Promise<number>> {
  const n = 2048;
  const graph = new Graph('limit');
  graph.output('c', graph.matMul(graph.input('a', 'float32', [n, n]), graph.input('b', 'float32', [n, n])), [n, n]);
  const session = await InferenceSession.create(graph.toModel(), { intraOpNumThreads: threads, interOpNumThreads: 1 });
  const matrix = () => new Tensor('float32', Float32Array.from({ length: n * n }, Math.random), [n, n]);
  const feeds = { a: matrix(), b: matrix() };
  const fetches = { c: matrix() };
  await session.run(feeds, fetches);
  return async () => {
    const start = performance.now();
    for (let i = 0; i < 3; i++) await session.run(feeds, fetches);
    return (3 * 2 * n ** 3 * 1000) / (performance.now() - start);
  };
}

function hasCuda(): boolean {
  const { status } = spawnSync(PYTHON, ['-c', 'import sys, torch; sys.exit(not torch.cuda.is_available())']);
  return status === 0;
}

function python(title: string, script: string, interpreter: string, ...more: readonly string[]): Contestant {
  const path = new URL(script, import.meta.url).pathname;
  return {
    title,
    open: async ({ layers, hidden }) => ({
      charactersPerSecond: async () => {
        const args = [layers, hidden, VOCABULARY, BATCH, TIME_STEPS, STEPS, threads, ...more].map(String);
        const { status, stdout } = spawnSync(interpreter, [path, ...args], { encoding: 'utf8' });
        if (status !== 0) return undefined;
        const { charactersPerSecond, version } = JSON.parse(stdout.trim().split('\n').at(-1)!);
        versions.set(title, version);
        return charactersPerSecond;
      },
      close: async () => {},
    }),
  };
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[sorted.length >> 1]!;
}
