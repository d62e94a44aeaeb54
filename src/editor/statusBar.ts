import * as vscode from 'vscode';
import type { Statistics } from './statistics.ts';
import type { TrainingState } from './trainingController.ts';

/** What there is to complete from. */
export type ModelState =
  | { readonly type: 'untrusted' }
  | { readonly type: 'none' }
  | { readonly type: 'broken'; readonly message: string }
  | { readonly type: 'ready'; readonly bits: number };

/** One item: what Inkling does, and what it has. A click opens the dashboard. */
export class StatusBar implements vscode.Disposable {
  readonly #item = vscode.window.createStatusBarItem('inkling', vscode.StatusBarAlignment.Right, 100);
  readonly #statistics: Statistics;

  constructor(statistics: Statistics) {
    this.#statistics = statistics;
    this.#item.name = 'Inkling';
    this.#item.command = 'inkling.showDashboard';
    this.#item.show();
  }

  show(training: TrainingState, model: ModelState, completionsEnabled: boolean): void {
    this.#item.text = textOf(training, model, completionsEnabled);
    this.#item.tooltip = this.#tooltip(training, model, completionsEnabled);
    this.#item.accessibilityInformation = { label: `Inkling: ${describe(training, model, completionsEnabled)}` };
    this.#item.backgroundColor =
      model.type === 'broken' ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
  }

  dispose(): void {
    this.#item.dispose();
  }

  #tooltip(training: TrainingState, model: ModelState, completionsEnabled: boolean): vscode.MarkdownString {
    const { today, total } = this.#statistics;
    const lines = [`**Inkling** – ${describe(training, model, completionsEnabled)}`];
    if (model.type === 'ready') lines.push(vscode.l10n.t('Model: {0} bits per character', model.bits.toFixed(2)));
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
    return new vscode.MarkdownString(lines.join('\n\n'));
  }
}

function textOf(training: TrainingState, model: ModelState, completionsEnabled: boolean): string {
  switch (training.type) {
    case 'reading':
      return '$(sync~spin) Inkling';
    case 'training': {
      const percent = `${Math.floor(training.fraction * 100)}%`;
      const left = training.remainingSeconds === undefined ? '' : ` ${clock(training.remainingSeconds)}`;
      const bits = training.heldOutBits ?? training.trainBits;
      return `$(flame) ${percent}${left}${bits === undefined ? '' : ` · ${bits.toFixed(2)} b/c`}`;
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
  switch (model.type) {
    case 'untrusted':
      return '$(shield) Inkling';
    case 'none':
      return '$(circle-outline) Inkling';
    case 'broken':
      return '$(warning) Inkling';
    case 'ready':
      return completionsEnabled ? '$(pencil) Inkling' : '$(circle-slash) Inkling';
  }
}

/** One sentence on what goes on. */
export function describe(training: TrainingState, model: ModelState, completionsEnabled: boolean): string {
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
  switch (model.type) {
    case 'untrusted':
      return vscode.l10n.t('off, as this workspace is not trusted');
    case 'none':
      return vscode.l10n.t('nothing learnt yet');
    case 'broken':
      return model.message;
    case 'ready':
      return completionsEnabled ? vscode.l10n.t('ready') : vscode.l10n.t('completions are off');
  }
}

function clock(seconds: number): string {
  const whole = Math.ceil(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
