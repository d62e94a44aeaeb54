import { mkdir, mkdtemp, rm, rmdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as l10n from '@vscode/l10n';
import { reasonOf, UserFacingError } from '../../base/errors.ts';
import { DEFAULT_FILE_BYTES } from '../../corpus/scan.ts';
import type { History } from './history.ts';

/** A commit's files on disk, as far as they may be learnt: larger ones are left out. */
export class CheckedOut {
  readonly folder: string;
  readonly #history: History;

  /**
   * Writes the files of a commit.
   *
   * @param folder an empty one; default: a temporary one
   * @throws UserFacingError when they cannot be written; nothing is left then of a temporary folder
   */
  static async at(history: History, commit: string, folder?: string, signal?: AbortSignal): Promise<CheckedOut> {
    const target = folder ?? (await mkdtemp(join(tmpdir(), 'inkling-replay-')));
    const checkedOut = new CheckedOut(history, target);
    try {
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

  /** A folder that files are to be put into. */
  static of(history: History, folder: string): CheckedOut {
    return new CheckedOut(history, folder);
  }

  private constructor(history: History, folder: string) {
    this.#history = history;
    this.folder = folder;
  }

  /** Writes a file, or takes it away. */
  async put(path: string, blob: string | undefined): Promise<void> {
    const file = join(this.folder, ...path.split('/'));
    const content = blob === undefined ? undefined : await this.#history.content({ path, blob });
    try {
      if (content === undefined || content.length > DEFAULT_FILE_BYTES)
        await rm(file, { force: true, recursive: true });
      else {
        await mkdir(dirname(file), { recursive: true });
        await writeFile(file, content);
      }
    } catch (error) {
      throw new UserFacingError(
        l10n.t('The workspace as it was cannot be written to {0}: {1}.', this.folder, reasonOf(error)),
      );
    }
    if (content === undefined) await rmdir(dirname(file)).catch(() => {}); // unless there is more in it
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }
}
