import { scan } from '../../corpus/scan.ts';
import type { Change, Commit, History } from './history.ts';
import { CheckedOut } from './workspace.ts';

/** Whether a file says what git ignores. */
export function areRules(path: string): boolean {
  return /(^|\/)\.gitignore$/.test(path);
}

/**
 * Tells which files of commits would be learnt: it has the ignore rules of one commit after another in a folder, where it
 * puts the files in question beside them for a moment.
 */
export class Rules {
  readonly #history: History;
  readonly #folder: CheckedOut;
  /** Those in the folder are this commit's. */
  #commit: string | undefined;

  static async open(history: History): Promise<Rules> {
    return new Rules(history, await CheckedOut.empty(history));
  }

  private constructor(history: History, folder: CheckedOut) {
    this.#history = history;
    this.#folder = folder;
  }

  /** Texts of the files changed that would be learnt, by path: the rules that hold in the commit decide. */
  async learntOf(
    commit: Commit,
    changes: readonly Change[],
    signal: AbortSignal | undefined,
  ): Promise<Map<string, string>> {
    await this.#goTo(commit.id, signal);
    const files = changes.flatMap(({ path, after }) => (after && !areRules(path) ? [{ path, blob: after }] : []));
    await this.#folder.putAll(files, signal);
    const found = await scan([this.#folder.folder], { signal });
    for (const { path } of files) await this.#folder.put(path, undefined);
    // The next one in question is most often the one before.
    await this.#change(changes.map(({ path, before, after }) => ({ path, before: after, after: before })));
    this.#commit = commit.parent;
    const paths = new Set(changes.map(({ path }) => path));
    return new Map(found.files.filter(({ path }) => paths.has(path)).map(({ path, text }) => [path, text]));
  }

  async remove(): Promise<void> {
    await this.#folder.remove();
  }

  async #goTo(commit: string, signal: AbortSignal | undefined): Promise<void> {
    const before = this.#commit;
    if (before === undefined) {
      const files = await this.#history.files(commit);
      await this.#folder.putAll(
        files.filter(({ path }) => areRules(path)),
        signal,
      );
    } else if (before !== commit) await this.#change(await this.#history.changes(before, commit));
    this.#commit = commit;
  }

  async #change(changes: readonly Change[]): Promise<void> {
    await this.#folder.change(changes.filter(({ path }) => areRules(path)));
  }
}
