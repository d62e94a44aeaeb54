import * as v from 'valibot';
import { Amount, Finite, listOf, objectOf, wholeNumber, within } from '../base/schema.ts';
import { Recipe } from './modelCard.ts';

const Size = wholeNumber(1);
const Part = within(0, 1);
/** Characters that gradients flow back through: the graph grows with them. */
const LONGEST_WINDOW = 65_536;

/** The shape of a stacked LSTM language model over characters. */
const NetworkShape = objectOf({
  /** Number of character ids, V. */
  vocabulary: Size,
  /** Hidden units per layer, H. */
  hidden: Size,
  /** Number of stacked LSTM layers, L. */
  layers: Size,
});
export type NetworkShape = v.InferOutput<typeof NetworkShape>;

/** Adam: Kingma & Ba, 2015. */
const AdamOptions = objectOf({ kind: v.literal('adam'), beta1: Part, beta2: Part, epsilon: Amount });
export type AdamOptions = v.InferOutput<typeof AdamOptions>;

/** RMSprop: Hinton's lecture 6e. PyTorch adds ε to the root, Keras to what stands under it. */
const RmspropOptions = objectOf({
  kind: v.literal('rmsprop'),
  /** Decay of the mean square, PyTorch's `alpha`, Keras's `rho`. */
  rho: Part,
  epsilon: Amount,
  epsilonInsideSqrt: v.boolean(),
});

const OptimizerOptions = v.variant('kind', [AdamOptions, RmspropOptions]);
export type OptimizerOptions = v.InferOutput<typeof OptimizerOptions>;

/** What a training graph is written for, beside the network's shape. */
const TrainingGraphOptions = objectOf({
  batch: Size,
  timeSteps: wholeNumber(1, LONGEST_WINDOW),
  /** Whether every step's prediction is trained, or only that of the last step. */
  loss: v.picklist(['every', 'last']),
  optimizer: OptimizerOptions,
  /** Bound on the gradient's global norm; null for none. */
  clip: v.nullable(Amount),
  /**
   * Probability that the output layer does not see a hidden unit in a step of training (Srivastava et al., 2014).
   * Default: 0, for which the graph has no mask.
   */
  dropout: v.exactOptional(Part),
});
export type TrainingGraphOptions = v.InferOutput<typeof TrainingGraphOptions>;

export const Budget = v.union([objectOf({ minutes: Amount }), objectOf({ epochs: Amount })]);

/** Everything about a run that is decided before its first step, and kept in its checkpoint. */
const Plan = objectOf({
  recipe: Recipe,
  shape: NetworkShape,
  graph: TrainingGraphOptions,
  /** Highest learning rate of the schedule, or the constant one. */
  learningRate: Amount,
  schedule: v.picklist(['warm-up-cosine', 'constant']),
  budget: Budget,
  /** The model is run from zero state on so many last characters; null: state carried. */
  context: v.nullable(wholeNumber(1, LONGEST_WINDOW)),
  seed: Finite,
});
export type Plan = v.InferOutput<typeof Plan>;

/** Where a run stands, beside what its engine holds. Survives in the checkpoint. */
const Progress = objectOf({
  epoch: wholeNumber(),
  /** Steps taken in this epoch. */
  step: wholeNumber(),
  totalSteps: wholeNumber(),
  /** Characters whose prediction was trained. */
  characters: Amount,
  /** Seconds spent, over all the sittings of the run. */
  seconds: Amount,
  /** Held-out bits per character of the best model; null before the first evaluation. */
  best: v.nullable(Finite),
  /** Evaluations since the best one. */
  sinceBest: wholeNumber(),
  evaluations: wholeNumber(),
  /** Learning rates are multiplied by this; halved at every rollback. */
  learningRateScale: Amount,
  rollbacks: wholeNumber(),
});
export type Progress = v.InferOutput<typeof Progress>;

/** What a checkpoint keeps beside tensors. */
export const TrainerState = objectOf({
  plan: Plan,
  vocabulary: listOf(v.string()),
  progress: Progress,
});
export type TrainerState = v.InferOutput<typeof TrainerState>;
