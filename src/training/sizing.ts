import type { TrainingOptions } from './events.ts';
import { planOf } from './plan.ts';
import type { Speeds } from './speeds.ts';

export interface Size {
  readonly hidden: number;
  readonly layers: number;
}

/**
 * Hidden sizes that are tried, with what each needs before it overtakes the one before it: characters to be trained on,
 * and how often all the text is read. Much text read once asks less of a network than little text read often.
 */
const CANDIDATES = [
  { hidden: 128, charactersNeeded: 0, epochsNeeded: 0 },
  { hidden: 256, charactersNeeded: 600_000, epochsNeeded: 0.5 },
  { hidden: 512, charactersNeeded: 2_500_000, epochsNeeded: 1.8 },
] as const;

/**
 * Chooses the network that will have learnt most when the budget is used up: the widest one that, at the speed of this
 * machine, still sees enough characters. A wider network learns more from each character and is slower; how many
 * characters it takes to overtake the narrower one was measured (docs/experiments.md). Beyond 512 units, completion
 * would no longer keep up with typing.
 */
export async function chooseSize(
  options: TrainingOptions,
  vocabulary: number,
  trainCharacters: number,
  speeds: Pick<Speeds, 'of'>,
): Promise<Size> {
  const layers = options.layers ?? 1;
  if (options.hidden !== undefined || options.recipe === 'classic') return { hidden: options.hidden ?? 128, layers };
  const seen = async (hidden: number): Promise<number> => {
    if ('epochs' in options.budget) return options.budget.epochs * trainCharacters;
    const plan = planOf(options, vocabulary, trainCharacters, { hidden, layers });
    return options.budget.minutes * 60 * (await speeds.of(plan));
  };
  let chosen: number = CANDIDATES[0].hidden;
  for (const { hidden, charactersNeeded, epochsNeeded } of CANDIDATES) {
    const needed = Math.max(charactersNeeded, epochsNeeded * trainCharacters);
    if ((await seen(hidden)) >= needed) chosen = hidden;
  }
  return { hidden: chosen, layers };
}
