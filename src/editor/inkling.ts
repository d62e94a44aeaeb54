import { basename } from 'node:path';
import * as vscode from 'vscode';
import { isOnBattery } from '../base/battery.ts';
import { CompletionClient } from '../completion/worker/client.ts';
import type { Beginning } from '../protocol/training.ts';
import { ACCEPTED, CompletionProvider } from './completion/completionProvider.ts';
import { Statistics } from './completion/statistics.ts';
import { SurprisalDecorations } from './completion/surprisalDecorations.ts';
import { CursorInspector } from './dashboard/cursorInspector.ts';
import { DashboardHost } from './dashboard/dashboardHost.ts';
import { DashboardPanel } from './dashboard/dashboardPanel.ts';
import { pageState } from './dashboard/pageState.ts';
import { CardPages } from './models/cardPages.ts';
import { Models, openModelSetting } from './models/models.ts';
import { Transfer } from './models/modelTransfer.ts';
import { ReplayController } from './replay/replayController.ts';
import type { Command, ContextKey } from './settings/names.ts';
import { completionSettings, pausesOnBattery, toggleCompletions, trainingSettings } from './settings/settings.ts';
import type { AppState } from './state/appState.ts';
import { present } from './state/present.ts';
import { hasNativePart, PLATFORM } from './training/nativePart.ts';
import { Power } from './training/power.ts';
import { TensorflowInstallation } from './training/tensorflowInstallation.ts';
import { TrainingController } from './training/trainingController.ts';
import { StatusBar } from './views/statusBar.ts';
import { CorpusStaleness } from './workspace/corpusStaleness.ts';
import { SCHEMES } from './workspace/documents.ts';
import { foldersToLearn } from './workspace/folders.ts';
import { WorkspaceIndexing } from './workspace/workspaceIndexing.ts';

/** The extension's services, and the commands over them. */
export class Inkling implements vscode.Disposable {
  readonly #log: vscode.LogOutputChannel;
  readonly #tensorflow: TensorflowInstallation;
  readonly #training: TrainingController;
  readonly #client: CompletionClient;
  readonly #provider: CompletionProvider;
  readonly #models: Models;
  readonly #transfer: Transfer;
  readonly #replays: ReplayController;
  readonly #indexing: WorkspaceIndexing;
  readonly #statistics: Statistics;
  readonly #statusBar: StatusBar;
  readonly #inspector: CursorInspector;
  readonly #surprisal: SurprisalDecorations;
  readonly #dashboardHost: DashboardHost;
  readonly #dashboard: DashboardPanel;
  readonly #staleness = new CorpusStaleness(() => this.#survey());
  readonly #disposables: vscode.Disposable[] = [];
  /** Context keys as they were last set. */
  readonly #keys = new Map<ContextKey, boolean>();
  readonly #isSupported: boolean;

  /** @param context the extension's; its `storageUri` holds the workspace's model */
  constructor(context: vscode.ExtensionContext) {
    const worker = (name: string) => vscode.Uri.joinPath(context.extensionUri, 'dist', `${name}.js`).fsPath;
    const storage = (context.storageUri ?? vscode.Uri.joinPath(context.globalStorageUri, 'no-folder')).fsPath;
    this.#isSupported = hasNativePart(vscode.Uri.joinPath(context.extensionUri, 'dist').fsPath);
    this.#log = vscode.window.createOutputChannel('Inkling', { log: true });
    this.#statistics = new Statistics(context.workspaceState);
    this.#statusBar = new StatusBar(this.#statistics);
    this.#tensorflow = new TensorflowInstallation(context.globalStorageUri, () => this.#training.devices());
    this.#training = new TrainingController({
      workerFile: worker('trainingWorker'),
      storage,
      cache: context.globalStorageUri.fsPath,
      tensorflow: this.#tensorflow,
      log: this.#log,
    });
    this.#client = new CompletionClient(worker('completionWorker'), (error) => this.#onCompletionDeath(error));
    this.#provider = new CompletionProvider(this.#client, this.#statistics, this.#log);
    const [client, training, log] = [this.#client, this.#training, this.#log];
    this.#models = new Models({
      client,
      own: training.files.model,
      memento: context.workspaceState,
      isSupported: this.#isSupported,
      log,
    });
    const pages = new CardPages();
    this.#transfer = new Transfer({ client, training, models: this.#models, pages, log });
    this.#replays = new ReplayController({
      workerFile: worker('replayWorker'),
      storage,
      memento: context.workspaceState,
      models: this.#models,
      learnt: training.files.learnt,
      log,
    });
    this.#indexing = new WorkspaceIndexing(this.#client, this.#log);
    const isReady = () => this.#hasModel;
    this.#inspector = new CursorInspector(this.#client, {
      hasModel: isReady,
      canPredict: () => this.#canPredict,
      wrongCost: () => this.#statistics.wrongCost,
    });
    this.#surprisal = new SurprisalDecorations(this.#client, isReady, context.workspaceState);
    this.#dashboardHost = new DashboardHost({
      training: this.#training,
      client: this.#client,
      looking: this.#inspector,
      surprisal: this.#surprisal,
      replays: this.#replays,
      state: () => {
        const state = this.#state;
        const { running } = this.#training;
        return pageState(state, present(state), { running, surprisalShown: this.#surprisal.isShown });
      },
      page: () => this.#dashboard.page,
    });
    this.#dashboard = new DashboardPanel(context.extensionUri, this.#dashboardHost);
    this.#disposables.push(
      this.#log,
      this.#statistics,
      this.#provider,
      this.#statusBar,
      this.#training,
      this.#tensorflow,
      this.#dashboard,
      this.#dashboardHost,
      this.#inspector,
      this.#surprisal,
      this.#surprisal.onDidChange(() => this.#refresh()),
      pages,
      this.#models,
      this.#models.onDidChange(() => this.#onModel()),
      this.#replays,
      this.#replays.onDidChange(() => this.#refresh()),
      this.#indexing,
      this.#indexing.onDidChange(() => this.#onKnowledge()),
      this.#indexing.onDidLearn(() => this.#provider.forgetAnswers()),
      new Power({ training: this.#training, isOnBattery, isWanted: pausesOnBattery, tellOfPause: tellOfBattery }),
      this.#staleness,
      this.#staleness.onDidChange(() => this.#refresh()),
      this.#statistics.onDidChange(() => this.#refresh()),
      this.#training.onDidChange((state) => {
        if (state.type === 'idle') this.#staleness.reset();
        this.#refresh();
      }),
      this.#training.runs.onDidChange(({ type }) => {
        if (type === 'list') this.#refresh();
      }),
      this.#training.onDidGoLive(() => void this.#models.onTrained()),
      ...this.#commands(),
      ...this.#watchers(),
    );
    this.#refresh();
    void this.#models.choose();
    void this.#indexing.begin();
  }

  /** Asks the workers to end; a running training leaves a checkpoint. */
  async shutDown(): Promise<void> {
    await Promise.all([
      this.#statistics.store(),
      this.#training.shutDown(),
      this.#client.dispose(),
      this.#replays.shutDown(),
    ]);
  }

  dispose(): void {
    for (const disposable of this.#disposables.splice(0)) disposable.dispose();
  }

  #commands(): vscode.Disposable[] {
    const commands: Record<Command, (...args: unknown[]) => unknown> = {
      'inkling.train': () => this.#whenItRuns(() => this.#train('new')),
      'inkling.continueTraining': () => this.#whenItRuns(() => this.#train('continue')),
      'inkling.resumeTraining': () => this.#whenItRuns(() => this.#train('resume')),
      'inkling.pauseTraining': () => this.#training.pause(),
      'inkling.stopTraining': () => this.#training.stop(),
      'inkling.toggleCompletions': () => toggleCompletions(),
      'inkling.showDashboard': () => this.#dashboard.open(),
      'inkling.exportModel': (target) => this.#transfer.exportModel(target),
      'inkling.importModel': (source, isWanted) => this.#whenItRuns(() => this.#transfer.importModel(source, isWanted)),
      'inkling.forget': () => this.#forget(),
      'inkling.replay': () => this.#whenTrusted(() => this.#replay()),
      'inkling.installTensorflow': () => this.#whenItRuns(() => this.#tensorflow.install()),
      'inkling.showLog': () => this.#log.show(),
      // Named as it was first: people have keybindings for it.
      'inkling.toggleSurprise': () => this.#surprisal.setShown(!this.#surprisal.isShown),
    };
    return [
      ...Object.entries(commands).map(([name, run]) =>
        vscode.commands.registerCommand(name, async (...args: unknown[]) => {
          try {
            await run(...args);
          } catch (error) {
            this.#log.error(error instanceof Error ? error : String(error));
            void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
          }
        }),
      ),
      vscode.commands.registerCommand(ACCEPTED, (id: unknown) => {
        if (typeof id === 'number') this.#provider.accepted(id);
        // For the walkthrough, which notices only what becomes true while it is open.
        for (const value of [true, false]) setContext('inkling.accepted', value);
      }),
    ];
  }

  #watchers(): vscode.Disposable[] {
    return [
      vscode.languages.registerInlineCompletionItemProvider(
        SCHEMES.map((scheme) => ({ scheme })),
        this.#provider,
      ),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('inkling')) this.#refresh();
      }),
      vscode.workspace.onDidCloseTextDocument((document) => this.#provider.close(document)),
      vscode.window.onDidChangeActiveTextEditor((editor) => {
        this.#warm(editor);
        this.#refresh();
      }),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor, kind }) => {
        if (kind !== undefined && kind !== vscode.TextEditorSelectionChangeKind.Keyboard) this.#warm(textEditor);
      }),
    ];
  }

  async #whenTrusted(run: () => unknown): Promise<void> {
    if (vscode.workspace.isTrusted) {
      await run();
      return;
    }
    const manage = vscode.l10n.t('Manage Trust');
    const message = vscode.l10n.t('Inkling reads no files of a workspace that is not trusted.');
    if ((await vscode.window.showWarningMessage(message, manage)) === manage) {
      await vscode.commands.executeCommand('workbench.trust.manage');
    }
  }

  /** In a workspace that is trusted, on a platform that the LSTM runs on. */
  async #whenItRuns(run: () => unknown): Promise<void> {
    if (this.#isSupported) return this.#whenTrusted(run);
    const message = vscode.l10n.t(
      'The LSTM does not run on this platform ({0}). Inkling completes from its memory of the workspace.',
      PLATFORM,
    );
    await vscode.window.showInformationMessage(message);
  }

  /** With a model that the setting names, one would else wonder why nothing has changed. */
  #train(beginning: Beginning): Promise<void> {
    const { named } = this.#models;
    if (named !== undefined) {
      const open = vscode.l10n.t('Open Setting');
      const message = vscode.l10n.t(
        "This trains the workspace's own model. Suggestions go on coming from {0} for as long as inkling.model.path names it.",
        basename(named),
      );
      void vscode.window.showInformationMessage(message, open).then((chosen) => {
        if (chosen === open) void openModelSetting();
      });
    }
    return this.#training.run(beginning);
  }

  /** What part of the files learnt has changed; not while a training reads them anyway. */
  async #survey(): Promise<number | undefined> {
    if (!this.#hasModel || this.#models.named !== undefined || this.#training.isRunning) return undefined;
    const { scan } = trainingSettings();
    const request = { folders: foldersToLearn(), scan, learnt: this.#training.files.learnt };
    const changedPart = await this.#client.remote.survey(request);
    if (changedPart !== undefined) this.#log.info(`${(100 * changedPart).toFixed(0)} % of the files have changed`);
    return changedPart;
  }

  #onModel(): void {
    this.#staleness.reset();
    this.#onKnowledge();
    this.#warm(vscode.window.activeTextEditor);
  }

  /** A model or an index serves that did not before, or does no more. */
  #onKnowledge(): void {
    this.#provider.setReady(this.#canPredict);
    this.#inspector.again();
    this.#surprisal.again();
    this.#refresh();
  }

  get #canPredict(): boolean {
    return this.#hasModel || this.#indexing.characters !== undefined;
  }

  get #hasModel(): boolean {
    return this.#models.state.type === 'ready';
  }

  #warm(editor: vscode.TextEditor | undefined): void {
    if (editor !== undefined) this.#provider.warm(editor.document, editor.selection.active);
  }

  #onCompletionDeath(error: Error): void {
    this.#log.error(error);
    const hadIndex = this.#indexing.characters !== undefined;
    this.#indexing.lost();
    this.#models.lost();
    if (hadIndex) void this.#indexing.begin();
  }

  /** What comes of it is seen on the page, where it can be ended. */
  async #replay(): Promise<void> {
    await this.#replays.run(() => {
      this.#dashboard.open();
      this.#dashboardHost.reveal('savings');
    });
  }

  async #forget(): Promise<void> {
    const forget = vscode.l10n.t('Forget');
    const message = vscode.l10n.t('Forget everything that Inkling has learnt from this workspace?');
    const detail = vscode.l10n.t(
      'The model, the checkpoint, all that is kept of trainings, the memory, the counts of suggestions and the figures of what they would have saved are deleted. This cannot be undone.',
    );
    if ((await vscode.window.showWarningMessage(message, { modal: true, detail }, forget)) !== forget) return;
    await this.#replays.forget();
    await this.#indexing.end();
    await this.#models.end();
    await this.#training.forget();
    await this.#statistics.forget();
    await this.#indexing.begin();
    await this.#models.choose();
  }

  get #state(): AppState {
    const { state: model, hasOwn: hasOwnModel, problem: modelProblem } = this.#models;
    const { state: training, failure, corpus, runs } = this.#training;
    const language = vscode.window.activeTextEditor?.document.languageId ?? 'plaintext-none';
    return {
      ...{ training, failure, model, hasOwnModel, modelProblem },
      changedPart: this.#staleness.changedPart,
      indexed: this.#indexing.characters,
      notices: [...new Set([...this.#indexing.notices, ...corpus.notices])],
      isSupported: this.#isSupported,
      hasFolder: vscode.workspace.workspaceFolders !== undefined,
      hasRuns: runs.list().length > 0,
      hasSavings: this.#replays.hasFigures,
      areCompletionsEnabled: completionSettings(language).enabled,
    };
  }

  /** Brings status bar, dashboard and context keys up to date. */
  #refresh(): void {
    const state = this.#state;
    const presentation = present(state);
    this.#statusBar.draw(state, presentation);
    this.#dashboardHost.changed();
    for (const [key, value] of Object.entries(presentation.contextKeys) as [ContextKey, boolean][]) {
      if (this.#keys.get(key) === value) continue;
      this.#keys.set(key, value);
      setContext(key, value);
    }
  }
}

function setContext(key: ContextKey, value: boolean): void {
  void vscode.commands.executeCommand('setContext', key, value);
}

async function tellOfBattery(): Promise<boolean> {
  const goOn = vscode.l10n.t('Train All the Same');
  const message = vscode.l10n.t(
    'Inkling pauses training while this machine runs on its battery, and goes on when it is plugged in.',
  );
  return (await vscode.window.showInformationMessage(message, goOn)) === goOn;
}
