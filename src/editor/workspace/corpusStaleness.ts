import * as vscode from 'vscode';

/** From a model's going live, or a change of files, to the survey. */
const DELAY_MILLISECONDS = 10_000;
/** Reading a workspace takes a second: not more often than this. */
const INTERVAL_MILLISECONDS = 10 * 60_000;

/** Knows how much of what was learnt has changed since, by having the files read once in a while. */
export class CorpusStaleness implements vscode.Disposable {
  readonly #survey: () => Promise<number | undefined>;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #watcher: vscode.FileSystemWatcher;
  #changedPart = 0;
  #lastSurvey = -Infinity;
  #timer: NodeJS.Timeout | undefined;

  readonly onDidChange = this.#changed.event;

  /** @param survey reads the workspace; undefined when nothing can be said, such as while it trains */
  constructor(survey: () => Promise<number | undefined>) {
    this.#survey = survey;
    this.#watcher = vscode.workspace.createFileSystemWatcher('**/*');
    const soon = () => this.#schedule(INTERVAL_MILLISECONDS);
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
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#schedule(0);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#watcher.dispose();
    this.#changed.dispose();
  }

  #schedule(interval: number): void {
    const due = Math.max(DELAY_MILLISECONDS, this.#lastSurvey + interval - performance.now());
    this.#timer ??= setTimeout(() => void this.#run(), due);
  }

  async #run(): Promise<void> {
    this.#lastSurvey = performance.now();
    const part = await this.#survey().catch(() => undefined);
    this.#timer = undefined;
    if (part === undefined || part === this.#changedPart) return;
    this.#changedPart = part;
    this.#changed.fire();
  }
}
