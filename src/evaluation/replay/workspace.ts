import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, rmdir, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, sep } from 'node:path';
import * as l10n from '@vscode/l10n';
import { reasonOf, UserFacingError } from '../../base/errors.ts';
import { reasonAgainstPath } from '../../corpus/pathRules.ts';
import { DEFAULT_FILE_BYTES } from '../../corpus/scan.ts';
import type { Change, History, TreeFile } from './history.ts';

/** What Git reads for rules of what is ignored. */
export const RULES = '.gitignore';
/** By which a folder is known for a repository, so that the rules of one that happens to be around it do not hold in it. */
const REPOSITORY = ['.git', 'HEAD'] as const;

/** Files that are read and written at the same time. */
const BATCH = 32;
/** When every file was changed, so that which ones are read first where there are too many does not hang on chance. */
const CHANGED = new Date('2020-01-01T00:00:00Z');

/** A commit's files on disk, as far as they may be learnt: those that are left out for their names or sizes are not there. */
export class CheckedOut {
  /** Where the files are that count. */
  readonly folder: string;
  readonly #root: string;
  readonly #history: History;
  /** Removes the folder where the process ends before that is done. */
  readonly #removeNow = () => rmSync(this.#root, { recursive: true, force: true });

  /**
   * Writes the files of a commit into a temporary folder.
   *
   * @throws UserFacingError when they cannot be written; nothing is left then
   */
  static async at(history: History, commit: string, signal?: AbortSignal): Promise<CheckedOut> {
    const checkedOut = await CheckedOut.empty(history);
    try {
      await checkedOut.putRulesAbove(commit);
      await checkedOut.putAll(await history.files(commit), signal);
      return checkedOut;
    } catch (error) {
      await checkedOut.remove();
      throw error;
    }
  }

  /**
   * Makes a temporary folder that files are to be put into.
   *
   * @throws UserFacingError when there cannot be one
   */
  static async empty(history: History): Promise<CheckedOut> {
    const { temporary = tmpdir(), prefix } = history;
    try {
      await mkdir(temporary, { recursive: true });
      const root = await mkdtemp(join(temporary, 'inkling-replay-'));
      const checkedOut = new CheckedOut(history, join(root, prefix), root);
      process.once('exit', checkedOut.#removeNow);
      await mkdir(checkedOut.folder, { recursive: true });
      if (history.temporary !== undefined) {
        await mkdir(join(root, REPOSITORY[0]));
        await writeFile(join(root, ...REPOSITORY), '');
      }
      return checkedOut;
    } catch (error) {
      throw unwritable(temporary, error);
    }
  }

  /**
   * Writes the files of a commit into a folder that is empty, or not there yet, for good.
   *
   * @throws UserFacingError when that is another one (usage), or they cannot be written: it is as it was then
   */
  static async prepare(history: History, commit: string, folder: string, signal?: AbortSignal): Promise<void> {
    const made = await emptyFolder(folder);
    try {
      await new CheckedOut(history, folder).putAll(await history.files(commit), signal);
    } catch (error) {
      const names = made === undefined ? await readdir(folder).catch(() => []) : [];
      for (const path of made === undefined ? names.map((name) => join(folder, name)) : [made]) {
        await rm(path, { recursive: true, force: true, maxRetries: 3 }).catch(() => {});
      }
      throw error;
    }
  }

  private constructor(history: History, folder: string, root = folder) {
    this.#history = history;
    this.folder = folder;
    this.#root = root;
  }

  /** Has the rules of the folders above as they are in a commit: they hold here too. */
  async putRulesAbove(commit: string): Promise<void> {
    const rules = new Map((await this.#history.filesAbove(commit, RULES)).map(({ path, blob }) => [path, blob]));
    const above = this.#history.prefix.split('/').slice(0, -1);
    for (const depth of above.keys()) {
      const path = [...above.slice(0, depth), RULES].join('/');
      await this.#put(this.#root, path, rules.get(path));
    }
  }

  /** Writes files, none of which has another's folder for its name. */
  async putAll(files: readonly TreeFile[], signal?: AbortSignal): Promise<void> {
    for (let at = 0; at < files.length; at += BATCH) {
      signal?.throwIfAborted();
      const all = await Promise.allSettled(files.slice(at, at + BATCH).map(({ path, blob }) => this.put(path, blob)));
      for (const one of all) if (one.status === 'rejected') throw one.reason;
    }
  }

  /** Changes files as from one commit to another. */
  async change(changes: readonly Change[], signal?: AbortSignal): Promise<void> {
    // First what goes: a folder may come in its place.
    for (const { path, after } of changes) if (after === undefined) await this.put(path, undefined);
    await this.putAll(
      changes.flatMap(({ path, after }) => (after === undefined ? [] : [{ path, blob: after }])),
      signal,
    );
  }

  /** Writes a file, or takes it away, and the folders that it leaves empty. */
  put(path: string, blob: string | undefined): Promise<void> {
    return this.#put(this.folder, path, blob);
  }

  async #put(folder: string, path: string, blob: string | undefined): Promise<void> {
    const file = join(folder, ...path.split('/'));
    const isWanted = blob !== undefined && reasonAgainstPath(path) === undefined;
    const content = isWanted ? await this.#history.content({ path, blob }) : undefined;
    try {
      if (content === undefined || content.length > DEFAULT_FILE_BYTES)
        await rm(file, { force: true, recursive: true });
      else {
        await mkdir(dirname(file), { recursive: true });
        await writeFile(file, content);
        await utimes(file, CHANGED, CHANGED);
      }
    } catch (error) {
      throw unwritable(folder, error);
    }
    if (blob === undefined) await this.#removeEmpty(dirname(file));
  }

  async remove(): Promise<void> {
    await rm(this.#root, { recursive: true, force: true, maxRetries: 3 });
    process.off('exit', this.#removeNow);
  }

  /** Removes a folder, and those around it, up to one in which there is something. */
  async #removeEmpty(folder: string): Promise<void> {
    try {
      for (let at = folder; at.startsWith(`${this.folder}${sep}`); at = dirname(at)) await rmdir(at);
    } catch {
      // there is more in it, or it was never there
    }
  }
}

/**
 * Makes a folder, unless it is there.
 *
 * @returns the outermost folder that was made; undefined: none was
 */
async function emptyFolder(folder: string): Promise<string | undefined> {
  let made: string | undefined;
  let names: string[];
  try {
    made = await mkdir(folder, { recursive: true });
    names = await readdir(folder);
  } catch (error) {
    throw unwritable(folder, error);
  }
  if (names.length === 0) return made;
  throw new UserFacingError(l10n.t('{0} is not empty: name a folder that is, or none yet.', folder), 'usage');
}

function unwritable(folder: string, error: unknown): UserFacingError {
  return new UserFacingError(
    l10n.t('The workspace as it was cannot be written to {0}: {1}.', folder, reasonOf(error)),
    'failure',
    { cause: error },
  );
}
