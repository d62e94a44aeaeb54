import * as l10n from '@vscode/l10n';
import { UserFacingError } from '../base/errors.ts';
import { accepts } from '../base/schema.ts';
import { type Checkpoint, readCheckpoint } from '../lstm/checkpoint.ts';
import { SPECIAL_IDS } from '../protocol/modelCard.ts';
import { type Plan, TrainerState } from '../protocol/trainerState.ts';
import type { Beginning, TrainingOptions } from '../protocol/training.ts';
import type { EngineSnapshot } from './engines/engine.ts';
import { START } from './trainer.ts';

/** A training to go on with. */
export interface Resumable extends TrainerState {
  readonly snapshot: EngineSnapshot;
  /** The parameters that did best so far, if there was an evaluation. */
  readonly best: Float32Array | undefined;
}

/**
 * Reads a checkpoint to go on from.
 *
 * @throws UserFacingError when there is none, it is damaged, or the options ask for another network than it was begun with
 */
export async function readResumable(
  path: string,
  options: TrainingOptions,
  beginning: Exclude<Beginning, 'new'>,
): Promise<Resumable> {
  const checkpoint = await readCheckpoint(path);
  const state = checkpoint.trainer;
  if (!accepts(TrainerState, state) || !fits(state, checkpoint)) {
    throw new UserFacingError(
      l10n.t('{0} is a checkpoint without the state of a training, so it cannot be resumed.', path),
    );
  }
  refuseOtherPlan(state.plan, options, beginning);
  return {
    ...state,
    plan: { ...state.plan, budget: options.budget },
    snapshot: snapshotOf(checkpoint),
    best: checkpoint.best,
    ...(beginning === 'continue' ? continued(state, checkpoint, options) : {}),
  };
}

/**
 * What differs when a finished network gets another budget: it begins with its best parameters, from the start of the
 * text and of the schedule, which rises to the learning rate asked for, or to half of what it was (a warm restart).
 */
function continued(state: TrainerState, checkpoint: Checkpoint, options: TrainingOptions): Partial<Resumable> {
  const parameters = checkpoint.best ?? checkpoint.parameters;
  const learningRate = options.learningRate ?? state.plan.learningRate / 2;
  return {
    plan: { ...state.plan, budget: options.budget, learningRate },
    progress: START,
    snapshot: { ...snapshotOf(checkpoint), parameters },
    best: undefined,
  };
}

/** Whether a state is that of the network and the optimizer beside it. */
function fits({ plan, vocabulary }: TrainerState, { shape, batch, parameters, moment1, moment2 }: Checkpoint): boolean {
  return (
    plan.shape.vocabulary === shape.vocabulary &&
    plan.shape.hidden === shape.hidden &&
    plan.shape.layers === shape.layers &&
    plan.graph.batch === batch &&
    vocabulary.length + SPECIAL_IDS === shape.vocabulary &&
    moment1.length === (plan.graph.optimizer.kind === 'adam' ? parameters.length : 0) &&
    moment2.length === parameters.length
  );
}

const KEPT = ['recipe', 'hidden', 'layers', 'batch', 'timeSteps', 'learningRate', 'dropout'] as const;

/** A run that is resumed keeps what it was begun with but for its budget, a continued one also but for its learning rate. */
function refuseOtherPlan({ recipe, shape, graph, learningRate }: Plan, options: TrainingOptions, beginning: Beginning) {
  const begun = { recipe, ...shape, dropout: 0, ...graph, learningRate };
  for (const name of KEPT) {
    if (options[name] === undefined || options[name] === begun[name]) continue;
    if (name === 'learningRate' && beginning === 'continue') continue;
    const message = l10n.t(
      'This training was begun with {0} {1} and cannot be resumed with {2}. Keep {1}, or train anew.',
      name,
      begun[name],
      options[name],
    );
    throw new UserFacingError(message, 'usage');
  }
}

function snapshotOf(checkpoint: Checkpoint): EngineSnapshot {
  const { parameters, moment1, moment2, hidden, cell, optimizerSteps } = checkpoint;
  return { parameters, moment1, moment2, hidden, cell, optimizerSteps };
}
