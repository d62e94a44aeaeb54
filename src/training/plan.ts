import trainingDefaults from '../../interop/pytorch/trainingDefaults.json' with { type: 'json' };
import type { ModelCard } from '../protocol/modelCard.ts';
import type { NetworkShape, Plan } from '../protocol/trainerState.ts';
import type { TrainingOptions } from '../protocol/training.ts';

export interface Size {
  readonly hidden: number;
  readonly layers: number;
  /** How often such a network reads all the text within the budget, as far as is known. */
  readonly epochs?: number;
}

/** The tutorial's numbers. Source: keras-team/keras-io, `lstm_character_level_text_generation`. */
export const CLASSIC = {
  hidden: 128,
  layers: 1,
  batch: 128,
  maxlen: 40,
  stride: 3,
  learningRate: 0.01,
  epochs: 10,
} as const;

/** Decides a run from its options, with the size that was chosen where none was asked for. */
export function planOf(options: TrainingOptions, vocabulary: number, trainCharacters: number, chosen: Size): Plan {
  const { recipe, budget, seed } = options;
  const hidden = options.hidden ?? (recipe === 'classic' ? CLASSIC.hidden : chosen.hidden);
  const layers = options.layers ?? (recipe === 'classic' ? CLASSIC.layers : chosen.layers);
  const shape: NetworkShape = { vocabulary, hidden, layers };
  if (recipe === 'classic') {
    const context = options.timeSteps ?? CLASSIC.maxlen;
    return {
      recipe,
      shape,
      graph: {
        batch: options.batch ?? CLASSIC.batch,
        timeSteps: context,
        loss: 'last',
        clip: null,
        dropout: options.dropout ?? 0,
        optimizer: { kind: 'rmsprop', rho: 0.9, epsilon: 1e-7, epsilonInsideSqrt: true },
      },
      learningRate: options.learningRate ?? CLASSIC.learningRate,
      schedule: 'constant',
      budget,
      context,
      seed,
    };
  }
  const timeSteps = options.timeSteps ?? trainingDefaults.timeSteps;
  return {
    recipe,
    shape,
    graph: {
      batch: options.batch ?? defaultBatch(trainCharacters, timeSteps),
      timeSteps,
      loss: 'every',
      clip: trainingDefaults.clip,
      dropout: options.dropout ?? defaultDropout(chosen.epochs ?? 0, hidden),
      optimizer: { kind: 'adam', ...trainingDefaults.adam },
    },
    learningRate: options.learningRate ?? defaultLearningRate(hidden),
    schedule: 'warm-up-cosine',
    budget,
    context: null,
    seed,
  };
}

/** To train an exported model further: a warm restart at half the learning rate. */
export function continuingPlan(card: ModelCard, options: TrainingOptions, trainCharacters: number): Plan {
  const { recipe, vocabulary, hidden, layers, context, dropout } = card.hyperparameters;
  const given = { ...options, recipe, hidden, layers, dropout, ...(context === null ? {} : { timeSteps: context }) };
  const plan = planOf(given, vocabulary, trainCharacters, { hidden, layers });
  return { ...plan, learningRate: plan.learningRate / 2 };
}

/** Fewer streams for little text, so that an epoch has at least some steps. */
function defaultBatch(trainCharacters: number, timeSteps: number): number {
  const { inkling, least, stepsPerEpoch } = trainingDefaults.batch;
  const fitting = Math.floor(trainCharacters / (stepsPerEpoch * timeSteps));
  return Math.max(least, Math.min(inkling, fitting));
}

/**
 * The rate of the last entry that a run comes up to: the more often text is read, and the wider the network, the more is
 * learnt by heart (docs/experiments.md).
 */
function defaultDropout(epochs: number, hidden: number): number {
  const entries = trainingDefaults.dropout;
  return entries.findLast(({ fromEpochs, fromHidden }) => epochs >= fromEpochs && hidden >= fromHidden)?.rate ?? 0;
}

/** Wider networks want smaller steps: see docs/experiments.md. */
function defaultLearningRate(hidden: number): number {
  const { highest, atReference, referenceHidden } = trainingDefaults.learningRate;
  return Math.min(highest, atReference * Math.sqrt(referenceHidden / hidden));
}
