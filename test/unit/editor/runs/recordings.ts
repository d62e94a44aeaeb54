import type { CurvePoint } from '../../../../src/editor/runs/curve.ts';
import type { Evaluation, KeptRun } from '../../../../src/protocol/runs.ts';

/** The id of a made-up run; larger numbers are newer. */
export const idOf = (number: number) => `${20250101000000000 + number * 1000}-00ff`;

export function keptRun(id: string, what: Partial<KeptRun> = {}): KeptRun {
  return {
    id,
    name: 'A run',
    date: '2025-01-01T00:00:00.000Z',
    recipe: 'default',
    hidden: 16,
    layers: 1,
    seconds: 0,
    hyperparameters: {
      batch: 8,
      timeSteps: 32,
      learningRate: 0.01,
      parameters: 1000,
      vocabulary: 50,
      trainCharacters: 9000,
      heldOutCharacters: 1000,
      engine: 'onnx',
      device: 'cpu',
      threads: 1,
      seed: 1,
      minutes: 5,
    },
    corpus: { folders: ['/a'], files: 3, heldOutFiles: 1, bytes: 1, characters: 1, excluded: {}, scrubbed: {} },
    outcome: 'running',
    ...what,
  };
}

export function point(step: number, trainBits = 4): CurvePoint {
  return {
    step,
    seconds: step / 8,
    epochs: step / 128,
    trainBits,
    learningRate: 0.5,
    gradientNorm: 1,
    charactersPerSecond: 1000,
  };
}

export function evaluation(step: number, heldOutBits: number): Evaluation {
  return { step, seconds: step / 8, epochs: step / 128, heldOutBits, isBest: true, sample: `sample ${step}` };
}
