import { join } from 'node:path';
import * as vscode from 'vscode';
import { Throttler } from '../../base/async/throttler.ts';
import { accepts } from '../../base/schema.ts';
import { WorkerDiedError } from '../../base/workerRpc.ts';
import { ReplayClient } from '../../evaluation/replay/client.ts';
import type { FolderToRead } from '../../protocol/corpus.ts';
import type { Savings } from '../../protocol/page.ts';
import { type Examples, ReplayFigures, type ReplayOutcome, type ReplayRequest } from '../../protocol/replay.ts';
import type { Models } from '../models/models.ts';
import { completionSettings, memorySettings, trainingSettings } from '../settings/settings.ts';
import { SCHEMES } from '../workspace/documents.ts';
import { foldersToLearn } from '../workspace/folders.ts';
import { offeredByName } from './offered.ts';

/** Characters that are typed: enough to say something, in less than a minute. */
const CHARACTERS = 3000;
const COMMITS = 500;
const KEY = 'inkling.savings';
/** At most so often is the worker told that somebody types. */
const TELL_MILLISECONDS = 200;

export interface ReplayControllerOptions {
  readonly workerFile: string;
  /** Of the workspace. */
  readonly storage: string;
  readonly memento: vscode.Memento;
  readonly models: Pick<Models, 'serving'>;
  /** The file with the fingerprints of what the workspace's own model has learnt. */
  readonly learnt: string;
  readonly log: vscode.LogOutputChannel;
}

/**
 * Has a worker type anew what was typed in a repository's last commits, one replay at a time, and keeps its figures. The
 * worker is there for as long as that takes.
 */
export class ReplayController implements vscode.Disposable {
  readonly #options: ReplayControllerOptions;
  readonly #client: ReplayClient;
  readonly #changed = new vscode.EventEmitter<void>();
  #progress: number | undefined;
  #figures: ReplayFigures | undefined;
  #examples: Examples | undefined;
  #notices: readonly string[] = [];
  #problem: string | undefined;
  /** What goes on, to its very end; it never fails. */
  #over: Promise<void> = Promise.resolve();
  /** Somebody wants no result any more. */
  #isCancelled = false;

  /** How far a replay is, or what has come of it. */
  readonly onDidChange = this.#changed.event;

  constructor(options: ReplayControllerOptions) {
    this.#options = options;
    this.#client = new ReplayClient(options.workerFile, { onProgress: (fraction) => this.#onProgress(fraction) });
    const stored = options.memento.get<unknown>(KEY);
    if (accepts(ReplayFigures, stored)) this.#figures = stored;
  }

  get isRunning(): boolean {
    return this.#progress !== undefined;
  }

  /** Whether there is anything to be forgotten. */
  get hasFigures(): boolean {
    return this.#figures !== undefined;
  }

  get savings(): Savings {
    return {
      ...(this.#progress === undefined ? {} : { progress: this.#progress }),
      ...(this.#figures === undefined ? {} : { figures: this.#figures }),
      ...(this.#examples === undefined ? {} : { examples: this.#examples }),
      notices: this.#notices,
      ...(this.#problem === undefined ? {} : { problem: this.#problem }),
    };
  }

  /**
   * Replays one folder to the end, which one is asked for among several. Whatever happens is told to the user here.
   *
   * @param show shows what goes on, once it is known that anything does
   */
  async run(show: () => void): Promise<void> {
    const folder = this.isRunning ? undefined : await chosenFolder();
    if (this.isRunning) show();
    else if (folder !== undefined) {
      show();
      this.#begin();
      this.#over = folder === 'none' ? this.#refuse() : this.#replay(folder);
      await this.#over;
    }
  }

  cancel(): void {
    if (!this.isRunning) return;
    this.#isCancelled = true;
    if (this.#client.isRunning) this.#client.remote.cancel().catch(() => {});
  }

  /** Ends what goes on, and removes the figures. */
  async forget(): Promise<void> {
    this.cancel();
    await this.#over;
    [this.#figures, this.#examples, this.#notices, this.#problem] = [undefined, undefined, [], undefined];
    await this.#options.memento.update(KEY, undefined);
    this.#changed.fire();
  }

  /** Ends what goes on. */
  async shutDown(): Promise<void> {
    this.#isCancelled = true;
    await this.#client.dispose();
  }

  dispose(): void {
    this.#changed.dispose();
  }

  async #refuse(): Promise<void> {
    this.#fail(vscode.l10n.t('Inkling types anew what was committed in a folder: open one first.'));
  }

  async #replay(folder: FolderToRead): Promise<void> {
    const { log } = this.#options;
    log.info(`Replaying the last commits of ${folder.path}`);
    const telling = new Throttler(() => this.#giveWay(), { interval: TELL_MILLISECONDS });
    const typing = vscode.workspace.onDidChangeTextDocument(({ document }) => {
      if (SCHEMES.includes(document.uri.scheme)) telling.schedule();
    });
    try {
      const outcome = await this.#client.remote.replay(this.#requestFor(folder));
      await this.#client.end();
      await this.#conclude(outcome);
    } catch (error) {
      await this.#client.end().catch(() => {});
      log.error(error instanceof Error ? error : String(error));
      const reason =
        error instanceof WorkerDiedError ? error.reason : error instanceof Error ? error.message : String(error);
      if (this.#isCancelled) this.#end(undefined);
      else this.#fail(vscode.l10n.t('What Inkling would have saved was not found out: {0}.', reason));
    } finally {
      typing.dispose();
      telling.dispose();
    }
  }

  /** Somebody types, whose suggestions go first. */
  #giveWay(): void {
    if (this.#client.isRunning) this.#client.remote.giveWay().catch(() => {});
  }

  #requestFor(folder: FolderToRead): ReplayRequest {
    const { models, learnt, storage } = this.#options;
    const { serving } = models;
    const { offered, others } = offeredByName();
    // Which languages are on is told by name: of the rest, all are alike.
    const { maxLength, minimumProbability, multiline } = completionSettings('plaintext');
    return {
      folder,
      scan: { maxFileBytes: trainingSettings().scan.maxFileBytes },
      maximum: memorySettings().maximum,
      ...{ commits: COMMITS, characters: CHARACTERS, maxLength, minimumProbability, multiline },
      ...{ offered, othersOffered: others },
      ...(serving && { model: { path: serving.path, learnt: serving.isTrainedHere ? learnt : undefined } }),
      temporary: join(storage, 'replay'),
    };
  }

  async #conclude(outcome: ReplayOutcome): Promise<void> {
    if (this.#isCancelled || outcome.type === 'cancelled') {
      this.#end(undefined);
      return;
    }
    if (outcome.type === 'refused') {
      this.#fail(outcome.message);
      return;
    }
    const { figures, examples, notices } = outcome;
    this.#options.log.info('Replayed', figures);
    [this.#figures, this.#examples] = [figures, examples];
    this.#notices = memorySettings().enabled ? notices : [...notices, memoryIsOff()];
    await this.#options.memento.update(KEY, figures);
    this.#end(undefined);
  }

  #onProgress(fraction: number): void {
    if (!this.isRunning) return;
    this.#progress = fraction;
    this.#changed.fire();
  }

  #begin(): void {
    this.#isCancelled = false;
    this.#problem = undefined;
    this.#progress = 0;
    this.#changed.fire();
  }

  #fail(problem: string): void {
    void vscode.window.showWarningMessage(problem);
    this.#end(problem);
  }

  #end(problem: string | undefined): void {
    this.#problem = problem;
    this.#progress = undefined;
    this.#changed.fire();
  }
}

function memoryIsOff(): string {
  return vscode.l10n.t(
    'The memory is off (inkling.memory.enabled): this is what Inkling would have saved with it switched on.',
  );
}

/** The folder that is open; of several one that the user chooses. Undefined: none was chosen. */
async function chosenFolder(): Promise<FolderToRead | 'none' | undefined> {
  const folders = foldersToLearn();
  if (folders.length <= 1) return folders[0] ?? 'none';
  const placeHolder = vscode.l10n.t('Of which folder are the last commits to be typed anew?');
  const chosen = await vscode.window.showWorkspaceFolderPick({ placeHolder });
  if (chosen === undefined) return undefined;
  return folders.find(({ path }) => path === chosen.uri.fsPath) ?? 'none';
}
