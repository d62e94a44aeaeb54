import * as l10n from '@vscode/l10n';
import { reasonOf, UserFacingError } from '../../base/errors.ts';
import { BlobReader } from './blobReader.ts';
import { Git } from './git.ts';
import { type Hunk, parsePatch } from './patch.ts';

export interface Commit {
  /** Object names, hexadecimal. */
  readonly id: string;
  /** The first. */
  readonly parent: string;
}

/** A path in a commit's tree that is a regular file. */
export interface TreeFile {
  /** `/` between folders. */
  readonly path: string;
  /** Object name of its content. */
  readonly blob: string;
}

/** A path whose content another commit has otherwise. What is no regular file counts as not there. */
export interface Change {
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** A repository's history along first parents, read by git. */
export class History {
  readonly #git: Git;
  readonly #blobs: BlobReader;
  readonly #signal: AbortSignal | undefined;

  /**
   * @param signal ends what git does: nothing is to be asked for afterwards
   * @throws UserFacingError (usage) where there is no git, no repository or no commit
   */
  static async open(folder: string, signal?: AbortSignal): Promise<History> {
    const git = await Git.open(folder, signal);
    try {
      await git.text('rev-parse', '--verify', '--quiet', 'HEAD^{commit}');
    } catch (error) {
      signal?.throwIfAborted();
      throw new UserFacingError(l10n.t('The repository in {0} has no commit yet.', folder), 'usage', { cause: error });
    }
    return new History(git, signal);
  }

  private constructor(git: Git, signal: AbortSignal | undefined) {
    this.#git = git;
    this.#signal = signal;
    this.#blobs = new BlobReader(git);
  }

  /** Whether older commits were not fetched. */
  async isShallow(): Promise<boolean> {
    return (await this.#git.text('rev-parse', '--is-shallow-repository')) === 'true';
  }

  /**
   * Commits that are no merges, newest first; a first commit, which has no parent, is none of them.
   *
   * @param author e-mail address; default: everybody's
   */
  async commits(author?: string): Promise<Commit[]> {
    const filter = author === undefined ? [] : ['--fixed-strings', '--regexp-ignore-case', `--author=<${author}>`];
    const lines = await this.#git.text('rev-list', '--first-parent', '--no-merges', '--parents', ...filter, 'HEAD');
    return lines.split('\n').flatMap((line) => {
      const [id, parent] = line.split(' ');
      return id && parent ? [{ id, parent }] : [];
    });
  }

  /** Regular files of a commit. */
  async files(commit: string): Promise<TreeFile[]> {
    const records = await this.#git.bytes('ls-tree', '-r', '-z', '--full-tree', commit);
    return split(records).flatMap((record) => {
      const tab = record.indexOf('\t'); // a path may have others
      const [mode, , blob] = record.slice(0, tab).split(' ');
      const path = record.slice(tab + 1);
      return isRegular(mode) && isSafe(path) ? [{ path, blob: blob! }] : [];
    });
  }

  /** What differs from one commit to another, by path. */
  async changes(from: string, to: string): Promise<Change[]> {
    const records = split(await this.#git.bytes(...DIFF, '--raw', '-z', '--abbrev=64', from, to));
    const changes: Change[] = [];
    for (let index = 0; index + 1 < records.length; index += 2) {
      const [modeBefore = '', modeAfter, before, after] = records[index]!.split(' ');
      const path = records[index + 1]!;
      if (!isSafe(path)) continue;
      const change = {
        path,
        before: isRegular(modeBefore.slice(1)) ? before : undefined,
        after: isRegular(modeAfter) ? after : undefined,
      };
      if (change.before !== change.after) changes.push(change);
    }
    return changes;
  }

  /** Hunks of each change from one commit to another, by the names of both contents: `before..after`. */
  async hunks(from: string, to: string): Promise<Map<string, readonly Hunk[]>> {
    const options = ['-p', '-U0', '--full-index', '--no-color', '--diff-algorithm=myers', '--indent-heuristic'];
    const patch = await this.#told(this.#git.bytes(...DIFF, ...options, from, to));
    return parsePatch(patch.toString('latin1'));
  }

  /** @throws UserFacingError when it is missing or damaged */
  async content({ path, blob }: TreeFile): Promise<Buffer> {
    try {
      return await this.#told(this.#blobs.read(blob));
    } catch (error) {
      this.#signal?.throwIfAborted();
      if (error instanceof UserFacingError) throw error;
      const message = l10n.t('The history cannot be read at {0}: {1}. Try git fsck.', path, reasonOf(error));
      throw new UserFacingError(message, 'failure', { cause: error });
    }
  }

  close(): void {
    this.#blobs.close();
  }

  /** @throws UserFacingError where the work fails and the clone is one without all contents */
  async #told<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      this.#signal?.throwIfAborted();
      const promises = ['config', '--get-regexp', '^(extensions\\.partialclone|remote\\..*\\.promisor)$'];
      const isPartial = await this.#git.text(...promises).catch(() => '');
      if (isPartial === '') throw error;
      throw new UserFacingError(
        l10n.t(
          'The clone is a partial one, which lacks contents that its history needs: git fetch --refetch --no-filter brings them.',
        ),
        'failure',
        { cause: error },
      );
    }
  }
}

const DIFF = ['diff-tree', '-r', '--no-renames', '--no-ext-diff', '--no-textconv', '--no-commit-id'];

function split(records: Buffer): string[] {
  return records.toString('utf8').split('\0').slice(0, -1);
}

/** Not a link, a folder or a submodule. */
function isRegular(mode: string | undefined): boolean {
  return mode === '100644' || mode === '100755';
}

/** Whether a path stays in the folder that it is written to, and is no part of a repository's own. */
function isSafe(path: string): boolean {
  return (
    !path.includes('\uFFFD') &&
    path.split('/').every((name) => name !== '' && name !== '.' && name !== '..' && !/^\.git$/i.test(name)) &&
    (process.platform !== 'win32' || !/[\\:*?"<>|]/.test(path))
  );
}
