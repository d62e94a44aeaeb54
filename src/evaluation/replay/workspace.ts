import { mkdir, mkdtemp, rm, rmdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as l10n from '@vscode/l10n';
import { reasonOf, UserFacingError } from '../../base/errors.ts';
import { DEFAULT_FILE_BYTES } from '../../corpus/scan.ts';
import type { History, TreeFile } from './history.ts';

/** What Git reads for rules of what is ignored. */
export const RULES = '.gitignore';
/** By which a folder is known for a repository, so that the rules of one that happens to be around it do not hold in it. */
const REPOSITORY = ['.git', 'HEAD'] as const;

/** A commit's files on disk, as far as they may be learnt: larger ones are left out. */
export class CheckedOut {
  /** Where the files are that count. */
  readonly folder: string;
  readonly #root: string;
  readonly #history: History;

  /**
   * Writes the files of a commit.
   *
   * @param folder an empty one; default: a temporary one
   * @throws UserFacingError when they cannot be written; nothing is left then of a temporary folder
   */
  static async at(history: History, commit: string, folder?: string, signal?: AbortSignal): Promise<CheckedOut> {
    const checkedOut = folder === undefined ? await CheckedOut.empty(history) : new CheckedOut(history, folder);
    try {
      if (folder === undefined) await checkedOut.putRulesAbove(commit);
      for (const { path, blob } of await history.files(commit)) {
        signal?.throwIfAborted();
        await checkedOut.put(path, blob);
      }
      return checkedOut;
    } catch (error) {
      if (folder === undefined) await checkedOut.remove();
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
      const folder = join(root, prefix);
      await mkdir(folder, { recursive: true });
      if (history.temporary !== undefined) {
        await mkdir(join(root, REPOSITORY[0]));
        await writeFile(join(root, ...REPOSITORY), '');
      }
      return new CheckedOut(history, folder, root);
    } catch (error) {
      throw unwritable(temporary, error);
    }
  }

  private constructor(history: History, folder: string, root = folder) {
    this.#history = history;
    this.folder = folder;
    this.#root = root;
  }

  /** Writes the rules of the folders above, which hold here too. */
  async putRulesAbove(commit: string): Promise<void> {
    for (const file of await this.#history.filesAbove(commit, RULES)) await this.#put(this.#root, file);
  }

  /** Writes a file, or takes it away. */
  put(path: string, blob: string | undefined): Promise<void> {
    return this.#put(this.folder, blob === undefined ? { path } : { path, blob });
  }

  async #put(folder: string, { path, blob }: Pick<TreeFile, 'path'> & Partial<TreeFile>): Promise<void> {
    const file = join(folder, ...path.split('/'));
    const content = blob === undefined ? undefined : await this.#history.content({ path, blob });
    try {
      if (content === undefined || content.length > DEFAULT_FILE_BYTES)
        await rm(file, { force: true, recursive: true });
      else {
        await mkdir(dirname(file), { recursive: true });
        await writeFile(file, content);
      }
    } catch (error) {
      throw unwritable(folder, error);
    }
    // Unless there is more in it.
    if (content === undefined && dirname(file) !== folder) await rmdir(dirname(file)).catch(() => {});
  }

  async remove(): Promise<void> {
    await rm(this.#root, { recursive: true, force: true, maxRetries: 3 });
  }
}

function unwritable(folder: string, error: unknown): UserFacingError {
  return new UserFacingError(
    l10n.t('The workspace as it was cannot be written to {0}: {1}.', folder, reasonOf(error)),
    'failure',
    { cause: error },
  );
}
