import trainingDefaults from '../../interop/pytorch/trainingDefaults.json' with { type: 'json' };
import type { TrainingOptions } from '../protocol/training.ts';
import type { Speeds } from './engines/speeds.ts';
import { CLASSIC, planOf, type Size } from './plan.ts';

/**
 * Hidden sizes that are tried, with what each needs before it overtakes the one before it: characters to be trained on,
 * and how often all the text is read. Much text read once asks less of a network than little text read often.
 */
const CANDIDATES = trainingDefaults.sizing;

/**
 * Chooses the network that will have learnt most when the budget is used up: the widest one that, at the speed of this
 * machine, still sees enough characters. A wider network learns more from each character and is slower; how many
 * characters it takes to overtake the narrower one was measured (docs/experiments.md). Beyond 512 units, completion
 * would no longer keep up with typing. Where the width is asked for, only the epochs are worked out.
 */
export async function chooseSize(
  options: TrainingOptions,
  vocabulary: number,
  trainCharacters: number,
  speeds: Pick<Speeds, 'of'>,
): Promise<Size> {
  const layers = options.layers ?? trainingDefaults.network.layers;
  if (options.recipe === 'classic') return { hidden: options.hidden ?? CLASSIC.hidden, layers };
  const sizeOf = async (hidden: number) => {
    if ('epochs' in options.budget) return { hidden, layers, epochs: options.budget.epochs };
    const plan = planOf({ ...options, hidden }, vocabulary, trainCharacters, { hidden, layers });
    return { hidden, layers, epochs: (options.budget.minutes * 60 * (await speeds.of(plan))) / trainCharacters };
  };
  let chosen = await sizeOf(CANDIDATES[0]!.hidden); // tells, too, how long timing a larger one would take
  if (options.hidden !== undefined) return sizeOf(options.hidden);
  for (const { hidden, charactersNeeded, epochsNeeded } of CANDIDATES) {
    const size = await sizeOf(hidden);
    if (size.epochs >= Math.max(charactersNeeded / trainCharacters, epochsNeeded)) chosen = size;
  }
  return chosen;
}
