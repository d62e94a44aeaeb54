import { basename } from 'node:path';
import * as vscode from 'vscode';
import { escapeMarkdown } from '../../base/markdown.ts';
import { trainedOn } from '../../lstm/cardText.ts';
import type { Statistics } from '../completion/statistics.ts';
import { describeOrigin, type ModelState, withRemedy } from '../models/models.ts';
import type { Command } from '../settings/names.ts';
import { PLATFORM } from '../training/nativePart.ts';
import type { TrainingState } from '../training/trainingController.ts';

/** What there is to complete from, in all. */
export interface StatusInput {
  readonly model: ModelState;
  /** Whether the workspace has a model of its own, whichever serves. */
  readonly hasOwn: boolean;
  /** Why the model that the settings name does not serve. */
  readonly problem: string | undefined;
  /** Changed, new and removed files ÷ files learnt. */
  readonly changedPart: number;
  /** Characters in the memory; undefined: none. */
  readonly remembered: number | undefined;
  /** Rules for files that could not be used, and what was done instead, in sentences. */
  readonly notices: readonly string[];
  /** Whether the LSTM can run here. */
  readonly isSupported: boolean;
}

/** So much has changed that learning it is worth the while. */
const MUCH_CHANGED = 0.1;

/** The dashboard has all of them. */
const MOST_NOTICES = 3;

/** One item: what Inkling does, and what it has. A click opens the dashboard. */
export class StatusBar implements vscode.Disposable {
  readonly #item = vscode.window.createStatusBarItem('inkling', vscode.StatusBarAlignment.Right, 100);
  readonly #statistics: Statistics;

  constructor(statistics: Statistics) {
    this.#statistics = statistics;
    this.#item.name = 'Inkling';
    this.#item.command = 'inkling.showDashboard' satisfies Command;
    this.#item.show();
  }

  show(training: TrainingState, known: StatusInput, completionsEnabled: boolean): void {
    this.#item.text = textOf(training, known, completionsEnabled);
    this.#item.tooltip = this.#tooltip(training, known, completionsEnabled);
    const label = vscode.l10n.t('Inkling: {0}', describe(training, known, completionsEnabled));
    this.#item.accessibilityInformation = { label };
    this.#item.backgroundColor =
      known.model.type === 'broken' || known.problem !== undefined
        ? new vscode.ThemeColor('statusBarItem.warningBackground')
        : undefined;
  }

  dispose(): void {
    this.#item.dispose();
  }

  #tooltip(training: TrainingState, known: StatusInput, completionsEnabled: boolean): vscode.MarkdownString {
    const { model, remembered, notices, isSupported } = known;
    const { today, total } = this.#statistics;
    const lines = [`**Inkling** – ${escapeMarkdown(describe(training, known, completionsEnabled))}`];
    if (model.type === 'ready') lines.push(...describeModel(model).map(escapeMarkdown));
    if (remembered !== undefined) {
      lines.push(
        vscode.l10n.t('Memory: {0} characters of the workspace', remembered.toLocaleString(vscode.env.language)),
      );
    }
    lines.push(...notices.slice(0, MOST_NOTICES).map(escapeMarkdown));
    if (total.shown > 0) {
      lines.push(
        vscode.l10n.t(
          'Today: {0} shown, {1} accepted, {2} dismissed, {3} characters saved (in all {4})',
          today.shown,
          today.accepted,
          today.dismissed,
          today.saved,
          total.saved,
        ),
      );
    }
    const actions = isSupported || model.type === 'untrusted' ? actionsFor(training, known) : [];
    lines.push(...actions.map(({ command, title }) => `[${title}](command:${command})`));
    const markdown = new vscode.MarkdownString(lines.join('\n\n'));
    markdown.isTrusted = { enabledCommands: actions.map(({ command }) => command) };
    return markdown;
  }
}

interface Action {
  readonly command: Command | 'workbench.trust.manage';
  readonly title: string;
}

/** What a person is likely to want now. */
function actionsFor(training: TrainingState, { model, changedPart }: StatusInput): Action[] {
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

function textOf(training: TrainingState, known: StatusInput, completionsEnabled: boolean): string {
  const { model, problem, changedPart, remembered } = known;
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
  if (problem !== undefined) return '$(warning) Inkling';
  switch (model.type) {
    case 'untrusted':
      return '$(shield) Inkling';
    case 'none':
      if (remembered === undefined) return '$(circle-outline) Inkling';
      return completionsEnabled ? '$(bookmark) Inkling' : '$(circle-slash) Inkling';
    case 'broken':
      return '$(warning) Inkling';
    case 'ready':
      if (!completionsEnabled) return '$(circle-slash) Inkling';
      if (model.origin.type === 'named') return '$(package) Inkling';
      return changedPart > MUCH_CHANGED ? '$(history) Inkling' : '$(pencil) Inkling';
  }
}

/** One sentence on what goes on. */
export function describe(
  training: TrainingState,
  { model, problem, changedPart, remembered, isSupported }: StatusInput,
  completionsEnabled: boolean,
): string {
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
  if (problem !== undefined) return withRemedy(problem, model);
  switch (model.type) {
    case 'untrusted':
      return vscode.l10n.t('off, as this workspace is not trusted');
    case 'none':
      if (remembered === undefined) return vscode.l10n.t('nothing learnt yet');
      if (!completionsEnabled) return vscode.l10n.t('completions are off');
      return isSupported
        ? vscode.l10n.t('memory only: train for more')
        : vscode.l10n.t('memory only: the LSTM does not run on this platform ({0})', PLATFORM);
    case 'broken':
      return model.message;
    case 'ready':
      if (!completionsEnabled) return vscode.l10n.t('completions are off');
      if (model.origin.type === 'named') {
        return vscode.l10n.t('ready, with the model {0}, which inkling.model.path names', basename(model.origin.path));
      }
      return changedPart > MUCH_CHANGED
        ? vscode.l10n.t('ready, but {0} % of the files have changed since training', percent(changedPart))
        : vscode.l10n.t('ready');
  }
}

/** Which model serves, and what it is. */
function describeModel({ card, origin }: Extract<ModelState, { type: 'ready' }>): string[] {
  const characters = card.corpus.trainCharacters.toLocaleString(vscode.env.language);
  return [
    vscode.l10n.t('Model: {0} bits per character', card.heldOutBitsPerCharacter.toFixed(2)),
    vscode.l10n.t('Origin: {0}', describeOrigin(origin)),
    vscode.l10n.t('Trained {0} on {1} characters', trainedOn(card), characters),
  ];
}

function percent(part: number): number {
  return Math.min(100, Math.round(part * 100));
}

function clock(seconds: number): string {
  const whole = Math.ceil(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
