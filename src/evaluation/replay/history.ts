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
  /** E-mail address. */
  readonly author: string;
  /** When it was first committed, and when it became what it is, by the clocks of those who did. Milliseconds. */
  readonly authored: number;
  readonly committed: number;
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

export interface HistoryOptions {
  /** Whether only that counts which lies in the folder; paths are relative to it. Default: all of the repository. */
  readonly isOfFolder?: boolean;
  /** Where folders for files as they were are made. Default: where the system has such folders. */
  readonly temporary?: string;
}

/** A repository's history along first parents, read by git. */
export class History {
  /** The folder's place in the repository, with a slash at its end; '' where all of the repository counts. */
  readonly prefix: string;
  /** Where folders for files as they were are made, if not where the system has such folders. */
  readonly temporary: string | undefined;
  readonly #git: Git;
  readonly #blobs: BlobReader;
  readonly #signal: AbortSignal | undefined;
  #tree: { readonly commit: string; readonly files: readonly TreeFile[] } | undefined;

  /**
   * @param signal ends what git does: nothing is to be asked for afterwards
   * @throws UserFacingError (usage) where there is no git, no repository or no commit
   */
  static async open(
    folder: string,
    signal?: AbortSignal,
    { isOfFolder = false, temporary }: HistoryOptions = {},
  ): Promise<History> {
    const git = await Git.open(folder, signal);
    try {
      await git.text('rev-parse', '--verify', '--quiet', 'HEAD^{commit}');
    } catch (error) {
      signal?.throwIfAborted();
      throw new UserFacingError(l10n.t('The repository in {0} has no commit yet.', folder), 'usage', { cause: error });
    }
    const prefix = isOfFolder ? await git.text('rev-parse', '--show-prefix') : '';
    return new History(git, prefix, temporary, signal);
  }

  private constructor(git: Git, prefix: string, temporary: string | undefined, signal: AbortSignal | undefined) {
    this.prefix = prefix;
    this.temporary = temporary;
    this.#git = git;
    this.#signal = signal;
    this.#blobs = new BlobReader(git);
  }

  /** Whether older commits were not fetched. */
  async isShallow(): Promise<boolean> {
    return (await this.#git.text('rev-parse', '--is-shallow-repository')) === 'true';
  }

  /** E-mail address of whoever commits here; undefined: none is set. */
  async ownAuthor(): Promise<string | undefined> {
    try {
      return (await this.#git.text('config', '--get', 'user.email')) || undefined;
    } catch {
      return undefined;
    }
  }

  /**
   * Commits that are no merges, newest first; a first commit, which has no parent, is none of them.
   *
   * @param author e-mail address; default: everybody's
   */
  async commits(author?: string): Promise<Commit[]> {
    const format = '--format=%H%x09%P%x09%at%x09%ct%x09%ae';
    const place = this.prefix === '' ? [] : ['--', '.'];
    const lines = await this.#git.text('rev-list', '--first-parent', '--no-merges', format, 'HEAD', ...place);
    const wanted = author?.toLowerCase();
    return lines.split('\n').flatMap((line) => {
      const [id, parent, authored, committed, email = ''] = line.split('\t');
      if (!id || !parent || (wanted !== undefined && email.toLowerCase() !== wanted)) return [];
      return [{ id, parent, author: email, authored: 1000 * Number(authored), committed: 1000 * Number(committed) }];
    });
  }

  /** Regular files of a commit. */
  async files(commit: string): Promise<TreeFile[]> {
    const { prefix } = this;
    return (await this.#files(commit)).flatMap(({ path, blob }) =>
      path.startsWith(prefix) ? [{ path: path.slice(prefix.length), blob }] : [],
    );
  }

  /** Files of that name in the folders above, up to the repository's; paths are relative to that one. */
  async filesAbove(commit: string, name: string): Promise<TreeFile[]> {
    if (this.prefix === '') return [];
    return (await this.#files(commit)).filter(({ path }) => {
      const folder = path.slice(0, path.lastIndexOf('/') + 1);
      return path === folder + name && folder !== this.prefix && this.prefix.startsWith(folder);
    });
  }

  /** What differs from one commit to another, by path. */
  async changes(from: string, to: string): Promise<Change[]> {
    const records = split(await this.#git.bytes(...DIFF, '--raw', '-z', '--abbrev=64', from, to));
    const changes: Change[] = [];
    for (let index = 0; index + 1 < records.length; index += 2) {
      const [modeBefore = '', modeAfter, before, after] = records[index]!.split(' ');
      const path = records[index + 1]!;
      if (!isSafe(path) || !path.startsWith(this.prefix)) continue;
      const change = {
        path: path.slice(this.prefix.length),
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

  /** Of all of the repository; those of one commit are asked for more than once. */
  async #files(commit: string): Promise<readonly TreeFile[]> {
    if (this.#tree?.commit === commit) return this.#tree.files;
    const records = await this.#git.bytes('ls-tree', '-r', '-z', '--full-tree', commit);
    const files = split(records).flatMap((record) => {
      const tab = record.indexOf('\t'); // a path may have others
      const [mode, , blob] = record.slice(0, tab).split(' ');
      const path = record.slice(tab + 1);
      return isRegular(mode) && isSafe(path) ? [{ path, blob: blob! }] : [];
    });
    this.#tree = { commit, files };
    return files;
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
