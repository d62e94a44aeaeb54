import { Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { buildInferenceGraph } from '../../../../src/lstm/graphs/inference.ts';
import { buildInspectionGraph } from '../../../../src/lstm/graphs/inspection.ts';
import type { NetworkShape } from '../../../../src/protocol/trainerState.ts';
import { naiveLstm } from '../../../support/naiveLstm.ts';
import {
  flatParameters,
  floats,
  largestDifference,
  randomFloats,
  randomIds,
  randomParameters,
  readFixture,
  runGraph,
} from '../../../support/numerics.ts';

describe.each([1, 2, 3])('the inspection graph of %i layers', (layers) => {
  const shape = { vocabulary: 10, hidden: 6, layers };
  const parameters = randomParameters(shape, 2);
  const ids = randomIds(14, shape.vocabulary, 3);
  const hidden = randomFloats(layers * shape.hidden, 0.5, 4);
  const cell = randomFloats(layers * shape.hidden, 0.5, 5);
  const states = { hidden: floats(hidden, layers, 1, shape.hidden), cell: floats(cell, layers, 1, shape.hidden) };
  const text = BigInt64Array.from([...ids], BigInt);
  const inspect = () =>
    runGraph(buildInspectionGraph(shape, parameters), { ids: new Tensor('int64', text, [text.length]), ...states });

  it('shows the gates, cells and hidden states of the equations computed naively', async () => {
    const outputs = await inspect();
    const perLayer = (values: Float32Array) =>
      Array.from({ length: layers }, (_, layer) => [...values.subarray(layer * 6, (layer + 1) * 6)]);
    const steps = naiveLstm(shape, parameters, ids, { hidden: perLayer(hidden), cell: perLayer(cell) });
    for (let layer = 0; layer < layers; layer++) {
      const expected = steps.map((step) => step.layers[layer]!);
      const gates = expected.flatMap(({ i, o, f, g }) => [...i, ...o, ...f, ...g]);
      expect(largestDifference(outputs[`gates.${layer}`]!, gates)).toBeLessThan(1e-5);
      expect(
        largestDifference(
          outputs[`cell.${layer}`]!,
          expected.flatMap((step) => step.cell),
        ),
      ).toBeLessThan(1e-5);
      expect(
        largestDifference(
          outputs[`hidden.${layer}`]!,
          expected.flatMap((step) => step.hidden),
        ),
      ).toBeLessThan(1e-5);
    }
  });

  it('predicts and ends as the exported model does', async () => {
    const [inspected, exported] = [
      await inspect(),
      await runGraph(buildInferenceGraph(shape, parameters), {
        ids: new Tensor('int64', text, [text.length, 1]),
        ...states,
      }),
    ];
    for (const name of ['logits', 'nextHidden', 'nextCell']) {
      expect(largestDifference(inspected[name]!, exported[name]!)).toBeLessThan(1e-5);
    }
  });
});

interface GatesFixture {
  readonly hyperparameters: NetworkShape & { readonly timeSteps: number };
  readonly parameters: Readonly<Record<string, number[]>>;
  readonly inputs: readonly number[];
  /** Per layer, flat [timeSteps, hidden]. */
  readonly gates: readonly Readonly<Record<'i' | 'f' | 'o' | 'g' | 'cell' | 'hidden', number[]>>[];
  /** [timeSteps, vocabulary] */
  readonly logits: readonly number[];
}

describe('the inspection graph', () => {
  it("shows the gates, cells, hidden states and logits of PyTorch's nn.LSTM", async () => {
    const { hyperparameters: shape, parameters, inputs, gates, logits } = readFixture<GatesFixture>('torch-gates.json');
    const { hidden, layers, timeSteps } = shape;
    const zero = floats(new Float32Array(layers * hidden), layers, 1, hidden);
    const outputs = await runGraph(buildInspectionGraph(shape, flatParameters(shape, parameters)), {
      ids: new Tensor('int64', BigInt64Array.from([...inputs], BigInt), [timeSteps]),
      hidden: zero,
      cell: zero,
    });
    for (const [layer, expected] of gates.entries()) {
      const step = (values: readonly number[], time: number) => values.slice(time * hidden, (time + 1) * hidden);
      const stacked = Array.from({ length: timeSteps }, (_, time) =>
        (['i', 'o', 'f', 'g'] as const).flatMap((gate) => step(expected[gate], time)),
      );
      expect(largestDifference(outputs[`gates.${layer}`]!, stacked.flat())).toBeLessThan(1e-5);
      expect(largestDifference(outputs[`cell.${layer}`]!, expected.cell)).toBeLessThan(1e-5);
      expect(largestDifference(outputs[`hidden.${layer}`]!, expected.hidden)).toBeLessThan(1e-5);
    }
    expect(largestDifference(outputs['logits']!, logits)).toBeLessThan(1e-5);
  });
});
