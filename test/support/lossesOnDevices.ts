/**
 * Trains on the processor and on WebGPU alike, and prints what both did, as JSON. A program of its own, as the driver is
 * chosen by the environment that a process begins with.
 */

import { initialParameters } from '../../src/lstm/initialise.ts';
import type { NetworkShape, TrainingGraphOptions } from '../../src/protocol/trainerState.ts';
import type { EngineOptions, EngineSnapshot } from '../../src/training/engines/engine.ts';
import { madeUpBatch } from '../../src/training/engines/engines.ts';
import { OnnxEngine } from '../../src/training/engines/onnxEngine.ts';

export interface Comparison {
  readonly name: string;
  readonly device: string;
  /** Of each step: on the processor, and on WebGPU. */
  readonly losses: readonly (readonly [number, number])[];
  /** The largest differences at the end. */
  readonly differences: Readonly<Record<'parameters' | 'moment1' | 'moment2' | 'hidden' | 'cell', number>>;
  /** Of losses after going back to a snapshot, from those that were before. */
  readonly replayed: number;
}

const STEPS = 50;
const NETWORKS: readonly (readonly [string, NetworkShape, Partial<TrainingGraphOptions>])[] = [
  ['one layer', { vocabulary: 40, hidden: 16, layers: 1 }, {}],
  ['three layers, dropout', { vocabulary: 40, hidden: 12, layers: 3 }, { dropout: 0.2 }],
  ['many characters', { vocabulary: 400, hidden: 12, layers: 1 }, {}],
  [
    'the classic recipe',
    { vocabulary: 40, hidden: 12, layers: 1 },
    { loss: 'last', clip: null, optimizer: { kind: 'rmsprop', rho: 0.9, epsilon: 1e-7, epsilonInsideSqrt: true } },
  ],
];

const comparisons: Comparison[] = [];
for (const [name, shape, changes] of NETWORKS) comparisons.push(await compare(name, shape, changes));
process.stdout.write(JSON.stringify(comparisons), () => process.exit(0));

async function compare(name: string, shape: NetworkShape, changes: Partial<TrainingGraphOptions>): Promise<Comparison> {
  const adam = { kind: 'adam', beta1: 0.9, beta2: 0.99, epsilon: 1e-8 } as const;
  const graph = { batch: 4, timeSteps: 12, loss: 'every', clip: 1, optimizer: adam, ...changes } as const;
  const options: EngineOptions = { shape, graph, threads: 1, parameters: initialParameters(shape, 1), seed: 3 };
  const cpu = await OnnxEngine.create(options, 'cpu');
  const gpu = await OnnxEngine.create(options, 'webgpu');
  const batches = Array.from({ length: STEPS }, (_, step) => madeUpBatch(options, step % 5));
  const rates = batches.map(() => 1e-2);
  const [ours, theirs] = [await cpu.steps(batches, rates), await gpu.steps(batches, rates)];
  const [a, b] = [await cpu.snapshot(), await gpu.snapshot()];
  const replayed = await replay(gpu, batches.slice(0, 5));
  for (const engine of [cpu, gpu]) await engine.dispose();
  const tensors = ['parameters', 'moment1', 'moment2', 'hidden', 'cell'] as const;
  return {
    name,
    device: gpu.device,
    losses: [...ours.losses].map((loss, step) => [loss, theirs.losses[step]!]),
    differences: Object.fromEntries(
      tensors.map((tensor) => [tensor, difference(a, b, tensor)]),
    ) as Comparison['differences'],
    replayed,
  };
}

/** Steps, goes back to where they began, and takes them again; in between the state is reset. */
async function replay(engine: OnnxEngine, batches: Parameters<OnnxEngine['steps']>[0]): Promise<number> {
  const rates = batches.map(() => 1e-2);
  const before = await engine.snapshot();
  const { losses: first } = await engine.steps(batches, rates);
  engine.resetState();
  const { hidden } = await engine.snapshot();
  if (hidden.some((value) => value !== 0)) throw new Error('The state was not reset.');
  engine.restore(before);
  const { losses: second } = await engine.steps(batches, rates);
  return Math.max(...first.map((loss, step) => Math.abs(loss - second[step]!)));
}

function difference(a: EngineSnapshot, b: EngineSnapshot, tensor: keyof Comparison['differences']): number {
  if (a[tensor].length !== b[tensor].length) throw new Error(`${tensor} differ in length.`);
  return a[tensor].reduce((largest, value, i) => Math.max(largest, Math.abs(value - b[tensor][i]!)), 0);
}
