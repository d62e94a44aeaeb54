import { stat } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import * as l10n from '@vscode/l10n';
import { readIgnoreConfig } from './gitEnvironment.ts';
import { type GitIgnoreOptions, GitIgnoreRules } from './gitignore.ts';
import { type RuleFile, readRuleFile } from './ruleFile.ts';

/** Function that is told of rules that cannot be used, in a sentence: which, and what is done instead. */
export type OnNotice = (sentence: string) => void;

/** Rules that hold in a folder. */
export interface RulesThere {
  readonly rules: GitIgnoreRules;
  /** Whether there are rules that cannot be read, so that nothing in the folder is to be learnt. */
  readonly isUnknown: boolean;
}

/** Rules that a folder has from the repository around it, and its place there. */
export interface RulesAbove extends RulesThere {
  /** Where it lies in the repository, with a slash at its end; '' for the top. */
  readonly prefix: string;
}

/** Reads the rules of repositories from their files, for one scan. */
export class RuleReader {
  readonly #onNotice: OnNotice;
  /** By their `.git`: that of the scanned folder is asked for twice. */
  readonly #data = new Map<string, Promise<GitData>>();

  constructor(onNotice: OnNotice) {
    this.#onNotice = onNotice;
  }

  /**
   * Rules that a folder has from the repository around it: the user's own ones for all repositories, the repository's,
   * and those of the folders above. Where these ignore the folder itself, they do not count: whoever asks for
   * `node_modules/rxjs/src` means it.
   *
   * @param root a real path
   */
  async above(root: string): Promise<RulesAbove> {
    const top = await this.#topOf(root);
    if (top === undefined || top === root) return { rules: GitIgnoreRules.none, isUnknown: false, prefix: '' };
    const parts = relative(top, root).split(sep);
    let there: RulesThere = await this.repository(top, '', { rules: GitIgnoreRules.none, isUnknown: false });
    for (const depth of parts.keys()) {
      const above = parts.slice(0, depth);
      const { rules, isUnknown } = await this.beside(join(top, ...above), above.join('/'), there);
      there = { rules: rules.withoutThoseAgainst(parts.slice(0, depth + 1).join('/')), isUnknown };
    }
    return { ...there, prefix: `${parts.join('/')}/` };
  }

  /**
   * Rules below a folder, with those of its own `.gitignore`.
   *
   * @param path in the repository, as rules see it
   */
  async beside(folder: string, path: string, there: RulesThere): Promise<RulesThere> {
    const file = join(folder, '.gitignore');
    const found = await readRuleFile(file);
    // Git does not follow a link there, so that for it the file brings nothing back.
    return this.#added(there, path, file, found, { onlyIgnoring: found.type === 'read' && found.isLink });
  }

  /**
   * Rules that a repository has beside its `.gitignore` files: the user's own for all repositories, and its
   * `info/exclude`, which a linked worktree shares with the others.
   *
   * @param path of the repository, in the one around it
   * @param outer what holds around it, and goes on to hold
   */
  async repository(top: string, path: string, outer: RulesThere): Promise<RulesThere> {
    const { folders, notice } = await this.#dataOf(top);
    if (notice !== undefined) this.#onNotice(notice);
    const own = folders && { common: join(folders.common, 'config'), worktree: join(folders.own, 'config.worktree') };
    const config = await readIgnoreConfig(own, this.#onNotice);
    let there: RulesThere = {
      rules: outer.rules.within(config.ignoreCase),
      isUnknown: outer.isUnknown || config.isUnknown || folders?.isUnknown === true,
    };
    const add = async (file: string, options: GitIgnoreOptions = {}): Promise<void> => {
      there = this.#added(there, path, file, await readRuleFile(file), options);
    };
    if (config.excludesFile !== undefined) await add(resolve(top, config.excludesFile));
    for (const file of config.conditional) await add(resolve(top, file), { onlyIgnoring: true });
    if (folders !== undefined) await add(join(folders.common, 'info', 'exclude'));
    return there;
  }

  #added(there: RulesThere, path: string, file: string, found: RuleFile, options: GitIgnoreOptions): RulesThere {
    switch (found.type) {
      case 'read':
        return { ...there, rules: there.rules.below(path, found.bytes, options) };
      case 'missing':
        return there;
      case 'no-file':
        this.#onNotice(l10n.t('{0} is no file, so there are no rules in it.', file));
        return there;
      case 'unreadable':
        this.#onNotice(unreadable(file));
        return { ...there, isUnknown: true };
    }
  }

  /** Nearest folder, from this one up, that is a repository; or else one of which the data are gone. */
  async #topOf(folder: string): Promise<string | undefined> {
    let dangling: string | undefined;
    for (let at: string | undefined = folder; at !== undefined; at = dirname(at) === at ? undefined : dirname(at)) {
      if (!(await isRepository(at))) continue;
      if ((await this.#dataOf(at)).folders !== undefined) return at;
      dangling ??= at;
    }
    return dangling;
  }

  #dataOf(top: string): Promise<GitData> {
    const git = join(top, '.git');
    const known = this.#data.get(git) ?? readGitData(git);
    this.#data.set(git, known);
    return known;
  }
}

function unreadable(file: string): string {
  return l10n.t('{0} cannot be read, so nothing that its rules may be about is learnt: make it readable.', file);
}

/** Place of a repository's data. */
interface GitData {
  /** Undefined: it is not there. */
  readonly folders: GitFolders | undefined;
  /** What could not be read of it, in a sentence. */
  readonly notice?: string;
}

interface GitFolders {
  /** Of this worktree. */
  readonly own: string;
  /** What all worktrees share. */
  readonly common: string;
  /** Whether it cannot be read where that is. */
  readonly isUnknown: boolean;
}

/**
 * Finds out where a repository keeps its data.
 *
 * @param git path of its `.git`, which may be a file that names the place
 */
async function readGitData(git: string): Promise<GitData> {
  const file = await readRuleFile(git);
  let own = git;
  if (file.type === 'read') {
    const named = Buffer.from(file.bytes)
      .toString('utf8')
      .match(/^gitdir: (.*?)[\r\n]*$/s)?.[1];
    own = named === undefined ? git : resolve(dirname(git), named);
  }
  if (!(await stat(own).catch(() => undefined))?.isDirectory()) {
    const notice = l10n.t('{0} is of a repository that is not there: what its exclude file names is not known.', git);
    return { folders: undefined, notice };
  }
  const commonFile = join(own, 'commondir');
  const common = await readRuleFile(commonFile);
  if (common.type === 'missing') return { folders: { own, common: own, isUnknown: false } };
  if (common.type !== 'read') return { folders: { own, common: own, isUnknown: true }, notice: unreadable(commonFile) };
  const named = Buffer.from(common.bytes)
    .toString('utf8')
    .replace(/[\r\n]+$/, '');
  return { folders: { own, common: resolve(own, named), isUnknown: false } };
}

async function isRepository(folder: string): Promise<boolean> {
  const git = join(folder, '.git');
  const found = await stat(git).catch(() => undefined);
  if (found === undefined) return false;
  return found.isFile() || !(await isMissing(join(git, 'HEAD')));
}

/** Whether nothing is there, as far as can be seen: what may not be looked at is. */
async function isMissing(path: string): Promise<boolean> {
  try {
    await stat(path);
    return false;
  } catch (error) {
    return ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
  }
}
