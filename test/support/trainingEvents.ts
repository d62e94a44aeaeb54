import type { TrainingEvent } from '../../src/protocol/trainingEvents.ts';

type EventOf<T extends TrainingEvent['type']> = Extract<TrainingEvent, { readonly type: T }>;

/** What a made-up training tells at first. Its steps are ten a second, and a hundred an epoch. */
export const START: EventOf<'start'> = {
  type: 'start',
  recipe: 'default',
  engine: 'onnx',
  device: 'cpu',
  threads: 2,
  hidden: 128,
  layers: 1,
  dropout: 0,
  batch: 32,
  timeSteps: 64,
  learningRate: 0.02,
  parameters: 130_000,
  vocabulary: 100,
  trainCharacters: 90_000,
  heldOutCharacters: 10_000,
  resumed: false,
  step: 0,
  epochs: 0,
  elapsedSeconds: 0,
};

export const BASELINES: EventOf<'baselines'> = {
  type: 'baselines',
  uniform: 6.6,
  unigram: 5,
  brotli: 2,
  brotliPart: 1,
};

export function progress(step: number): EventOf<'progress'> {
  return {
    type: 'progress',
    step,
    fraction: step / 1000,
    epochs: step / 100,
    trainBitsPerCharacter: 3,
    learningRate: 0.01,
    gradientNorm: 0.5,
    charactersPerSecond: 30_000,
    elapsedSeconds: step / 10,
    remainingSeconds: 100 - step / 10,
    memory: 2e8,
  };
}

export function evaluation(step: number, bits: number, sample: string = 'const'): EventOf<'evaluation'> {
  const at = { step, epochs: step / 100, elapsedSeconds: step / 10 };
  return { type: 'evaluation', ...at, heldOutBitsPerCharacter: bits, best: true, sample };
}
