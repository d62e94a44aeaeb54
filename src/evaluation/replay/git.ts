import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { devNull } from 'node:os';
import { delimiter, isAbsolute, join } from 'node:path';
import * as l10n from '@vscode/l10n';
import { reasonOf, UserFacingError } from '../../base/errors.ts';
import { DEFAULT_FILE_BYTES } from '../../corpus/scan.ts';

/** More of a command's output is not waited for. Bytes. */
const LONGEST_OUTPUT = 1 << 28;
/** What a command says of an error that is kept at least. Bytes. */
const ENOUGH_SAID = 1 << 12;

/**
 * Settings against what a repository's own configuration may name to be run. Only plumbing is called, which runs no hook,
 * filter, pager, alias or signature program; what it could run is switched off all the same.
 */
const HARMLESS = [
  '--no-pager',
  ...['-c', 'core.fsmonitor=false'],
  ...['-c', `core.hooksPath=${devNull}`],
  ...['-c', 'core.attributesFile='],
  // Larger files are not learnt: what differs in them is not looked for.
  ...['-c', `core.bigFileThreshold=${DEFAULT_FILE_BYTES}`],
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
      throw new UserFacingError(reasonOf(error), 'usage', { cause: error });
    }
    return git;
  }

  private constructor(program: string, folder: string, signal: AbortSignal | undefined) {
    this.#program = program;
    this.#folder = folder;
    this.#signal = signal;
  }

  /** Output of a command. @throws UserFacingError where git fails; the signal's reason when aborted */
  async bytes(...args: readonly string[]): Promise<Buffer> {
    this.#signal?.throwIfAborted();
    const child = this.start(...args);
    child.stdin.on('error', () => {}).end();
    const output: Buffer[] = [];
    let length = 0;
    child.stdout.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > LONGEST_OUTPUT) child.kill();
      else output.push(chunk);
    });
    const said = errorsOf(child);
    const isDone = await new Promise<boolean>((resolve) => {
      child.once('error', () => resolve(false)).once('close', (code) => resolve(code === 0));
    });
    if (isDone) return Buffer.concat(output);
    this.#signal?.throwIfAborted();
    const reason = length > LONGEST_OUTPUT ? l10n.t('its answer is too long') : said();
    throw new UserFacingError(sentenceAbout(this.#folder, reason));
  }

  /** Output of a command, without the last line end. */
  async text(...args: readonly string[]): Promise<string> {
    return (await this.bytes(...args)).toString('utf8').replace(/\n$/, '');
  }

  /** A process that goes on to answer, until it is closed or the signal is aborted. */
  start(...args: readonly string[]): ChildProcessWithoutNullStreams {
    const child = spawn(this.#program, [...HARMLESS, ...args], {
      ...{ cwd: this.#folder, env: environment(), windowsHide: true },
      // Ctrl-C is ours: what it has ended would look like damage.
      detached: process.platform !== 'win32',
    });
    const end = () => child.kill();
    this.#signal?.addEventListener('abort', end);
    child.once('close', () => this.#signal?.removeEventListener('abort', end));
    return child;
  }
}

/** What a process says on standard error, or of itself if it cannot be started. */
export function errorsOf(child: ChildProcessWithoutNullStreams): () => string {
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    if (said.length < ENOUGH_SAID) said += chunk;
  });
  child.once('error', (error) => {
    said ||= reasonOf(error);
  });
  return () => said;
}

function sentenceAbout(folder: string, said: string): string {
  if (said.includes('not a git repository')) {
    return l10n.t('{0} is not in a Git repository, so there is no history of it.', folder);
  }
  if (said.includes('dubious ownership')) {
    return l10n.t(
      "Git does not trust {0}, which belongs to somebody else: name it in Git's setting safe.directory if you do.",
      folder,
    );
  }
  return l10n.t('Git cannot read {0}: {1}.', folder, firstLine(said) || l10n.t('it has ended without a word'));
}

/** The first thing that git says, as the end of a sentence. */
export function firstLine(said: string): string {
  const [first = ''] = said.trim().split('\n');
  return first.replace(/^(?:fatal|error): /, '').replace(/\.$/, '');
}
