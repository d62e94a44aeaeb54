import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { random } from '../../../../src/base/random.ts';
import { dropoutMask } from '../../../../src/lstm/dropout.ts';
import { buildCpuTrainingGraph } from '../../../../src/lstm/graphs/trainingCpu.ts';
import { buildGpuTrainingGraph } from '../../../../src/lstm/graphs/trainingGpu.ts';
import { initialParameters } from '../../../../src/lstm/initialise.ts';
import { parameterCount } from '../../../../src/lstm/network.ts';
import { stepScalars } from '../../../../src/lstm/optimizer.ts';
import type { NetworkShape, TrainingGraphOptions } from '../../../../src/protocol/trainerState.ts';

const ADAM = { kind: 'adam', beta1: 0.9, beta2: 0.99, epsilon: 1e-8 } as const;
const RMSPROP = { kind: 'rmsprop', rho: 0.9, epsilon: 1e-7, epsilonInsideSqrt: true } as const;
const GRAPH: TrainingGraphOptions = { batch: 3, timeSteps: 5, loss: 'every', clip: 1, optimizer: ADAM };

/** All outputs of one step from somewhere in the middle of a training. */
async function outputsOf(model: Uint8Array, shape: NetworkShape, graph: TrainingGraphOptions) {
  const session = await InferenceSession.create(model, { graphOptimizationLevel: 'disabled', intraOpNumThreads: 1 });
  const uniform = random(3);
  const P = parameterCount(shape);
  const { batch, timeSteps } = graph;
  const numbers = (dims: number[], scale: number) => {
    const size = dims.reduce((a, b) => a * b);
    return new Tensor(
      'float32',
      Float32Array.from({ length: size }, () => scale * uniform()),
      dims,
    );
  };
  const ids = (dims: number[]) => {
    const size = dims.reduce((a, b) => a * b);
    return new Tensor(
      'int32',
      Int32Array.from({ length: size }, () => Math.floor(uniform() * shape.vocabulary)),
      dims,
    );
  };
  const states = [shape.layers, shape.hidden, batch];
  const results = await session.run({
    parameters: new Tensor('float32', initialParameters(shape, 1), [P]),
    ...(graph.optimizer.kind === 'adam' ? { moment1: numbers([P], 1e-3) } : {}),
    moment2: numbers([P], 1e-4),
    hidden: numbers(states, 0.5),
    cell: numbers(states, 1),
    inputs: ids([timeSteps, batch]),
    targets: ids(graph.loss === 'every' ? [timeSteps, batch] : [batch]),
    step: new Tensor('float32', stepScalars(graph.optimizer, 1e-2, 7), [2]),
    ...(graph.dropout
      ? {
          mask: new Tensor('float32', dropoutMask(shape.hidden, batch, graph.dropout, 1, 7), [shape.hidden, batch]),
        }
      : {}),
  });
  await session.release();
  return Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, data as Float32Array]));
}

describe.each([false, true])('the layerwise training graph, unrolled: %s', (unroll) => {
  it.each<[string, NetworkShape, Partial<TrainingGraphOptions>]>([
    ['one layer', { vocabulary: 7, hidden: 4, layers: 1 }, {}],
    ['three layers', { vocabulary: 7, hidden: 4, layers: 3 }, {}],
    ['many characters', { vocabulary: 300, hidden: 4, layers: 1 }, {}],
    ['one time step', { vocabulary: 7, hidden: 4, layers: 2 }, { timeSteps: 1 }],
    [
      'loss on the last step',
      { vocabulary: 7, hidden: 4, layers: 2 },
      { loss: 'last', clip: null, optimizer: RMSPROP },
    ],
    ['dropout', { vocabulary: 7, hidden: 4, layers: 2 }, { dropout: 0.5 }],
    ['dropout, last step', { vocabulary: 7, hidden: 4, layers: 1 }, { dropout: 0.5, loss: 'last' }],
    ['a small bound on the gradient', { vocabulary: 7, hidden: 4, layers: 1 }, { clip: 1e-3 }],
  ])('computes what the other one does: %s', async (_, shape, changes) => {
    const graph = { ...GRAPH, ...changes };
    const expected = await outputsOf(buildCpuTrainingGraph(shape, graph, { exposeGradient: true }), shape, graph);
    const actual = await outputsOf(buildGpuTrainingGraph(shape, graph, { exposeGradient: true, unroll }), shape, graph);
    expect(Object.keys(actual).sort()).toEqual(Object.keys(expected).sort());
    for (const [name, values] of Object.entries(expected)) {
      const difference = values.map((value, i) => Math.abs(value - actual[name]![i]!)).reduce((a, b) => Math.max(a, b));
      expect(difference, name).toBeLessThan(name === 'nextParameters' ? 1e-4 : 2e-6);
    }
  });
});
