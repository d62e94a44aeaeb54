import * as vscode from 'vscode';
import type { Phase, RunCommand, ServingModel, State } from '../../dashboard/messages.ts';
import { writtenBy } from '../../lstm/cardText.ts';
import { describeOrigin, type ModelState } from '../models/models.ts';
import { trainingOptions } from '../settings/settings.ts';
import type { TrainingController } from '../training/trainingController.ts';
import { describe, type StatusInput } from '../views/statusBar.ts';

/** What the page of the dashboard is to show of it all. */
export function pageState(
  training: TrainingController,
  known: StatusInput,
  completionsEnabled: boolean,
  surpriseShown: boolean,
): State {
  const { model } = known;
  const phase = phaseOf(training, known);
  const sentence = training.failure ?? describe(training.state, known, completionsEnabled);
  const { running } = training;
  return {
    phase,
    sentence: `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}`,
    isWarning: known.problem !== undefined && training.failure === undefined && training.state.type === 'idle',
    commands: commandsIn(phase, known, training.state.type === 'paused'),
    options: trainingOptions(),
    ...(running === undefined ? {} : { run: running }),
    ...(model.type === 'ready' ? { model: pageModel(model) } : {}),
    surpriseShown,
  };
}

function pageModel({ card, origin }: Extract<ModelState, { type: 'ready' }>): ServingModel {
  const { hyperparameters, training, corpus, vocabulary, heldOutBitsPerCharacter } = card;
  return {
    bits: heldOutBitsPerCharacter,
    hidden: hyperparameters.hidden,
    layers: hyperparameters.layers,
    date: training.date,
    origin: describeOrigin(origin),
    characters: corpus.trainCharacters,
    vocabulary: vocabulary.length,
    engine: `${training.engine} · ${training.device}`,
    writtenBy: writtenBy(card),
  };
}

function phaseOf({ state, failure }: TrainingController, { model, isSupported }: StatusInput): Phase {
  if (model.type === 'untrusted') return 'restricted';
  if (vscode.workspace.workspaceFolders === undefined) return 'no-folder';
  if (!isSupported) return 'unsupported';
  if (state.type !== 'idle' && state.type !== 'paused') return state.type;
  if (failure !== undefined || model.type === 'broken') return 'failed';
  if (state.type === 'paused') return 'paused';
  return model.type === 'ready' ? 'trained' : 'empty';
}

const COMMANDS: Readonly<Record<Phase, readonly RunCommand[]>> = {
  restricted: ['manageTrust', 'showLog'],
  'no-folder': ['showLog'],
  unsupported: ['showLog', 'forget'],
  empty: ['train', 'import', 'showLog'],
  reading: ['stop', 'showLog'],
  training: ['pause', 'stop', 'showLog'],
  measuring: ['showLog'],
  ending: ['showLog'],
  paused: ['resume', 'stop', 'train', 'showLog', 'forget'],
  trained: ['continue', 'train', 'import', 'showLog', 'forget'],
  failed: ['train', 'import', 'showLog', 'forget'],
};

function commandsIn(phase: Phase, { model, hasOwn }: StatusInput, isPaused: boolean): RunCommand[] {
  const commands = new Set(COMMANDS[phase]);
  if (isPaused) for (const command of COMMANDS.paused) commands.add(command);
  if (model.type === 'ready' && phase === 'failed' && !isPaused) commands.add('continue');
  if (hasOwn && phase !== 'restricted') commands.add('export');
  if (!hasOwn) commands.delete('continue');
  return [...commands];
}
