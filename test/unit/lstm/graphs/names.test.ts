import { describe, expect, it } from 'vitest';
import { buildInferenceGraph } from '../../../../src/lstm/graphs/inference.ts';
import { buildInspectionGraph } from '../../../../src/lstm/graphs/inspection.ts';
import { buildReadingGraph } from '../../../../src/lstm/graphs/reading.ts';
import { buildCpuTrainingGraph } from '../../../../src/lstm/graphs/trainingCpu.ts';
import { buildGpuTrainingGraph } from '../../../../src/lstm/graphs/trainingGpu.ts';
import { parameterCount } from '../../../../src/lstm/network.ts';
import { readModel } from '../../../../src/onnx/model.ts';
import { randomModel } from '../../../support/models.ts';

const SHAPE = { vocabulary: 40, hidden: 6, layers: 2 };
const OPTIONS = {
  batch: 2,
  timeSteps: 3,
  loss: 'every',
  clip: 1,
  optimizer: { kind: 'adam', beta1: 0.9, beta2: 0.99, epsilon: 1e-8 },
} as const;
const zeros = new Float32Array(parameterCount(SHAPE));

describe('graphs that are handed to ONNX Runtime', () => {
  it.each([
    ['to complete', buildInferenceGraph(SHAPE, zeros)],
    ['to inspect', buildInspectionGraph(SHAPE, zeros)],
    ['to train', buildCpuTrainingGraph(SHAPE, OPTIONS)],
    ['to train on a GPU', buildGpuTrainingGraph(SHAPE, OPTIONS)],
    ['to read from a GPU', buildReadingGraph([['parameters', [4]]])],
  ])('say nothing of whose they are: %s', (_, graph) => {
    expect([...readModel(graph).metadata]).toEqual([]);
    // All text in it: names of operators and values.
    const text = Buffer.from(graph)
      .toString('latin1')
      .match(/[\x20-\x7e]{5,}/g)!;
    expect(text.some((one) => one.startsWith('inkling'))).toBe(true);
    expect(text.filter((one) => /[/\\](home|Users|tmp)[/\\]|\.onnx|\.safetensors/.test(one))).toEqual([]);
  });

  it('are not the exported one, which has its card in its metadata', () => {
    expect([...readModel(randomModel(SHAPE).bytes).metadata.keys()]).toContain('vocabulary');
  });
});
