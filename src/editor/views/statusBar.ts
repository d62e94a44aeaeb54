import * as vscode from 'vscode';
import { escapeMarkdown } from '../../base/markdown.ts';
import { trainedOn } from '../../lstm/cardText.ts';
import type { Statistics } from '../completion/statistics.ts';
import { describeOrigin, type ModelState } from '../models/models.ts';
import type { Command } from '../settings/names.ts';
import type { AppState } from '../state/appState.ts';
import type { Presentation } from '../state/present.ts';

/** Notices in the tooltip; the dashboard has all of them. */
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

  draw(state: AppState, presentation: Presentation): void {
    const { statusText, sentence, isWarning } = presentation;
    this.#item.text = statusText;
    this.#item.tooltip = this.#tooltip(state, presentation);
    this.#item.accessibilityInformation = { label: vscode.l10n.t('Inkling: {0}', sentence) };
    this.#item.backgroundColor = isWarning ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
  }

  dispose(): void {
    this.#item.dispose();
  }

  #tooltip({ model, indexed, notices }: AppState, { sentence, actions }: Presentation): vscode.MarkdownString {
    const { today, total } = this.#statistics;
    const lines = [`**Inkling** – ${escapeMarkdown(sentence)}`];
    if (model.type === 'ready') lines.push(...describeModel(model).map(escapeMarkdown));
    if (indexed !== undefined) {
      lines.push(vscode.l10n.t('Memory: {0} characters of the workspace', indexed.toLocaleString(vscode.env.language)));
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
    lines.push(...actions.map(({ command, title }) => `[${title}](command:${command})`));
    const markdown = new vscode.MarkdownString(lines.join('\n\n'));
    markdown.isTrusted = { enabledCommands: actions.map(({ command }) => command) };
    return markdown;
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
