import { basename } from 'node:path/posix';
import { scan } from '../../corpus/scan.ts';
import type { FileLimits, FolderToRead } from '../../protocol/corpus.ts';
import type { Change, Commit, History } from './history.ts';
import { CheckedOut, RULES } from './workspace.ts';

/** What of a folder is learnt. */
export interface Reading {
  /** Whatever its path is. */
  readonly folder?: Omit<FolderToRead, 'path'>;
  readonly scan?: FileLimits;
}

interface Options extends Reading {
  readonly signal?: AbortSignal | undefined;
}

/** Whether a file says what git ignores. */
export function areRules(path: string): boolean {
  return basename(path) === RULES;
}

/**
 * Tells which files of commits would be learnt: it has the ignore rules of one commit after another in a folder, where it
 * puts the files in question beside them for a moment.
 */
export class Rules {
  readonly #history: History;
  readonly #folder: CheckedOut;
  readonly #options: Options;
  /** Those in the folder are this commit's. */
  #commit: string | undefined;

  static async open(history: History, options: Options): Promise<Rules> {
    return new Rules(history, await CheckedOut.empty(history), options);
  }

  private constructor(history: History, folder: CheckedOut, options: Options) {
    this.#history = history;
    this.#folder = folder;
    this.#options = options;
  }

  /** Texts of the files changed that would be learnt, by path: the rules that hold in the commit decide. */
  async learntOf(commit: Commit, changes: readonly Change[]): Promise<Map<string, string>> {
    if (changes.length === 0) return new Map();
    const { folder, scan: limits, signal } = this.#options;
    await this.#goTo(commit.id);
    const files = changes.flatMap(({ path, after }) => (after && !areRules(path) ? [{ path, blob: after }] : []));
    await this.#folder.putAll(files, signal);
    // Paths are those of the folder, whatever name it has among others.
    const found = await scan([{ path: this.#folder.folder, exclude: folder?.exclude }], { ...limits, signal });
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

  async #goTo(commit: string): Promise<void> {
    const { signal } = this.#options;
    const before = this.#commit;
    await this.#folder.putRulesAbove(commit);
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
