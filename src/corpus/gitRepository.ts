import { stat } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import * as l10n from '@vscode/l10n';
import { readIgnoreConfig } from './gitEnvironment.ts';
import { type GitIgnoreOptions, GitIgnoreRules } from './gitignore.ts';
import { type RuleFile, readRuleFile } from './ruleFile.ts';

/** Told of rules that cannot be used, in a sentence: which, and what is done instead. */
export type OnNotice = (sentence: string) => void;

/** Rules that hold in a folder. */
export interface RulesThere {
  readonly rules: GitIgnoreRules;
  /** Whether there are rules that cannot be read, so that nothing in the folder is to be learnt. */
  readonly isUnknown: boolean;
}

/** What a folder's place in a repository says of it. */
export interface RulesAbove extends RulesThere {
  /** Where it lies in the repository, with a slash at its end; '' for the top. */
  readonly prefix: string;
}

/**
 * The rules that a folder has from the repository around it: the user's own ones for all repositories, the repository's,
 * and those of the folders above. Where these ignore the folder itself, they do not count: whoever asks for
 * `node_modules/rxjs/src` means it.
 *
 * @param root a real path
 */
export async function rulesAbove(root: string, onNotice: OnNotice): Promise<RulesAbove> {
  const top = await topOf(root);
  if (top === undefined || top === root) return { rules: GitIgnoreRules.none, isUnknown: false, prefix: '' };
  const parts = relative(top, root).split(sep);
  let there: RulesThere = await repositoryRules(top, '', { rules: GitIgnoreRules.none, isUnknown: false }, onNotice);
  for (const depth of parts.keys()) {
    const above = parts.slice(0, depth);
    const { rules, isUnknown } = await rulesBeside(join(top, ...above), above.join('/'), there, onNotice);
    there = { rules: rules.withoutThoseAgainst(parts.slice(0, depth + 1).join('/')), isUnknown };
  }
  return { ...there, prefix: `${parts.join('/')}/` };
}

/**
 * The rules below a folder, with those of its own `.gitignore`.
 *
 * @param path in the repository, as rules see it
 */
export async function rulesBeside(
  folder: string,
  path: string,
  there: RulesThere,
  onNotice: OnNotice,
): Promise<RulesThere> {
  const file = join(folder, '.gitignore');
  const found = await readRuleFile(file);
  // Git does not follow a link there, and so knows nothing that the file could bring back.
  return added(there, path, file, found, { onlyIgnoring: found.type === 'read' && found.isLink }, onNotice);
}

/**
 * The rules that a repository has beside its `.gitignore` files: the user's own for all repositories, and its
 * `info/exclude`, which a linked worktree shares with the others.
 *
 * @param path of the repository, in the one around it
 * @param outer what holds around it, and goes on to hold
 */
export async function repositoryRules(
  top: string,
  path: string,
  outer: RulesThere,
  onNotice: OnNotice,
): Promise<RulesThere> {
  const folders = await gitFolders(join(top, '.git'), onNotice);
  const own = folders && { common: join(folders.common, 'config'), worktree: join(folders.own, 'config.worktree') };
  const config = await readIgnoreConfig(own, onNotice);
  let there: RulesThere = {
    rules: outer.rules.within(config.ignoreCase),
    isUnknown: outer.isUnknown || config.isUnknown || folders?.isUnknown === true,
  };
  const add = async (file: string, options: GitIgnoreOptions = {}): Promise<void> => {
    there = added(there, path, file, await readRuleFile(file), options, onNotice);
  };
  if (config.excludesFile !== undefined) await add(resolve(top, config.excludesFile));
  for (const file of config.conditional) await add(resolve(top, file), { onlyIgnoring: true });
  if (folders !== undefined) await add(join(folders.common, 'info', 'exclude'));
  return there;
}

function added(
  there: RulesThere,
  path: string,
  file: string,
  found: RuleFile,
  options: GitIgnoreOptions,
  onNotice: OnNotice,
): RulesThere {
  switch (found.type) {
    case 'read':
      return { ...there, rules: there.rules.below(path, found.bytes, options) };
    case 'missing':
      return there;
    case 'no-file':
      onNotice(l10n.t('{0} is no file, so there are no rules in it.', file));
      return there;
    case 'unreadable':
      onNotice(unreadable(file));
      return { ...there, isUnknown: true };
  }
}

function unreadable(file: string): string {
  return l10n.t('{0} cannot be read, so nothing that its rules may be about is learnt: make it readable.', file);
}

interface GitFolders {
  /** Of this worktree. */
  readonly own: string;
  /** What all worktrees share. */
  readonly common: string;
  /** Whether it cannot be read where that is. */
  readonly isUnknown: boolean;
}

/** Where a repository keeps its data; `.git` may be a file that says where. Undefined: it is not there. */
async function gitFolders(git: string, onNotice: OnNotice): Promise<GitFolders | undefined> {
  const file = await readRuleFile(git);
  let own = git;
  if (file.type === 'read') {
    const named = Buffer.from(file.bytes)
      .toString('utf8')
      .match(/^gitdir: (.*?)[\r\n]*$/s)?.[1];
    own = named === undefined ? git : resolve(dirname(git), named);
  }
  if (!(await stat(own).catch(() => undefined))?.isDirectory()) {
    onNotice(l10n.t('{0} is of a repository that is not there: what its exclude file names is not known.', git));
    return undefined;
  }
  const commonFile = join(own, 'commondir');
  const common = await readRuleFile(commonFile);
  if (common.type !== 'read') {
    const isUnknown = common.type !== 'missing';
    if (isUnknown) onNotice(unreadable(commonFile));
    return { own, common: own, isUnknown };
  }
  return {
    own,
    isUnknown: false,
    common: resolve(
      own,
      Buffer.from(common.bytes)
        .toString('utf8')
        .replace(/[\r\n]+$/, ''),
    ),
  };
}

/** The nearest folder, from this one up, that is a repository; or else that says it is one, of which the data are gone. */
async function topOf(folder: string): Promise<string | undefined> {
  let dangling: string | undefined;
  for (let at: string | undefined = folder; at !== undefined; at = dirname(at) === at ? undefined : dirname(at)) {
    if (!(await isRepository(at))) continue;
    if ((await gitFolders(join(at, '.git'), () => {})) !== undefined) return at;
    dangling ??= at;
  }
  return dangling;
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
