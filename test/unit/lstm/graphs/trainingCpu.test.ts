import { describe, expect, it } from 'vitest';
import { dropoutMask } from '../../../../src/lstm/dropout.ts';
import { buildCpuTrainingGraph } from '../../../../src/lstm/graphs/trainingCpu.ts';
import { parameterCount, parameterSlots, slotView } from '../../../../src/lstm/network.ts';
import { stepScalars } from '../../../../src/lstm/optimizer.ts';
import type { NetworkShape, OptimizerOptions, TrainingGraphOptions } from '../../../../src/protocol/trainerState.ts';
import { OnnxEngine } from '../../../../src/training/engines/onnxEngine.ts';
import { naivePass } from '../../../support/naiveLoss.ts';
import {
  flatParameters,
  floats,
  integers,
  largestDifference,
  randomFloats,
  randomIds,
  randomParameters,
  readFixture,
  runGraph,
} from '../../../support/numerics.ts';

const adam: OptimizerOptions = { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

/** Vocabularies on both sides of the limit up to which characters enter as one-hot columns. */
const vocabularies = [
  ['one-hot characters', 6],
  ['looked-up characters', 257],
] as const;

describe('the gradient of the training graph', () => {
  for (const [kind, vocabulary] of vocabularies) {
    for (const layers of [1, 2, 3]) {
      for (const loss of ['every', 'last'] as const) {
        it(`equals finite differences in every parameter: ${kind}, ${layers} layers, loss on ${loss} step`, async () => {
          const shape = { vocabulary, hidden: 3, layers };
          const [batch, timeSteps] = [3, 5];
          await expectTrueGradient(shape, { batch, timeSteps, loss, optimizer: adam, clip: null });
        });
      }
    }
    for (const [batch, timeSteps] of [
      [1, 1],
      [1, 4],
      [4, 1],
    ] as const) {
      for (const loss of ['every', 'last'] as const) {
        it(`equals finite differences at the edges: ${kind}, batch ${batch}, ${timeSteps} steps, loss on ${loss}`, async () => {
          const shape = { vocabulary, hidden: 3, layers: 2 };
          await expectTrueGradient(shape, { batch, timeSteps, loss, optimizer: adam, clip: null });
        });
      }
    }
    for (const [layers, timeSteps] of [
      [1, 5],
      [2, 5],
      [2, 1],
    ] as const) {
      for (const loss of ['every', 'last'] as const) {
        it(`equals finite differences with dropout: ${kind}, ${layers} layers, ${timeSteps} steps, loss on ${loss}`, async () => {
          const shape = { vocabulary, hidden: 3, layers };
          await expectTrueGradient(shape, { batch: 3, timeSteps, loss, optimizer: adam, clip: null, dropout: 0.4 });
        });
      }
    }
  }
});

interface TrainingFixture {
  readonly hyperparameters: NetworkShape & Pick<TrainingGraphOptions, 'batch' | 'timeSteps' | 'loss'>;
  readonly optimizer: OptimizerOptions & { readonly learningRate: number; readonly clip: number | null };
  readonly carriedState: boolean;
  readonly parameters: Readonly<Record<string, number[]>>;
  /** Ids [timeSteps][batch]; targets [batch] for loss on the last step. */
  readonly batches: readonly { readonly inputs: number[][]; readonly targets: number[][] | number[] }[];
  readonly losses: readonly number[];
  readonly gradientNorms: readonly number[];
  readonly firstGradients: Readonly<Record<string, number[]>>;
  readonly finalParameters: Readonly<Record<string, number[]>>;
  /** [layers, batch, hidden] */
  readonly finalState: { readonly hidden: number[]; readonly cell: number[] };
}

/** One sequence from zero state, and what happened in it. */
/** Against float64; what rounding to float32 costs was measured as 3e-7. */
const TOLERANCE = 1e-5;

describe.each([
  ['torch-adam', "PyTorch's nn.LSTM and Adam"],
  ['torch-adam-clip', "PyTorch's nn.LSTM, Adam and clip_grad_norm_"],
  ['torch-rmsprop', "PyTorch's nn.LSTM and RMSprop"],
  ['keras-rmsprop', "Keras's LSTM and RMSprop, loss on the last step"],
  ['keras-rmsprop-every', "Keras's LSTM and RMSprop, loss on every step"],
])('%s', (name, reference) => {
  const fixture = readFixture<TrainingFixture>(`${name}.json`);
  const { hyperparameters: shape, optimizer } = fixture;
  const options: TrainingGraphOptions = { ...shape, optimizer, clip: optimizer.clip };
  const parameters = flatParameters(shape, fixture.parameters);
  const batches = fixture.batches.map(({ inputs, targets }) => ({
    inputs: Int32Array.from(inputs.flat()),
    targets: Int32Array.from(targets.flat()),
  }));

  it(`first gradient equals that of ${reference}`, async () => {
    const state = new Float32Array(shape.layers * shape.hidden * shape.batch);
    const { gradient } = await trainingStep(shape, options, parameters, { hidden: state, cell: state, ...batches[0]! });
    for (const slot of parameterSlots(shape)) {
      const expected = fixture.firstGradients[slot.name]!;
      expect(largestDifference(slotView(gradient!, slot), expected), slot.name).toBeLessThan(1e-6);
    }
  });

  it(`20 steps equal those of ${reference}`, async () => {
    const engine = await OnnxEngine.create({ shape, graph: options, threads: 1, parameters });
    const losses: number[] = [];
    const gradientNorms: number[] = [];
    for (const batch of batches) {
      if (!fixture.carriedState) engine.resetState();
      const result = await engine.steps([batch], [optimizer.learningRate]);
      losses.push(...result.losses);
      gradientNorms.push(...result.gradientNorms);
    }
    const snapshot = await engine.snapshot();
    await engine.dispose();

    expect(losses).toHaveLength(20);
    expect(largestDifference(losses, fixture.losses), 'losses').toBeLessThan(TOLERANCE);
    expect(largestDifference(gradientNorms, fixture.gradientNorms), 'norms').toBeLessThan(TOLERANCE);
    for (const slot of parameterSlots(shape)) {
      const expected = fixture.finalParameters[slot.name]!;
      expect(largestDifference(slotView(snapshot.parameters, slot), expected), slot.name).toBeLessThan(TOLERANCE);
    }
    for (const part of ['hidden', 'cell'] as const) {
      const expected = unitsFirst(fixture.finalState[part], shape);
      expect(largestDifference(snapshot[part], expected), part).toBeLessThan(TOLERANCE);
    }
  });
});

interface DropoutFixture {
  readonly hyperparameters: NetworkShape &
    Pick<TrainingGraphOptions, 'batch' | 'timeSteps' | 'loss'> & { readonly dropout: number };
  readonly parameters: Readonly<Record<string, number[]>>;
  /** [hidden][batch] */
  readonly mask: readonly number[][];
  /** Ids [timeSteps][batch]. */
  readonly inputs: number[][];
  readonly targets: number[][];
  readonly loss: number;
  readonly gradients: Readonly<Record<string, number[]>>;
}

describe('dropout', () => {
  it("gives the loss and gradient of PyTorch's nn.LSTM with the same mask", async () => {
    const fixture = readFixture<DropoutFixture>('torch-dropout.json');
    const { hyperparameters: shape } = fixture;
    const state = new Float32Array(shape.layers * shape.hidden * shape.batch);
    const { loss, gradient } = await trainingStep(
      shape,
      { ...shape, optimizer: adam, clip: null },
      flatParameters(shape, fixture.parameters),
      {
        inputs: Int32Array.from(fixture.inputs.flat()),
        targets: Int32Array.from(fixture.targets.flat()),
        hidden: state,
        cell: state,
        mask: Float32Array.from(fixture.mask.flat()),
      },
    );
    expect(largestDifference(loss!, [fixture.loss])).toBeLessThan(1e-6);
    for (const slot of parameterSlots(shape)) {
      const expected = fixture.gradients[slot.name]!;
      expect(largestDifference(slotView(gradient!, slot), expected), slot.name).toBeLessThan(1e-6);
    }
  });

  it.each(['every', 'last'] as const)('of 0 leaves the graph as it is, with loss on %s step', (loss) => {
    const shape = { vocabulary: 6, hidden: 3, layers: 2 };
    const options: TrainingGraphOptions = { batch: 3, timeSteps: 5, loss, optimizer: adam, clip: 1 };
    const graph = buildCpuTrainingGraph(shape, options);
    expect(buildCpuTrainingGraph(shape, { ...options, dropout: 0 })).toEqual(graph);
    expect(buildCpuTrainingGraph(shape, { ...options, dropout: 0.1 })).not.toEqual(graph);
  });
});

/**
 * Holds the graph's loss, gradient norm, states and gradient against float64: the naive loss and its central
 * differences, which are true to about 1e-10. The graph's float32 is true to about 1e-6 of a tensor's largest gradient.
 */
async function expectTrueGradient(shape: NetworkShape, options: TrainingGraphOptions): Promise<void> {
  const { batch, timeSteps, loss, dropout } = options;
  const parameters = randomParameters(shape, 3);
  const text = {
    ...randomText(shape, batch, timeSteps),
    ...(dropout ? { mask: dropoutMask(shape.hidden, batch, dropout, 8, 1) } : {}),
  };
  const targets = loss === 'every' ? text.targets : text.targets.slice(-batch);
  const actual = await trainingStep(shape, options, parameters, { ...text, targets });

  const meanLoss = (at: Float64Array) => {
    const { losses } = naivePass(shape, at, text);
    return mean(loss === 'every' ? losses : losses.slice(-batch));
  };
  const exact = Float64Array.from(parameters);
  const gradient = centralDifferences(meanLoss, exact);
  expect(largestDifference(actual['loss']!, [meanLoss(exact)])).toBeLessThan(1e-5);
  expect(largestDifference(actual['gradientNorm']!, [Math.hypot(...gradient)])).toBeLessThan(1e-5);
  const { hidden, cell } = naivePass(shape, exact, text);
  expect(largestDifference(actual['nextHidden']!, hidden)).toBeLessThan(1e-6);
  expect(largestDifference(actual['nextCell']!, cell)).toBeLessThan(1e-6);
  for (const slot of parameterSlots(shape)) {
    const expected = gradient.subarray(slot.offset, slot.offset + slot.size);
    const scale = largestDifference(expected, new Float64Array(slot.size));
    expect(scale, `${slot.name} has a gradient`).toBeGreaterThan(1e-4);
    expect(largestDifference(slotView(actual['gradient']!, slot), expected) / scale, slot.name).toBeLessThan(1e-4);
  }
}

/** (f(x + ε) − f(x − ε)) / 2ε in every coordinate. */
function centralDifferences(f: (x: Float64Array) => number, x: Float64Array): Float64Array {
  const epsilon = 1e-5;
  return x.map((value, index) => {
    const at = (moved: number) => {
      x[index] = moved;
      return f(x);
    };
    const difference = (at(value + epsilon) - at(value - epsilon)) / (2 * epsilon);
    x[index] = value;
    return difference;
  });
}

function trainingStep(
  shape: NetworkShape,
  options: TrainingGraphOptions,
  parameters: Float32Array,
  text: {
    inputs: Int32Array;
    targets: Int32Array;
    hidden: Float32Array;
    cell: Float32Array;
    mask?: Float32Array;
  },
): Promise<Record<string, Float32Array>> {
  const { batch, timeSteps, optimizer, loss } = options;
  const P = parameterCount(shape);
  const states = [shape.layers, shape.hidden, batch];
  return runGraph(buildCpuTrainingGraph(shape, options, { exposeGradient: true }), {
    parameters: floats(parameters, P),
    ...(optimizer.kind === 'adam' ? { moment1: floats(new Float32Array(P), P) } : {}),
    moment2: floats(new Float32Array(P), P),
    hidden: floats(text.hidden, ...states),
    cell: floats(text.cell, ...states),
    inputs: integers(text.inputs, timeSteps, batch),
    targets: integers(text.targets, ...(loss === 'every' ? [timeSteps, batch] : [batch])),
    step: floats(stepScalars(optimizer, 1e-3, 1), 2),
    ...(text.mask === undefined ? {} : { mask: floats(text.mask, shape.hidden, batch) }),
  });
}

/** Characters and a state that is not zero. */
function randomText(shape: NetworkShape, batch: number, timeSteps: number) {
  const count = shape.layers * shape.hidden * batch;
  return {
    batch,
    timeSteps,
    inputs: randomIds(timeSteps * batch, shape.vocabulary, 4),
    targets: randomIds(timeSteps * batch, shape.vocabulary, 5),
    hidden: randomFloats(count, 1, 6),
    cell: randomFloats(count, 2, 7),
  };
}

/** [layers, batch, hidden] → [layers, hidden, batch] */
function unitsFirst(states: readonly number[], { hidden, batch }: { hidden: number; batch: number }): number[] {
  return states.map((_, index) => {
    const [layer, unit, lane] = [
      Math.floor(index / (hidden * batch)),
      Math.floor(index / batch) % hidden,
      index % batch,
    ];
    return states[(layer * batch + lane) * hidden + unit]!;
  });
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
