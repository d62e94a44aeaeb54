import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Tensor } from 'onnxruntime-node';
import { describe, expect } from 'vitest';
import { buildInferenceGraph } from '../../../../src/lstm/graphs/inference.ts';
import { parameterCount, parameterSlots, slotView } from '../../../../src/lstm/network.ts';
import type { NetworkShape } from '../../../../src/protocol/trainerState.ts';
import { randomModel } from '../../../support/models.ts';
import { naiveLstm } from '../../../support/naiveLstm.ts';
import {
  floats,
  largestDifference,
  randomFloats,
  randomIds,
  randomParameters,
  runGraph,
} from '../../../support/numerics.ts';
import { missingInPython, runInterop } from '../../../support/python.ts';
import { it } from '../../fixtures.ts';

const oneHot = { vocabulary: 12, hidden: 8, layers: 2 };
const lookedUp = { vocabulary: 50, hidden: 8, layers: 2 };

interface Text {
  readonly ids: ArrayLike<number>;
  readonly batch: number;
  readonly hidden?: Float32Array;
  readonly cell?: Float32Array;
}

function feedsOf({ layers, hidden: H }: NetworkShape, { ids, batch, hidden, cell }: Text) {
  const state = (values: Float32Array = new Float32Array(layers * batch * H)) => floats(values, layers, batch, H);
  return {
    ids: new Tensor('int64', BigInt64Array.from(Array.from(ids), BigInt), [ids.length / batch, batch]),
    hidden: state(hidden),
    cell: state(cell),
  };
}

function run(shape: NetworkShape, parameters: Float32Array, text: Text) {
  return runGraph(buildInferenceGraph(shape, parameters), feedsOf(shape, text));
}

describe.each([
  ['one-hot characters', oneHot],
  ['looked-up characters', lookedUp],
  ['one layer', { ...oneHot, layers: 1 }],
  ['three layers', { ...lookedUp, layers: 3 }],
  ['exactly as many characters as gate rows', { ...oneHot, vocabulary: 32 }],
])('the inference graph with %s', (_, shape) => {
  const parameters = randomParameters(shape, 3);

  it('gives the logits and the state of the equations, batch and time being what they are', async () => {
    for (const [timeSteps, batch] of [
      [1, 1],
      [9, 1],
      [1, 4],
      [7, 3],
    ] as const) {
      const ids = randomIds(timeSteps * batch, shape.vocabulary, 5);
      const outputs = await run(shape, parameters, { ids, batch });
      for (let lane = 0; lane < batch; lane++) {
        const steps = naiveLstm(shape, parameters, laneIds(ids, batch, lane));
        for (const [time, { logits }] of steps.entries()) {
          const start = (time * batch + lane) * shape.vocabulary;
          expect(largestDifference(outputs['logits']!.subarray(start, start + logits.length), logits)).toBeLessThan(
            1e-5,
          );
        }
        for (const [layer, { hidden, cell }] of steps.at(-1)!.layers.entries()) {
          const start = (layer * batch + lane) * shape.hidden;
          const part = (values: Float32Array) => values.subarray(start, start + shape.hidden);
          expect(largestDifference(part(outputs['nextHidden']!), hidden)).toBeLessThan(1e-5);
          expect(largestDifference(part(outputs['nextCell']!), cell)).toBeLessThan(1e-5);
        }
      }
    }
  });

  it('goes on from its state as if it had read everything in one run', async () => {
    const batch = 2;
    const ids = randomIds(12 * batch, shape.vocabulary, 8);
    const whole = await run(shape, parameters, { ids, batch });
    const first = await run(shape, parameters, { ids: ids.subarray(0, 5 * batch), batch });
    const rest = await run(shape, parameters, {
      ids: ids.subarray(5 * batch),
      batch,
      hidden: first['nextHidden']!,
      cell: first['nextCell']!,
    });
    const logits = [...first['logits']!, ...rest['logits']!];
    expect(largestDifference(logits, whole['logits']!)).toBeLessThan(1e-6);
    expect(largestDifference(rest['nextCell']!, whole['nextCell']!)).toBeLessThan(1e-6);
  });

  it('reads ids outside the vocabulary as unknown', async () => {
    const outside = await run(shape, parameters, { ids: [3, shape.vocabulary, -1, 1e6, 4], batch: 1 });
    expect(outside).toEqual(await run(shape, parameters, { ids: [3, 0, 0, 0, 4], batch: 1 }));
  });
});

describe('the inference graph', () => {
  it('computes the same whether characters are looked up or one-hot', async () => {
    // Characters that are never read make the vocabulary large; the parameters of the others are the same.
    const small = randomParameters(oneHot, 4);
    const padded = padVocabulary(oneHot, small, lookedUp.vocabulary);
    const ids = randomIds(20, oneHot.vocabulary, 6);
    const [one, other] = [
      await run(oneHot, small, { ids, batch: 1 }),
      await run({ ...oneHot, vocabulary: lookedUp.vocabulary }, padded, { ids, batch: 1 }),
    ];
    expect(largestDifference(other['nextHidden']!, one['nextHidden']!)).toBeLessThan(1e-6);
    for (let time = 0; time < ids.length; time++) {
      const row = one['logits']!.subarray(time * oneHot.vocabulary, (time + 1) * oneHot.vocabulary);
      const start = time * lookedUp.vocabulary;
      const same = other['logits']!.subarray(start, start + oneHot.vocabulary);
      expect(largestDifference(same, row)).toBeLessThan(1e-6);
    }
  });

  it('refuses parameters of another network', () => {
    expect(() => buildInferenceGraph(oneHot, new Float32Array(7))).toThrow(
      `${parameterCount(oneHot)} parameters, not 7`,
    );
  });

  const missing = missingInPython('onnx', 'onnxruntime', 'numpy');
  for (const [kind, shape] of [
    ['one-hot', oneHot],
    ['looked-up', lookedUp],
  ] as const) {
    it.skipIf(missing !== '')(
      `passes the ONNX checker and runs with ${kind} characters in Python with the same numbers${missing}`,
      async ({ folder }) => {
        const [model, expected] = [join(folder, 'model.onnx'), join(folder, 'expected.json')];
        const { bytes, parameters } = randomModel(shape);
        await writeFile(model, bytes);
        await writeFile(expected, JSON.stringify(await expectedOf(shape, parameters)));
        const report = await runInterop<{ checker: string; ops: string[] }>('check_onnx.py', model, expected);
        expect(report.checker).toBe('ok');
        expect(report.ops).toContain('LSTM');
      },
      60_000,
    );
  }
});

/** What Python is to find: a batch of two texts that start from some state, by the naive equations. */
async function expectedOf(shape: NetworkShape, parameters: Float32Array) {
  const [timeSteps, batch] = [6, 2];
  const { layers: L, hidden: H, vocabulary: V } = shape;
  const ids = randomIds(timeSteps * batch, V, 9);
  const hidden = randomFloats(L * batch * H, 0.5, 10);
  const cell = randomFloats(L * batch * H, 0.5, 11);
  const perLayer = (values: Float32Array, lane: number) =>
    Array.from({ length: L }, (_, layer) => [
      ...values.subarray((layer * batch + lane) * H, (layer * batch + lane + 1) * H),
    ]);
  const lanes = [0, 1].map((lane) =>
    naiveLstm(shape, parameters, laneIds(ids, batch, lane), {
      hidden: perLayer(hidden, lane),
      cell: perLayer(cell, lane),
    }),
  );
  const last = (part: 'hidden' | 'cell') =>
    Array.from({ length: L }, (_, layer) => lanes.map((steps) => steps.at(-1)!.layers[layer]![part])).flat(2);
  const states = [L, batch, H];
  return {
    feeds: {
      ids: { type: 'int64', shape: [timeSteps, batch], data: [...ids] },
      hidden: { type: 'float32', shape: states, data: [...hidden] },
      cell: { type: 'float32', shape: states, data: [...cell] },
    },
    outputs: {
      logits: {
        shape: [timeSteps, batch, V],
        data: Array.from({ length: timeSteps }, (_, time) => lanes.map((steps) => steps[time]!.logits)).flat(2),
      },
      nextHidden: { shape: states, data: last('hidden') },
      nextCell: { shape: states, data: last('cell') },
    },
  };
}

function laneIds(ids: ArrayLike<number>, batch: number, lane: number): number[] {
  return Array.from(ids).filter((_, index) => index % batch === lane);
}

/** The same network with characters more, whose parameters are zero. */
function padVocabulary(shape: NetworkShape, parameters: Float32Array, vocabulary: number): Float32Array {
  const larger = { ...shape, vocabulary };
  const padded = new Float32Array(parameterCount(larger));
  const targets = parameterSlots(larger);
  for (const [index, slot] of parameterSlots(shape).entries()) {
    const from = slotView(parameters, slot);
    const to = slotView(padded, targets[index]!);
    if (slot.name !== 'lstm.0.W') to.set(from);
    else
      for (let row = 0; row < slot.shape[0]; row++) {
        to.set(from.subarray(row * shape.vocabulary, (row + 1) * shape.vocabulary), row * vocabulary);
      }
  }
  return padded;
}
