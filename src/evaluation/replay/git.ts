import { type ChildProcessWithoutNullStreams, execFile, spawn } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { devNull } from 'node:os';
import { delimiter, isAbsolute, join } from 'node:path';
import { promisify } from 'node:util';
import * as l10n from '@vscode/l10n';
import { reasonOf, UserFacingError } from '../../base/errors.ts';

const run = promisify(execFile);
const LONGEST_OUTPUT = 1 << 28;

/**
 * Settings against what a repository's own configuration may name to be run. Only plumbing is called, which runs no hook,
 * filter, pager, alias or signature program; what it could run is switched off all the same.
 */
const HARMLESS = [
  '--no-pager',
  ...['-c', 'core.fsmonitor=false'],
  ...['-c', `core.hooksPath=${devNull}`],
  ...['-c', 'core.attributesFile='],
];

/** Variables that tell git where to look for the user's configuration, which says whom to trust (`safe.directory`). */
const KEPT = ['GIT_CONFIG_GLOBAL', 'GIT_CONFIG_SYSTEM', 'GIT_CONFIG_NOSYSTEM'];

/**
 * Git's environment: without variables that lead elsewhere, and such that it asks, writes and fetches nothing. A
 * repository that was cloned in part names where to fetch the rest from, perhaps by a program.
 */
function environment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_') || KEPT.includes(name));
  return {
    ...Object.fromEntries(kept),
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_NO_LAZY_FETCH: '1',
    GIT_ALLOW_PROTOCOL: 'none',
    GIT_NO_REPLACE_OBJECTS: '1',
  };
}

/**
 * The path of an installed program. Folders of `PATH` that are relative are passed over, and so is the current one, where
 * Windows looks first: somebody else may have put a program of that name there.
 *
 * @returns undefined where it is not installed
 */
async function findProgram(name: string, env: NodeJS.ProcessEnv = process.env): Promise<string | undefined> {
  const path = env['PATH'] ?? env['Path'] ?? '';
  const suffix = process.platform === 'win32' ? '.exe' : '';
  for (const folder of path.split(delimiter)) {
    if (!isAbsolute(folder)) continue;
    const file = join(folder, name + suffix);
    const isThere = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return file;
  }
  return undefined;
}

/** Git's plumbing in one repository: nothing that the repository names is run, nothing is written, nothing is fetched. */
export class Git {
  readonly #program: string;
  readonly #folder: string;
  readonly #signal: AbortSignal | undefined;

  /**
   * @param folder anywhere in a working tree, or a bare repository
   * @param signal ends what runs
   * @throws UserFacingError (usage) where git is not installed, or finds no repository that it trusts
   */
  static async open(folder: string, signal?: AbortSignal): Promise<Git> {
    const program = await findProgram('git');
    if (program === undefined) {
      throw new UserFacingError(
        l10n.t('Git is not installed, or not in PATH: install it to read what was committed.'),
        'usage',
      );
    }
    const git = new Git(program, folder, signal);
    try {
      await git.text('rev-parse', '--git-dir');
    } catch (error) {
      signal?.throwIfAborted();
      throw new UserFacingError(sentenceAbout(folder, error), 'usage', { cause: error });
    }
    return git;
  }

  private constructor(program: string, folder: string, signal: AbortSignal | undefined) {
    this.#program = program;
    this.#folder = folder;
    this.#signal = signal;
  }

  /** Output of a command. @throws Error with what git says; that it was aborted */
  async bytes(...args: readonly string[]): Promise<Buffer> {
    const { stdout } = await run(this.#program, [...HARMLESS, ...args], {
      ...{ cwd: this.#folder, env: environment(), encoding: 'buffer', maxBuffer: LONGEST_OUTPUT, windowsHide: true },
      ...(this.#signal && { signal: this.#signal }),
    });
    return stdout;
  }

  /** Output of a command, without the last line end. */
  async text(...args: readonly string[]): Promise<string> {
    return (await this.bytes(...args)).toString('utf8').replace(/\n$/, '');
  }

  /** A process that goes on to answer, until it is closed or the signal is aborted. */
  start(...args: readonly string[]): ChildProcessWithoutNullStreams {
    return spawn(this.#program, [...HARMLESS, ...args], {
      ...{ cwd: this.#folder, env: environment(), windowsHide: true },
      ...(this.#signal && { signal: this.#signal }),
    });
  }
}

function sentenceAbout(folder: string, error: unknown): string {
  const said = String((error as { stderr?: unknown }).stderr ?? reasonOf(error));
  if (said.includes('not a git repository')) {
    return l10n.t('{0} is not in a Git repository, so there is no history of it.', folder);
  }
  if (said.includes('dubious ownership')) {
    return l10n.t(
      "Git does not trust {0}, which belongs to somebody else: name it in Git's setting safe.directory if you do.",
      folder,
    );
  }
  const [first = ''] = said.trim().split('\n');
  return l10n.t('Git cannot read {0}: {1}.', folder, first.replace(/^fatal: /, ''));
}
