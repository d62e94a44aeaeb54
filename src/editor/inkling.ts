import { channel } from 'node:diagnostics_channel';
import { copyFile, mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { writeFileAtomically } from '../base/atomicFile.ts';
import { isOnBattery } from '../base/battery.ts';
import { readRegularFile } from '../base/regularFile.ts';
import { CompletionClient } from '../completion/client.ts';
import { ACCEPTED, CompletionProvider } from './completions.ts';
import { DashboardPanel } from './dashboard.ts';
import { DashboardHost } from './dashboardSource.ts';
import { SCHEMES } from './documents.ts';
import { Freshness } from './freshness.ts';
import { Looking } from './looking.ts';
import type { Command, ContextKey } from './names.ts';
import { hasNativePart, PLATFORM } from './nativePart.ts';
import { pageState } from './pageState.ts';
import { Power } from './power.ts';
import { Remembering } from './remembering.ts';
import { completionSettings, pausesOnBattery, toggleCompletions, trainingSettings } from './settings.ts';
import { Statistics } from './statistics.ts';
import { type Known, type ModelState, StatusBar } from './statusBar.ts';
import { Surprise } from './surprise.ts';
import { TensorflowInstallation } from './tensorflow.ts';
import { foldersToLearn, TrainingController } from './trainingController.ts';

/** Tells whoever measures that a model serves. */
const SERVING = channel('inkling:serving');

/** The extension's services, and the commands over them. */
export class Inkling implements vscode.Disposable {
  readonly #log: vscode.LogOutputChannel;
  readonly #tensorflow: TensorflowInstallation;
  readonly #training: TrainingController;
  readonly #client: CompletionClient;
  readonly #provider: CompletionProvider;
  readonly #memory: Remembering;
  readonly #statistics: Statistics;
  readonly #statusBar: StatusBar;
  readonly #looking: Looking;
  readonly #surprise: Surprise;
  readonly #dashboardHost: DashboardHost;
  readonly #dashboard: DashboardPanel;
  readonly #freshness = new Freshness(() => this.#survey());
  readonly #disposables: vscode.Disposable[] = [];
  /** Context keys as they were last set. */
  readonly #keys = new Map<ContextKey, boolean>();
  readonly #isSupported: boolean;
  #model: ModelState = { type: vscode.workspace.isTrusted ? 'none' : 'untrusted' };

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
    this.#memory = new Remembering(this.#client, this.#log);
    const isReady = () => this.#model.type === 'ready';
    this.#looking = new Looking(this.#client, {
      hasModel: isReady,
      canPredict: () => this.#canPredict,
      wrongCost: () => this.#statistics.wrongCost,
    });
    this.#surprise = new Surprise(this.#client, isReady, context.workspaceState);
    this.#dashboardHost = new DashboardHost({
      training: this.#training,
      client: this.#client,
      looking: this.#looking,
      surprise: this.#surprise,
      state: () => pageState(this.#training, this.#known, this.#areCompletionsEnabled, this.#surprise.isShown),
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
      this.#looking,
      this.#surprise,
      this.#surprise.onDidChange(() => this.#refresh()),
      this.#memory,
      this.#memory.onDidChange(() => this.#onKnowledge()),
      this.#memory.onDidLearn(() => this.#provider.forgetAnswers()),
      new Power({ training: this.#training, isOnBattery, isWanted: pausesOnBattery, tellOfPause: tellOfBattery }),
      this.#freshness,
      this.#freshness.onDidChange(() => this.#refresh()),
      this.#statistics.onDidChange(() => this.#refresh()),
      this.#training.onDidChange((state) => {
        if (state.type === 'idle') this.#freshness.reset();
        this.#refresh();
      }),
      this.#training.runs.onDidChange(({ type }) => {
        if (type === 'list') this.#refresh();
      }),
      this.#training.onDidGoLive((path) => void this.#load(path)),
      ...this.#commands(),
      ...this.#watchers(),
    );
    this.#refresh();
    void this.#loadIfThere();
    void this.#memory.begin();
  }

  /** Asks both workers to end; a running training leaves a checkpoint. */
  async shutDown(): Promise<void> {
    await Promise.all([this.#statistics.store(), this.#training.shutDown(), this.#client.dispose()]);
  }

  dispose(): void {
    for (const disposable of this.#disposables.splice(0)) disposable.dispose();
  }

  #commands(): vscode.Disposable[] {
    const commands: Record<Command, (argument?: unknown) => unknown> = {
      'inkling.train': () => this.#whenItRuns(() => this.#training.run('new')),
      'inkling.continueTraining': () => this.#whenItRuns(() => this.#training.run('continue')),
      'inkling.resumeTraining': () => this.#whenItRuns(() => this.#training.run('resume')),
      'inkling.pauseTraining': () => this.#training.pause(),
      'inkling.stopTraining': () => this.#training.stop(),
      'inkling.toggleCompletions': () => toggleCompletions(),
      'inkling.showDashboard': () => this.#dashboard.open(),
      'inkling.exportModel': (target) => this.#exportModel(target),
      'inkling.importModel': (source) => this.#whenItRuns(() => this.#importModel(source)),
      'inkling.forget': () => this.#forget(),
      'inkling.installTensorflow': () => this.#whenItRuns(() => this.#tensorflow.install()),
      'inkling.showLog': () => this.#log.show(),
      'inkling.toggleSurprise': () => this.#surprise.setShown(!this.#surprise.isShown),
    };
    return [
      ...Object.entries(commands).map(([name, run]) =>
        vscode.commands.registerCommand(name, async (argument?: unknown) => {
          try {
            await run(argument);
          } catch (error) {
            this.#log.error(error instanceof Error ? error : String(error));
            void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
          }
        }),
      ),
      vscode.commands.registerCommand(ACCEPTED, (length: unknown) => {
        this.#provider.accepted();
        if (typeof length === 'number') this.#statistics.accepted(length);
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
      vscode.workspace.onDidGrantWorkspaceTrust(() => {
        this.#model = { type: 'none' };
        void this.#loadIfThere();
      }),
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

  async #loadIfThere(): Promise<void> {
    const { model } = this.#training.files;
    if (this.#isSupported && vscode.workspace.isTrusted && (await exists(model))) await this.#load(model);
    else this.#refresh();
  }

  /** Makes a model serve. */
  async #load(path: string): Promise<void> {
    try {
      const card = await this.#client.remote.load(path);
      const { hidden, layers } = card.hyperparameters;
      const { date } = card.training;
      this.#model = { type: 'ready', bits: card.heldOutBitsPerCharacter, hidden, layers, date, changedPart: 0 };
      this.#freshness.reset();
      this.#onKnowledge();
      SERVING.publish({ path });
      this.#log.info(`Serving a model of ${card.heldOutBitsPerCharacter.toFixed(3)} bits per character`);
      this.#warm(vscode.window.activeTextEditor);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.#log.error(message);
      if (this.#model.type !== 'ready') this.#model = { type: 'broken', message };
    }
    this.#refresh();
  }

  /** What part of the files learnt has changed; not while a training reads them anyway. */
  async #survey(): Promise<number | undefined> {
    if (this.#model.type !== 'ready' || this.#training.isRunning) return undefined;
    const { scan } = trainingSettings();
    const request = { folders: foldersToLearn(), scan, learnt: this.#training.files.learnt };
    const changedPart = await this.#client.remote.survey(request);
    if (changedPart !== undefined) this.#log.info(`${(100 * changedPart).toFixed(0)} % of the files have changed`);
    return changedPart;
  }

  /** A model or a memory serves that did not before, or does no more. */
  #onKnowledge(): void {
    this.#provider.setReady(this.#canPredict);
    this.#looking.again();
    this.#surprise.again();
    this.#refresh();
  }

  get #canPredict(): boolean {
    return this.#model.type === 'ready' || this.#memory.characters !== undefined;
  }

  #warm(editor: vscode.TextEditor | undefined): void {
    if (editor !== undefined) this.#provider.warm(editor.document, editor.selection.active);
  }

  /** A worker that dies of loading a model would do so again. */
  #onCompletionDeath(error: Error): void {
    this.#log.error(error);
    const hadModel = this.#model.type === 'ready';
    const hadMemory = this.#memory.characters !== undefined;
    if (hadModel) this.#model = { type: 'none' };
    this.#memory.lost();
    if (hadModel) void this.#loadIfThere();
    if (hadMemory) void this.#memory.begin();
  }

  /** @param uri where to; asked for when it is not given */
  async #exportModel(uri: unknown): Promise<void> {
    const { model } = this.#training.files;
    if (!(await exists(model))) {
      void vscode.window.showInformationMessage(vscode.l10n.t('There is no model to export yet: train one first.'));
      return;
    }
    const target = uri instanceof vscode.Uri ? uri : await askWhereTo();
    if (target !== undefined) await copyFile(model, target.fsPath);
  }

  /** @param uri what; asked for when it is not given */
  async #importModel(uri: unknown): Promise<void> {
    const source = uri instanceof vscode.Uri ? uri : (await vscode.window.showOpenDialog({ filters: FILTERS }))?.[0];
    if (source === undefined) return;
    // Loading it shows whether it is one of ours; a file that is not leaves the model that serves alone.
    const card = await this.#client.remote.load(source.fsPath);
    const { model } = this.#training.files;
    await mkdir(dirname(model), { recursive: true });
    await writeFileAtomically(model, [await readRegularFile(source.fsPath, 'model')]);
    await this.#training.forgetRun();
    this.#log.info('Imported a model', card.hyperparameters);
    await this.#load(model);
  }

  async #forget(): Promise<void> {
    const forget = vscode.l10n.t('Forget');
    const message = vscode.l10n.t('Forget everything that Inkling has learnt from this workspace?');
    const detail = vscode.l10n.t(
      'The model, the checkpoint, all that is kept of trainings, the memory and the counts of suggestions are deleted. This cannot be undone.',
    );
    if ((await vscode.window.showWarningMessage(message, { modal: true, detail }, forget)) !== forget) return;
    this.#model = { type: 'none' };
    await this.#memory.end();
    if (this.#client.isRunning) await this.#client.remote.unload();
    await this.#training.forget();
    await this.#statistics.forget();
    await this.#memory.begin();
    this.#refresh();
  }

  get #known(): Known {
    return { model: this.#model, remembered: this.#memory.characters, isSupported: this.#isSupported };
  }

  /** In the language that is written just now. */
  get #areCompletionsEnabled(): boolean {
    return completionSettings(vscode.window.activeTextEditor?.document.languageId ?? 'plaintext-none').enabled;
  }

  /** Brings status bar, dashboard and context keys up to date. */
  #refresh(): void {
    const { state } = this.#training;
    if (this.#model.type === 'ready') this.#model = { ...this.#model, changedPart: this.#freshness.changedPart };
    this.#statusBar.show(state, this.#known, this.#areCompletionsEnabled);
    this.#dashboardHost.changed();
    const keys: Record<Exclude<ContextKey, 'inkling.accepted'>, boolean> = {
      'inkling.training': this.#training.isRunning,
      'inkling.paused': state.type === 'paused',
      'inkling.hasModel': this.#model.type === 'ready',
      'inkling.hasRuns': this.#training.runs.list().length > 0,
    };
    for (const [key, value] of Object.entries(keys) as [ContextKey, boolean][]) {
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

const FILTERS = { ONNX: ['onnx'] };

function askWhereTo(): Thenable<vscode.Uri | undefined> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const defaultUri = folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(folder, 'inkling.onnx') };
  return vscode.window.showSaveDialog({ filters: FILTERS, ...defaultUri });
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
