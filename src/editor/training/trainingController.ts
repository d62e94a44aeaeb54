import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { CorpusDetails } from '../../protocol/corpus.ts';
import type { RunningState } from '../../protocol/page.ts';
import type { Beginning, DeviceReport, TrainingOutcome } from '../../protocol/training.ts';
import type { EngineReport, TrainingEvent } from '../../protocol/trainingEvents.ts';
import { storageIn, TrainingClient, WorkerDiedError } from '../../training/client.ts';
import { Recorder } from '../runs/recorder.ts';
import { isRunId, newRunId, Runs } from '../runs/runs.ts';
import { trainingSettings, trainingThreads } from '../settings/settings.ts';
import { CorpusView } from '../workspace/corpusView.ts';
import { foldersToLearn } from '../workspace/folders.ts';
import type { TensorflowInstallation } from './tensorflowInstallation.ts';

/** Where training stands. */
export type TrainingState =
  | { readonly type: 'idle' }
  | { readonly type: 'reading'; readonly files: number }
  | {
      readonly type: 'training';
      /** Part of the budget that is used up, 0 to 1. */
      readonly fraction: number;
      readonly remainingSeconds: number | undefined;
      readonly trainBits: number | undefined;
      readonly heldOutBits: number | undefined;
    }
  | { readonly type: 'measuring'; readonly fraction: number }
  /** It was asked to end and is about to. */
  | { readonly type: 'ending' }
  /** There is a checkpoint to resume from. */
  | { readonly type: 'paused' };

/** Runs trainings in the worker, one at a time, records them, and says where they stand. */
export class TrainingController implements vscode.Disposable {
  readonly #client: TrainingClient;
  readonly #storage: string;
  readonly #cache: string;
  readonly #tensorflow: TensorflowInstallation;
  readonly #log: vscode.LogOutputChannel;
  readonly #changed = new vscode.EventEmitter<TrainingState>();
  readonly #live = new vscode.EventEmitter<string>();
  readonly #recorder: Recorder;
  #state: TrainingState = { type: 'idle' };
  #failure: string | undefined;

  /** The last runs of the workspace. */
  readonly runs: Runs;
  /** What was last read to be learnt. */
  readonly corpus: CorpusView;

  /** Where training stands has changed. */
  readonly onDidChange = this.#changed.event;
  /** A model file has become the live one. */
  readonly onDidGoLive = this.#live.event;

  constructor(options: {
    readonly workerFile: string;
    readonly storage: string;
    readonly cache: string;
    readonly tensorflow: TensorflowInstallation;
    readonly log: vscode.LogOutputChannel;
  }) {
    this.#storage = options.storage;
    this.#cache = options.cache;
    this.#tensorflow = options.tensorflow;
    this.#log = options.log;
    this.#client = new TrainingClient(options.workerFile, {
      onReading: (files) => this.#set({ type: 'reading', files }),
      onCorpus: (corpus) => this.#onCorpus(corpus),
      onEvent: (event) => {
        this.#recorder.onEvent(event);
        this.#onEvent(event);
      },
      onLive: (model) => this.#live.fire(model),
    });
    this.runs = new Runs(this.files.runs, (error) => this.#log.error(String(error)));
    this.#recorder = new Recorder(this.runs, vscode.env.language);
    if (existsSync(this.files.unfinished)) this.#state = { type: 'paused' };
    this.corpus = new CorpusView(this.files.corpus);
  }

  get state(): TrainingState {
    return this.#state;
  }

  /** Why the last training has not come to its end, as a sentence for the user; until the next one begins. */
  get failure(): string | undefined {
    return this.#failure;
  }

  get isRunning(): boolean {
    return this.#state.type !== 'idle' && this.#state.type !== 'paused';
  }

  /** Of the run that goes on or was the last. */
  get running(): RunningState | undefined {
    return this.#recorder.running;
  }

  /** Runs a training to its end. Whatever happens is told to the user here. */
  async run(beginning: Beginning): Promise<void> {
    if (this.isRunning) return;
    const folders = foldersToLearn();
    if (folders.length === 0) {
      void vscode.window.showInformationMessage(vscode.l10n.t('Inkling learns from a folder: open one first.'));
      return;
    }
    this.#failure = undefined;
    this.#set({ type: 'reading', files: 0 });
    const run =
      (beginning === 'resume' ? await this.#unfinishedRun() : undefined) ??
      newRunId(new Date(), this.runs.list()[0]?.id);
    const request = {
      run,
      folders,
      beginning,
      ...trainingSettings(),
      storage: this.#storage,
      cache: this.#cache,
      tensorflowFolders: this.#tensorflow.folders(),
    };
    this.#log.info(`Training (${beginning}) on ${folders.map(({ path }) => path).join(', ')}`);
    await this.#recorder.expect(run, request.options);
    if (this.#state.type === 'ending') {
      this.#setAtRest();
      return;
    }
    try {
      const running = this.#client.remote.run(request);
      void this.#showReading(running);
      const outcome = await running;
      this.#recorder.onOutcome(outcome);
      await this.#conclude(outcome);
    } catch (error) {
      this.#recorder.onOutcome(undefined);
      await this.#onFailure(error);
    }
  }

  /** Checks and times what this machine can train with. */
  devices(): Promise<readonly DeviceReport[]> {
    return this.#client.remote.devices(this.#tensorflow.folders(), trainingThreads());
  }

  pause(): void {
    this.#end('pause');
  }

  stop(): void {
    if (this.#state.type === 'paused') void this.#forgetUnfinished();
    else this.#end('stop');
  }

  /** Removes everything that was learnt. */
  async forget(): Promise<void> {
    await this.#client.end();
    await this.#recorder.clear();
    await rm(this.#storage, { recursive: true, force: true });
    this.corpus.set(undefined);
    await this.#forgetUnfinished();
  }

  /** Removes what belongs to the training of a model that another one has taken the place of. */
  async forgetRun(): Promise<void> {
    const { checkpoint, learnt } = this.files;
    await Promise.all([checkpoint, learnt].map((file) => rm(file, { force: true })));
    await this.#forgetUnfinished();
  }

  /** Leaves a checkpoint; resolves when the worker has ended and what was recorded is written. */
  async shutDown(): Promise<void> {
    await this.#client.dispose();
    await this.runs.flush();
  }

  dispose(): void {
    this.#changed.dispose();
    this.#live.dispose();
  }

  #end(how: 'stop' | 'pause'): void {
    if (!this.isRunning) return;
    this.#set({ type: 'ending' });
    this.#client.remote.end(how).catch((error: unknown) => this.#log.error(String(error)));
  }

  /** A notification that can be cancelled, only for as long as files are read. */
  #showReading(outcome: Promise<unknown>): Thenable<void> {
    const title = vscode.l10n.t('Inkling reads the workspace');
    const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
    return vscode.window.withProgress(
      options,
      (progress, cancelled) =>
        new Promise<void>((resolve) => {
          const over = () => {
            watching.dispose();
            resolve();
          };
          const watching = this.onDidChange((state) => {
            if (state.type !== 'reading') over();
            else progress.report({ message: vscode.l10n.t('{0} files', state.files) });
          });
          cancelled.onCancellationRequested(() => this.#end('stop'));
          outcome.then(over, over);
        }),
    );
  }

  #onCorpus(corpus: CorpusDetails): void {
    const { files, characters, excluded, scrubbed, notices = [] } = corpus;
    this.#log.info(`Read ${files} files, ${characters} characters.`, excluded, scrubbed);
    if (notices.length > 0) this.#log.warn(`Rules for files that could not be used: ${notices.length}`);
    this.#recorder.onCorpus(corpus);
    this.corpus.set(corpus);
  }

  /** The run that is to be gone on with, where its name is known. */
  async #unfinishedRun(): Promise<string | undefined> {
    const run = await readFile(this.files.unfinished, 'utf8').catch(() => '');
    return isRunId(run) ? run : undefined;
  }

  #onEvent(event: TrainingEvent): void {
    if (this.#state.type === 'ending' && event.type !== 'measuring') return;
    const before = this.#state.type === 'training' ? this.#state : undefined;
    switch (event.type) {
      case 'start':
        this.#log.info(`Network: ${event.layers}×${event.hidden}, ${event.parameters} parameters`, event);
        this.#set({
          type: 'training',
          fraction: 0,
          remainingSeconds: undefined,
          trainBits: undefined,
          heldOutBits: undefined,
        });
        break;
      case 'progress':
        this.#set({
          type: 'training',
          fraction: event.fraction,
          remainingSeconds: event.remainingSeconds,
          trainBits: event.trainBitsPerCharacter,
          heldOutBits: before?.heldOutBits,
        });
        break;
      case 'evaluation': {
        // Forgetting the workspace does not reach the log: what the network wrote stays out of it.
        const { sample: _, ...figures } = event;
        this.#log.info(`${event.heldOutBitsPerCharacter.toFixed(3)} bits per character on held-out files`, figures);
        if (before !== undefined) this.#set({ ...before, heldOutBits: event.heldOutBitsPerCharacter });
        break;
      }
      case 'measuring':
        this.#set({ type: 'measuring', fraction: event.fraction });
        break;
      case 'engines':
        this.#logEngines(event.engines);
        break;
      case 'engine-replaced':
        this.#log.warn(`The engine has failed (${event.reason}): going on from step ${event.step} with another one.`);
        break;
      case 'rollback':
        this.#log.warn('The loss stopped being a number: back to the last good state, at half the learning rate.');
        break;
      case 'baselines':
        this.#log.info('What the network has to beat, in bits per character', event);
        break;
      case 'checkpoint':
      case 'stop':
        break;
    }
  }

  #logEngines(engines: readonly EngineReport[]): void {
    for (const { title, device, charactersPerSecond, problem, chosen } of engines) {
      const speed = charactersPerSecond === undefined ? '' : `, ${Math.round(charactersPerSecond)} characters/s`;
      if (problem !== undefined) this.#log.warn(`${title}, ${device}: not used, because ${problem}`);
      else this.#log.info(`${title}, ${device}${speed}${chosen ? ': chosen' : ''}`);
    }
    const { engine = 'auto', device = 'auto' } = trainingSettings().options;
    const isPreferred = engines.some(
      (one) =>
        one.chosen && (engine === 'auto' || engine === one.engine) && (device === 'auto' || device === one.device),
    );
    if (!isPreferred)
      this.#log.warn(`The settings ask for engine ${engine} on device ${device}, which is not there or does not work`);
  }

  async #conclude(outcome: TrainingOutcome): Promise<void> {
    switch (outcome.type) {
      case 'cancelled':
        this.#setAtRest();
        break;
      case 'refused':
        this.#failure = outcome.message;
        this.#setAtRest();
        void vscode.window.showWarningMessage(outcome.message);
        break;
      case 'done': {
        const { result, isLive } = outcome;
        this.#log.info('Training has ended', outcome);
        this.#setAtRest();
        if (result.reason === 'paused') return;
        const bits = result.heldOutBitsPerCharacter.toFixed(2);
        void vscode.window.setStatusBarMessage(
          isLive
            ? vscode.l10n.t('Inkling has learnt the workspace: {0} bits per character', bits)
            : vscode.l10n.t('Inkling keeps the model it had: the new one is no better ({0} bits per character)', bits),
          10_000,
        );
        break;
      }
    }
  }

  async #onFailure(error: unknown): Promise<void> {
    this.#log.error(error instanceof Error ? error : String(error));
    const message =
      error instanceof WorkerDiedError
        ? vscode.l10n.t("Inkling's training has broken off: {0}.", error.reason)
        : vscode.l10n.t('Inkling could not train: {0}', error instanceof Error ? error.message : String(error));
    this.#failure = message;
    this.#setAtRest();
    const resume = vscode.l10n.t('Resume');
    const showLog = vscode.l10n.t('Show Log');
    const actions = this.#state.type === 'paused' ? [resume, showLog] : [showLog];
    const chosen = await vscode.window.showErrorMessage(message, ...actions);
    if (chosen === resume) void this.run('resume');
    if (chosen === showLog) this.#log.show();
  }

  async #forgetUnfinished(): Promise<void> {
    this.#failure = undefined;
    await rm(this.files.unfinished, { force: true });
    this.#set({ type: 'idle' });
  }

  /** Nothing runs; a run that has not come to its end may wait to be resumed. */
  #setAtRest(): void {
    this.#set({ type: existsSync(this.files.unfinished) ? 'paused' : 'idle' });
  }

  #set(state: TrainingState): void {
    this.#state = state;
    this.#changed.fire(state);
  }

  /** Files of the model and checkpoint. */
  get files() {
    return storageIn(this.#storage);
  }
}
