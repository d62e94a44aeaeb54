import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { Phase, RunCommand } from '../../protocol/page.ts';
import { withRemedy } from '../models/models.ts';
import type { Command, ContextKey } from '../settings/names.ts';
import { PLATFORM } from '../training/nativePart.ts';
import type { AppState } from './appState.ts';

/** What a person sees of an {@link AppState}, wherever it is drawn. */
export interface Presentation {
  readonly phase: Phase;
  /** Icon and text of the status item. */
  readonly statusText: string;
  /** What goes on, beginning with a small letter. */
  readonly sentence: string;
  /** Whether something is wrong that is not a training's end. */
  readonly isWarning: boolean;
  /** What a person is likely to want now. */
  readonly actions: readonly Action[];
  /** Commands of the dashboard. */
  readonly commands: readonly RunCommand[];
  readonly contextKeys: Readonly<Record<StateKey, boolean>>;
}

/** Context keys that follow from a state; the other one tells of an event. */
type StateKey = Exclude<ContextKey, 'inkling.accepted'>;

interface Action {
  readonly command: Command | 'workbench.trust.manage';
  readonly title: string;
}

/** So much has changed that learning it is worth the while. */
const MUCH_CHANGED = 0.1;

/** Decides what is shown of a state: the only place that does. */
export function present(state: AppState): Presentation {
  const phase = phaseOf(state);
  const { training, model, modelProblem } = state;
  return {
    phase,
    statusText: statusTextOf(state),
    sentence: sentenceOf(state),
    isWarning: model.type === 'broken' || modelProblem !== undefined,
    actions: state.isSupported || model.type === 'untrusted' ? actionsFor(state) : [],
    commands: commandsIn(phase, state),
    contextKeys: {
      'inkling.training': training.type !== 'idle' && training.type !== 'paused',
      'inkling.paused': training.type === 'paused',
      'inkling.hasModel': model.type === 'ready',
      'inkling.hasOwnModel': state.hasOwnModel,
      'inkling.hasRuns': state.hasRuns,
      'inkling.hasSavings': state.hasSavings,
    },
  };
}

function phaseOf({ training, failure, model, isSupported, hasFolder }: AppState): Phase {
  if (model.type === 'untrusted') return 'restricted';
  if (!hasFolder) return 'no-folder';
  if (!isSupported) return 'unsupported';
  if (training.type !== 'idle' && training.type !== 'paused') return training.type;
  if (failure !== undefined || model.type === 'broken') return 'failed';
  if (training.type === 'paused') return 'paused';
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

/** Phases in which nothing is read. */
const UNREAD: ReadonlySet<Phase> = new Set(['restricted', 'no-folder']);

function commandsIn(phase: Phase, state: AppState): RunCommand[] {
  const { training, model, hasOwnModel } = state;
  const isPaused = training.type === 'paused';
  const commands = new Set(COMMANDS[phase]);
  if (isPaused) for (const command of COMMANDS.paused) commands.add(command);
  if (model.type === 'ready' && phase === 'failed' && !isPaused) commands.add('continue');
  if (hasOwnModel && phase !== 'restricted') commands.add('export');
  if (!UNREAD.has(phase)) commands.add('replay');
  if (phase === 'empty' && state.hasSavings) commands.add('forget');
  if (!hasOwnModel) commands.delete('continue');
  return [...commands];
}

function actionsFor({ training, model, changedPart }: AppState): Action[] {
  if (model.type === 'untrusted') return [{ command: 'workbench.trust.manage', title: vscode.l10n.t('Manage Trust') }];
  if (training.type === 'paused') {
    return [{ command: 'inkling.resumeTraining', title: vscode.l10n.t('Resume Training') }];
  }
  if (training.type !== 'idle') return [];
  if (model.type !== 'ready') return [{ command: 'inkling.train', title: vscode.l10n.t('Train on Workspace') }];
  return changedPart > MUCH_CHANGED
    ? [{ command: 'inkling.continueTraining', title: vscode.l10n.t('Continue Training') }]
    : [];
}

function statusTextOf({
  training,
  model,
  modelProblem,
  changedPart,
  indexed,
  areCompletionsEnabled,
}: AppState): string {
  switch (training.type) {
    case 'reading':
      return '$(sync~spin) Inkling';
    case 'training': {
      const percent = `${Math.floor(training.fraction * 100)}%`;
      const left = training.remainingSeconds === undefined ? '' : ` ${clock(training.remainingSeconds)}`;
      const bits = training.heldOutBits ?? training.trainBits;
      return `$(flame) ${percent}${left}${bits === undefined ? '' : ` · ${vscode.l10n.t('{0} b/c', bits.toFixed(2))}`}`;
    }
    case 'measuring':
      return `$(beaker) Inkling ${Math.floor(training.fraction * 100)}%`;
    case 'ending':
      return '$(loading~spin) Inkling';
    case 'paused':
      return '$(debug-pause) Inkling';
    case 'idle':
      break;
  }
  if (modelProblem !== undefined) return '$(warning) Inkling';
  switch (model.type) {
    case 'untrusted':
      return '$(shield) Inkling';
    case 'none':
      if (indexed === undefined) return '$(circle-outline) Inkling';
      return areCompletionsEnabled ? '$(bookmark) Inkling' : '$(circle-slash) Inkling';
    case 'broken':
      return '$(warning) Inkling';
    case 'ready':
      if (!areCompletionsEnabled) return '$(circle-slash) Inkling';
      if (model.origin.type === 'named') return '$(package) Inkling';
      return changedPart > MUCH_CHANGED ? '$(history) Inkling' : '$(pencil) Inkling';
  }
}

function sentenceOf(state: AppState): string {
  const { training, model, modelProblem, changedPart, indexed, isSupported, areCompletionsEnabled } = state;
  switch (training.type) {
    case 'reading':
      return vscode.l10n.t('reading files');
    case 'training':
      return vscode.l10n.t('learning the workspace, {0} % done', Math.floor(training.fraction * 100));
    case 'measuring':
      return vscode.l10n.t('measuring on held-out files');
    case 'ending':
      return vscode.l10n.t('ending');
    case 'paused':
      return vscode.l10n.t('training is paused');
    case 'idle':
      break;
  }
  if (modelProblem !== undefined) return withRemedy(modelProblem, model);
  switch (model.type) {
    case 'untrusted':
      return vscode.l10n.t('off, as this workspace is not trusted');
    case 'none':
      if (indexed === undefined) return vscode.l10n.t('nothing learnt yet');
      if (!areCompletionsEnabled) return vscode.l10n.t('completions are off');
      return isSupported
        ? vscode.l10n.t('memory only: train for more')
        : vscode.l10n.t('memory only: the LSTM does not run on this platform ({0})', PLATFORM);
    case 'broken':
      return model.message;
    case 'ready':
      if (!areCompletionsEnabled) return vscode.l10n.t('completions are off');
      if (model.origin.type === 'named') {
        return vscode.l10n.t('ready, with the model {0}, which inkling.model.path names', basename(model.origin.path));
      }
      return changedPart > MUCH_CHANGED
        ? vscode.l10n.t('ready, but {0} % of the files have changed since training', percent(changedPart))
        : vscode.l10n.t('ready');
  }
}

function percent(part: number): number {
  return Math.min(100, Math.round(part * 100));
}

function clock(seconds: number): string {
  const whole = Math.ceil(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
