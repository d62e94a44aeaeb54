import { initialParameters } from '../lstm/initialise.ts';
import type { TrainingOptions } from './events.ts';
import { OnnxEngine } from './onnxEngine.ts';
import { planOf } from './plan.ts';

export interface Size {
  readonly hidden: number;
  readonly layers: number;
}

/** Hidden sizes that are tried, with the characters each needs to see before it overtakes the one before it. */
const CANDIDATES = [
  { hidden: 128, charactersNeeded: 0 },
  { hidden: 256, charactersNeeded: 600_000 },
  { hidden: 512, charactersNeeded: 5_000_000 },
] as const;

const TIMED_STEPS = 2;

/**
 * Chooses the network that will have learnt most when the budget is used up: the widest one that, at the speed measured
 * on this machine, still sees enough characters. A wider network learns more from each character and is slower; how
 * many characters it takes to overtake the narrower one was measured (docs/experiments.md).
 */
export async function chooseSize(options: TrainingOptions, vocabulary: number, trainCharacters: number): Promise<Size> {
  const size = (hidden: number): Size => ({ hidden, layers: options.layers ?? 1 });
  if (options.hidden !== undefined || options.recipe === 'classic') return size(options.hidden ?? 128);
  for (const { hidden, charactersNeeded } of [...CANDIDATES].reverse()) {
    if (charactersNeeded === 0) return size(hidden);
    const characters =
      'epochs' in options.budget
        ? options.budget.epochs * trainCharacters
        : options.budget.minutes * 60 * (await measureSpeed(options, vocabulary, trainCharacters, size(hidden)));
    if (characters >= charactersNeeded) return size(hidden);
  }
  return size(CANDIDATES[0].hidden);
}

/** Characters per second of a few training steps on made-up text. */
async function measureSpeed(
  options: TrainingOptions,
  vocabulary: number,
  trainCharacters: number,
  size: Size,
): Promise<number> {
  const { shape, graph, learningRate } = planOf(options, vocabulary, trainCharacters, size);
  const engine = await OnnxEngine.create({
    shape,
    graph,
    evaluation: { batch: 1, timeSteps: 1 },
    threads: options.threads,
    parameters: initialParameters(shape, 0),
  });
  try {
    const positions = graph.batch * graph.timeSteps;
    const ids = Int32Array.from({ length: positions }, (_, i) => (i * 7) % vocabulary);
    const step = () => engine.steps([{ inputs: ids, targets: ids }], [learningRate]);
    await step(); // the first one fills caches
    const start = performance.now();
    for (let i = 0; i < TIMED_STEPS; i++) await step();
    return (TIMED_STEPS * positions * 1000) / (performance.now() - start);
  } finally {
    await engine.dispose();
  }
}
