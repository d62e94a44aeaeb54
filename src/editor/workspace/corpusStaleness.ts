import * as vscode from 'vscode';
import { Latest } from '../../base/async/latest.ts';
import { Throttler } from '../../base/async/throttler.ts';

/** From a model's going live, or a change of files, to the survey. */
const DELAY_MILLISECONDS = 10_000;
/** Reading a workspace takes a second: not more often than this. */
const INTERVAL_MILLISECONDS = 10 * 60_000;

/** Knows how much of what was learnt has changed since, by having the files read once in a while. */
export class CorpusStaleness implements vscode.Disposable {
  readonly #survey: () => Promise<number | undefined>;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #watcher: vscode.FileSystemWatcher;
  readonly #surveying = new Throttler(() => this.#run(), {
    delay: DELAY_MILLISECONDS,
    interval: INTERVAL_MILLISECONDS,
  });
  /** The survey that counts, unless another model serves by its end. */
  readonly #latest = new Latest();
  #changedPart = 0;

  readonly onDidChange = this.#changed.event;

  /** @param survey reads the workspace; undefined when nothing can be said, such as while it trains */
  constructor(survey: () => Promise<number | undefined>) {
    this.#survey = survey;
    this.#watcher = vscode.workspace.createFileSystemWatcher('**/*');
    const soon = () => this.#surveying.schedule();
    this.#watcher.onDidChange(soon);
    this.#watcher.onDidCreate(soon);
    this.#watcher.onDidDelete(soon);
  }

  /** Changed, new and removed files ÷ files learnt, as of the last survey. */
  get changedPart(): number {
    return this.#changedPart;
  }

  /** Another model serves, or none. */
  reset(): void {
    this.#changedPart = 0;
    this.#latest.abort();
    this.#surveying.reset();
    this.#surveying.schedule();
  }

  dispose(): void {
    this.#latest.dispose();
    this.#surveying.dispose();
    this.#watcher.dispose();
    this.#changed.dispose();
  }

  async #run(): Promise<void> {
    const signal = this.#latest.begin();
    const part = await this.#survey().catch(() => undefined);
    if (signal.aborted || part === undefined || part === this.#changedPart) return;
    this.#changedPart = part;
    this.#changed.fire();
  }
}
