import { basename } from 'node:path';
import * as vscode from 'vscode';
import { UserFacingError } from '../../base/errors.ts';
import type { CompletionClient } from '../../completion/worker/client.ts';
import { cardDocument, trainedOn, writtenBy } from '../../lstm/cardText.ts';
import type { Appraisal } from '../../protocol/models.ts';
import { trainingSettings } from '../settings/settings.ts';
import type { TrainingController } from '../training/trainingController.ts';
import { foldersToLearn } from '../workspace/folders.ts';
import type { CardPages } from './cardPages.ts';
import type { Models } from './models.ts';

const FILTERS = { ONNX: ['onnx'] };
/** Less is a name in a comment. */
const MUCH_UNKNOWN = 0.01;

export interface TransferOptions {
  readonly client: CompletionClient;
  readonly training: TrainingController;
  readonly models: Models;
  readonly pages: CardPages;
  readonly log: vscode.LogOutputChannel;
}

/** Brings models in and out: Import Model… and Export Model…. */
export class Transfer {
  readonly #options: TransferOptions;

  constructor(options: TransferOptions) {
    this.#options = options;
  }

  /**
   * Puts a model in the place of the workspace's own, once its card was shown and the user wants it.
   *
   * @param uri what; asked for when it is not given
   * @param isWanted that the user has been asked already
   * @throws UserFacingError when it is not a model, cannot be used, or a training is running
   */
  async importModel(uri: unknown, isWanted: unknown): Promise<void> {
    const source = uri instanceof vscode.Uri ? uri : (await vscode.window.showOpenDialog({ filters: FILTERS }))?.[0];
    if (source === undefined) return;
    const { client, training, models, log } = this.#options;
    const path = pathOf(source);
    const { maxFileBytes } = trainingSettings().scan;
    const appraisal = await client.remote.appraise({
      path,
      folders: foldersToLearn(),
      scan: { maxFileBytes },
    });
    if (isWanted !== true && !(await this.#isWanted(path, appraisal))) return;
    // It may have begun while the card was read.
    if (training.isRunning) {
      throw new UserFacingError(vscode.l10n.t('A training is running: import the model when it has ended.'));
    }
    await client.remote.adopt({ source: path, target: training.files.model, digest: appraisal.digest });
    await training.forgetRun();
    log.info('Imported a model', appraisal.card.hyperparameters);
    await models.onImported(path);
  }

  /**
   * Writes the workspace's own model and its card to two files.
   *
   * @param uri where the model goes; asked for when it is not given
   * @throws UserFacingError when one of them cannot be written
   */
  async exportModel(uri: unknown): Promise<void> {
    const { client, training, models, pages } = this.#options;
    if (!models.hasOwn) {
      const { named } = models;
      void vscode.window.showInformationMessage(
        named === undefined
          ? vscode.l10n.t('There is no model to export yet: train one first.')
          : vscode.l10n.t(
              'This workspace has no model of its own to export. The one that serves is the file {0}.',
              named,
            ),
      );
      return;
    }
    const target = uri instanceof vscode.Uri ? uri : await askWhereTo();
    if (target === undefined) return;
    const path = pathOf(target);
    const request = { source: training.files.model, target: path, locale: vscode.env.language };
    const card = await client.remote.exportWithCard(request);
    const show = vscode.l10n.t('Show Card');
    void vscode.window
      .showInformationMessage(vscode.l10n.t('The model is in {0}, and its card in {1}.', path, card), show)
      .then((chosen) => {
        if (chosen === show) void pages.preview(vscode.Uri.file(card));
      });
  }

  /** Shows the main facts, and the whole card to whoever asks for it. */
  async #isWanted(path: string, appraisal: Appraisal): Promise<boolean> {
    const { pages } = this.#options;
    const question = vscode.l10n.t('Import the model {0}?', basename(path));
    const [yes, show] = [vscode.l10n.t('Import'), vscode.l10n.t('Show Card')];
    const detail = this.#details(appraisal).join('\n\n');
    const chosen = await vscode.window.showInformationMessage(question, { modal: true, detail }, yes, show);
    if (chosen !== show) return chosen === yes;
    const { card, digest } = appraisal;
    const name = basename(path);
    await pages.show(name, cardDocument(card, { name, locale: vscode.env.language, digest }));
    // Not over the card, and it stays until it is answered.
    return (await vscode.window.showInformationMessage(question, yes, vscode.l10n.t('Do Not Import'))) === yes;
  }

  #details({ card, coverage }: Appraisal): string[] {
    const { models, training } = this.#options;
    const { hyperparameters, vocabulary, corpus } = card;
    const count = (value: number) => value.toLocaleString(vscode.env.language);
    const details = [
      vscode.l10n.t(
        'A network of {0} × {1} units with {2} characters in its vocabulary. It has learnt {3} characters of text, and needs {4} bits for each of those that were held out.',
        hyperparameters.layers,
        hyperparameters.hidden,
        count(vocabulary.length),
        count(corpus.trainCharacters),
        card.heldOutBitsPerCharacter.toFixed(2),
      ),
      vscode.l10n.t('Trained {0} by {1} ({2}).', trainedOn(card), writtenBy(card), card.training.engine),
    ];
    if (coverage !== undefined && coverage.unknownPart > MUCH_UNKNOWN) {
      details.push(
        vscode.l10n.t(
          'It does not know {0} % of the characters of this workspace, such as {1}. With it, neither it nor the memory can suggest these.',
          Math.round(100 * coverage.unknownPart),
          coverage.examples.join(' '),
        ),
      );
    }
    if (models.hasOwn) details.push(vscode.l10n.t('It takes the place of the model that this workspace has.'));
    if (training.state.type === 'paused') details.push(vscode.l10n.t('The paused training is given up.'));
    if (models.named !== undefined) {
      details.push(vscode.l10n.t('What serves does not change: inkling.model.path names another model.'));
    }
    return details;
  }
}

function askWhereTo(): Thenable<vscode.Uri | undefined> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const defaultUri = folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(folder, 'inkling.onnx') };
  return vscode.window.showSaveDialog({ filters: FILTERS, ...defaultUri });
}

/** @throws UserFacingError when it is not on this machine */
function pathOf(uri: vscode.Uri): string {
  if (uri.scheme === 'file') return uri.fsPath;
  throw new UserFacingError(vscode.l10n.t('{0} is not a file on this machine.', uri.toString()));
}
