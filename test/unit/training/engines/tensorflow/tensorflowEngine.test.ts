import { beforeEach, describe, expect, it } from 'vitest';
import { random } from '../../../../../src/base/random.ts';
import { initialParameters } from '../../../../../src/lstm/initialise.ts';
import { parameterSlots, slotView } from '../../../../../src/lstm/network.ts';
import type { NetworkShape, TrainingGraphOptions } from '../../../../../src/protocol/trainerState.ts';
import type { Batch, EngineOptions, TrainingEngine } from '../../../../../src/training/engines/engine.ts';
import { OnnxEngine } from '../../../../../src/training/engines/onnxEngine.ts';
import { type Kernels, TensorflowEngine } from '../../../../../src/training/engines/tensorflow/tensorflowEngine.ts';
import { tensorflowForTests } from '../../../../support/tensorflow.ts';

const { library, missing } = tensorflowForTests();
const ADAM = { kind: 'adam', beta1: 0.9, beta2: 0.99, epsilon: 1e-8 } as const;
const GRAPH: TrainingGraphOptions = { batch: 8, timeSteps: 16, loss: 'every', clip: 1, optimizer: ADAM };
const RATE = 1e-3;

function optionsOf(shape: NetworkShape, graph: Partial<TrainingGraphOptions> = {}): EngineOptions {
  return { shape, graph: { ...GRAPH, ...graph }, threads: 2, parameters: initialParameters(shape, 1), seed: 5 };
}

/** Text with something to learn: each id follows from the one before, mostly. */
function batchesFor({ shape, graph }: EngineOptions, count: number, seed = 7): Batch[] {
  const uniform = random(seed);
  const follow = (id: number) =>
    uniform() < 0.8 ? (3 * id + 1) % shape.vocabulary : Math.floor(uniform() * shape.vocabulary);
  return Array.from({ length: count }, () => {
    const { batch, timeSteps, loss } = graph;
    const inputs = new Int32Array(timeSteps * batch);
    const next = new Int32Array(timeSteps * batch);
    for (let lane = 0; lane < batch; lane++) {
      let id = Math.floor(uniform() * shape.vocabulary);
      for (let t = 0; t < timeSteps; t++) {
        inputs[t * batch + lane] = id;
        id = follow(id);
        next[t * batch + lane] = id;
      }
    }
    return { inputs, targets: loss === 'every' ? next : next.slice(-batch) };
  });
}

async function lossesOf(engine: TrainingEngine, batches: readonly Batch[]): Promise<number[]> {
  const losses: number[] = [];
  for (let i = 0; i < batches.length; i += 4) {
    const some = batches.slice(i, i + 4);
    losses.push(
      ...(
        await engine.steps(
          some,
          some.map(() => RATE),
        )
      ).losses,
    );
  }
  return losses;
}

/** ‖a − b‖ ÷ ‖b‖ of each parameter tensor; the largest. */
function largestDistance(shape: NetworkShape, a: Float32Array, b: Float32Array): number {
  return Math.max(
    ...parameterSlots(shape).map((slot) => {
      const [x, y] = [slotView(a, slot), slotView(b, slot)];
      return Math.hypot(...x.map((value, i) => value - y[i]!)) / Math.hypot(...y);
    }),
  );
}

const largestDifference = (a: readonly number[], b: readonly number[]) =>
  Math.max(...a.map((x, i) => Math.abs(x - b[i]!)));

describe.skipIf(missing)(`The TensorFlow engine${missing}`, () => {
  const both = async (
    options: EngineOptions,
    use: (tensorflow: TrainingEngine, onnx: TrainingEngine) => Promise<void>,
    kernels?: Kernels,
  ) => {
    const tensorflow = await TensorflowEngine.create(options, library, kernels);
    const onnx = await OnnxEngine.create(options);
    try {
      await use(tensorflow, onnx);
    } finally {
      await tensorflow.dispose();
      await onnx.dispose();
    }
  };

  const withoutCudnn = missing || library.device === 'gpu' ? '' : ' (skipped: there is no NVIDIA GPU with CUDA)';

  describe.each<[Kernels, string]>([
    ['block', ''],
    ['stepwise', ''],
    ['cudnn', withoutCudnn],
  ])('with kernels %s%s', (kernels, without) => {
    beforeEach(({ skip }) => skip(without !== '', without));

    it.each([
      ['one layer', { layers: 1, hidden: 24, vocabulary: 40 }, {}],
      ['two layers', { layers: 2, hidden: 24, vocabulary: 40 }, {}],
      ['three layers', { layers: 3, hidden: 16, vocabulary: 40 }, {}],
      ['many characters', { layers: 1, hidden: 16, vocabulary: 600 }, {}],
      ['one time step', { layers: 2, hidden: 8, vocabulary: 10 }, { timeSteps: 1 }],
      [
        'the classic recipe',
        { layers: 1, hidden: 24, vocabulary: 40 },
        { loss: 'last', clip: null, optimizer: { kind: 'rmsprop', rho: 0.9, epsilon: 1e-7, epsilonInsideSqrt: true } },
      ],
      [
        "PyTorch's RMSprop",
        { layers: 1, hidden: 24, vocabulary: 40 },
        { optimizer: { kind: 'rmsprop', rho: 0.99, epsilon: 1e-6, epsilonInsideSqrt: false } },
      ],
      ['dropout', { layers: 1, hidden: 24, vocabulary: 40 }, { dropout: 0.2 }],
      ['dropout, last step only', { layers: 2, hidden: 24, vocabulary: 40 }, { dropout: 0.2, loss: 'last' }],
    ] as const satisfies readonly (readonly [string, NetworkShape, Partial<TrainingGraphOptions>])[])(
      'learns as the ONNX engine does: %s',
      async (_, shape, graph) => {
        const options = optionsOf(shape, graph);
        const batches = batchesFor(options, 100);
        await both(
          options,
          async (tensorflow, onnx) => {
            const [theirs, ours] = [await lossesOf(tensorflow, batches), await lossesOf(onnx, batches)];
            expect(ours.at(-1)!).toBeLessThan(ours[0]!);
            expect(largestDifference(theirs, ours)).toBeLessThan(1e-4);
            const [a, b] = [await tensorflow.snapshot(), await onnx.snapshot()];
            expect(largestDistance(shape, a.parameters, b.parameters)).toBeLessThan(1e-3);
            expect(largestDifference([...a.hidden], [...b.hidden])).toBeLessThan(1e-3);
            expect(largestDifference([...a.cell], [...b.cell])).toBeLessThan(1e-3);
          },
          kernels,
        );
      },
    );
  });

  it('goes on where the other engine was', async () => {
    const options = optionsOf({ layers: 2, hidden: 24, vocabulary: 40 }, { dropout: 0.1 });
    const [first, second] = [batchesFor(options, 20), batchesFor(options, 20, 8)];
    await both(options, async (tensorflow, onnx) => {
      await lossesOf(onnx, first);
      tensorflow.restore(await onnx.snapshot());
      const expected = await lossesOf(onnx, second);
      expect(largestDifference(await lossesOf(tensorflow, second), expected)).toBeLessThan(1e-5);
      await lossesOf(tensorflow, first);
      onnx.restore(await tensorflow.snapshot());
      expect(largestDifference(await lossesOf(onnx, second), await lossesOf(tensorflow, second))).toBeLessThan(1e-5);
    });
  });

  it('gives back exactly what it was given', async () => {
    const options = optionsOf({ layers: 2, hidden: 24, vocabulary: 40 });
    await both(options, async (tensorflow, onnx) => {
      expect(await tensorflow.snapshot()).toEqual(await onnx.snapshot());
      await lossesOf(onnx, batchesFor(options, 4));
      tensorflow.restore(await onnx.snapshot());
      expect(await tensorflow.snapshot()).toEqual(await onnx.snapshot());
      for (const engine of [tensorflow, onnx]) engine.resetState();
      expect(await tensorflow.snapshot()).toEqual(await onnx.snapshot());
    });
  });

  it('keeps no tensor of a thousand steps, nor anything after its end', async () => {
    const before = library.tf.memory().numTensors;
    const options = optionsOf({ layers: 2, hidden: 8, vocabulary: 10 }, { batch: 2, timeSteps: 4, dropout: 0.1 });
    for (const kernels of ['block', 'stepwise'] as const) {
      const engine = await TensorflowEngine.create(options, library, kernels);
      const batches = batchesFor(options, 4);
      await lossesOf(engine, batches);
      const [tensors, buffers] = [library.tf.memory().numTensors, library.tf.memory().numDataBuffers];
      for (let i = 0; i < 250; i++) await lossesOf(engine, batches);
      engine.resetState();
      engine.restore(await engine.snapshot());
      expect(library.tf.memory().numTensors).toBe(tensors);
      expect(library.tf.memory().numDataBuffers).toBe(buffers);
      await engine.dispose();
      expect(library.tf.memory().numTensors).toBe(before);
    }
  });

  it('refuses parameters of another network', async () => {
    const options = optionsOf({ layers: 1, hidden: 8, vocabulary: 10 });
    const wrong = { ...options, parameters: new Float32Array(3) };
    await expect(TensorflowEngine.create(wrong, library)).rejects.toThrow(/parameters, not 3/);
  });
});
