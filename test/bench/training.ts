/**
 * Training speed side by side, in one run: this engine, PyTorch's `nn.LSTM` on the CPU where there is a Python with torch
 * (`npm run setup:python`, or INKLING_PYTHON), and as the limit onnxruntime's own product of 2048 × 2048 matrices. All
 * with the same number of threads, interleaved, medians of several rounds.
 *
 *     npm run bench:training [-- --threads 2 --rounds 5]
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { initialParameters } from '../../src/lstm/initialise.ts';
import { Graph } from '../../src/onnx/graph.ts';
import { OnnxEngine } from '../../src/training/onnxEngine.ts';
import { PYTHON } from '../support/python.ts';

const { values } = parseArgs({
  options: { threads: { type: 'string', default: '2' }, rounds: { type: 'string', default: '5' } },
});
const threads = Number(values.threads);
const rounds = Number(values.rounds);
const VOCABULARY = 96;
const BATCH = 64;
const TIME_STEPS = 64;
const STEPS = 6;
const NETWORKS = [
  { layers: 1, hidden: 256 },
  { layers: 1, hidden: 512 },
  { layers: 2, hidden: 512 },
] as const;

const limit = await matrixProduct();
const rows: Record<string, string | number>[] = [];
let torchVersion = 'not found';
for (const network of NETWORKS) {
  const ours: number[] = [];
  const theirs: number[] = [];
  const limits: number[] = [];
  const engine = await createEngine(network);
  await charactersPerSecond(engine);
  for (let round = 0; round < rounds; round++) {
    limits.push(await limit());
    ours.push(await charactersPerSecond(engine));
    const torch = pyTorch(network);
    if (torch !== undefined) {
      theirs.push(torch.charactersPerSecond);
      torchVersion = torch.version;
    }
  }
  await engine.dispose();
  // Forward, and twice that backward: 2 FLOP per weight and character each.
  const work = 6 * (4 * network.hidden ** 2 * (2 * network.layers - 1) + network.hidden * VOCABULARY);
  rows.push({
    network: `${network.layers}×${network.hidden}`,
    'inkling char/s': Math.round(median(ours)),
    'PyTorch char/s': theirs.length ? Math.round(median(theirs)) : '–',
    'inkling ÷ PyTorch': theirs.length ? (median(ours) / median(theirs)).toFixed(2) : '–',
    'GFLOP/s': ((median(ours) * work) / 1e9).toFixed(0),
    'limit GFLOP/s': (median(limits) / 1e9).toFixed(0),
    'of the limit': `${((median(ours) * work * 100) / median(limits)).toFixed(0)} %`,
  });
}
console.log(`${cpus()[0]?.model}, ${threads} threads, batch ${BATCH} × ${TIME_STEPS} steps, vocabulary ${VOCABULARY}`);
const { version } = JSON.parse(
  readFileSync(new URL('../../node_modules/onnxruntime-node/package.json', import.meta.url), 'utf8'),
);
console.log(`Node ${process.version}, onnxruntime-node ${version}, PyTorch ${torchVersion}`);
console.table(rows);
process.exit(0);

function createEngine({ layers, hidden }: { layers: number; hidden: number }): Promise<OnnxEngine> {
  const shape = { vocabulary: VOCABULARY, hidden, layers };
  return OnnxEngine.create({
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

async function charactersPerSecond(engine: OnnxEngine): Promise<number> {
  const ids = Int32Array.from({ length: BATCH * TIME_STEPS }, (_, i) => (i * 31) % VOCABULARY);
  const start = performance.now();
  for (let step = 0; step < STEPS; step++) await engine.steps([{ inputs: ids, targets: ids }], [1e-3]);
  return (STEPS * ids.length * 1000) / (performance.now() - start);
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

function pyTorch(network: {
  layers: number;
  hidden: number;
}): { charactersPerSecond: number; version: string } | undefined {
  const script = new URL('torch_training.py', import.meta.url).pathname;
  const args = [network.layers, network.hidden, VOCABULARY, BATCH, TIME_STEPS, STEPS, threads].map(String);
  const result = spawnSync(PYTHON, [script, ...args], { encoding: 'utf8' });
  return result.status === 0 ? JSON.parse(result.stdout) : undefined;
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[sorted.length >> 1]!;
}
