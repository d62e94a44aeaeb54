import { homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import * as l10n from '@vscode/l10n';
import { type GitSetting, parseGitConfig } from './gitConfig.ts';
import { readRuleFile } from './ruleFile.ts';

/** Settings of git's configuration that are about ignored files. */
export interface IgnoreConfig {
  /** The user's own file of rules for all repositories. */
  readonly excludesFile: string | undefined;
  /** Files that are such under a condition, which is not looked into. */
  readonly conditional: readonly string[];
  /** Undefined: it is not set. */
  readonly ignoreCase: boolean | undefined;
  /** Whether there are files of rules, or such as may name some, that cannot be read. */
  readonly isUnknown: boolean;
}

/** Configuration files of a repository. */
export interface OwnConfigs {
  readonly common: string;
  /** Of a worktree; it counts where the common one turns that on. */
  readonly worktree: string;
}

/** Most includes within includes, as in git, which refuses to go on. */
const DEEPEST_INCLUDES = 10;
/** Most files of configuration, as they may include each other: more are a mistake. */
const MOST_FILES = 1000;

/** Places of the configuration for all users. */
const SYSTEM_CONFIGS = [
  '/etc/gitconfig',
  '/usr/local/etc/gitconfig',
  '/opt/homebrew/etc/gitconfig',
  'C:\\ProgramData\\Git\\config',
  'C:\\Program Files\\Git\\etc\\gitconfig',
];

/**
 * Reads git's configuration for a repository, the system's, the user's and its own, as git does, but without a process.
 *
 * @param own the repository's configuration files; undefined: there is none
 * @param onNotice told of what cannot be used, in a sentence
 * @param environment variables that git heeds
 */
export async function readIgnoreConfig(
  own: OwnConfigs | undefined,
  onNotice: (sentence: string) => void,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<IgnoreConfig> {
  const home = environment['HOME'] || homedir();
  const configHome = environment['XDG_CONFIG_HOME'] || join(home, '.config');
  const reader = new ConfigReader(home, onNotice);
  for (const path of configFiles(environment, home, configHome)) await reader.read(path);
  if (own !== undefined) {
    await reader.read(own.common);
    if (reader.hasWorktreeConfig) await reader.read(own.worktree);
  }
  return {
    excludesFile: reader.excludesFile === '' ? undefined : (reader.excludesFile ?? join(configHome, 'git', 'ignore')),
    conditional: [...reader.conditional],
    ignoreCase: reader.ignoreCase,
    isUnknown: reader.isUnknown,
  };
}

function configFiles(environment: NodeJS.ProcessEnv, home: string, configHome: string): string[] {
  const noSystem = /^(?:1|true|yes|on)$/i.test(environment['GIT_CONFIG_NOSYSTEM'] ?? '');
  const system = environment['GIT_CONFIG_SYSTEM'];
  const global = environment['GIT_CONFIG_GLOBAL'];
  return [
    ...(noSystem ? [] : system === undefined ? SYSTEM_CONFIGS : [system]),
    ...(global === undefined ? [join(configHome, 'git', 'config'), join(home, '.gitconfig')] : [global]),
  ].filter((path) => path !== '' && isAbsolute(path));
}

/** Reads files of configuration one after the other, with those that they include. */
class ConfigReader {
  readonly #home: string;
  readonly #onNotice: (sentence: string) => void;
  excludesFile: string | undefined;
  readonly conditional = new Set<string>();
  ignoreCase: boolean | undefined;
  hasWorktreeConfig = false;
  isUnknown = false;
  #files = 0;

  constructor(home: string, onNotice: (sentence: string) => void) {
    this.#home = home;
    this.#onNotice = onNotice;
  }

  async read(path: string, isConditional = false, depth = 0): Promise<void> {
    const isTooFar = depth > DEEPEST_INCLUDES || ++this.#files > MOST_FILES;
    const file = isTooFar ? ({ type: 'unreadable' } as const) : await readRuleFile(path);
    if (file.type === 'unreadable') {
      this.isUnknown = true;
      this.#onNotice(
        l10n.t('{0} cannot be read, so nothing that its rules may be about is learnt: make it readable.', path),
      );
    }
    if (file.type !== 'read') return;
    for (const setting of parseGitConfig(Buffer.from(file.bytes).toString('utf8'))) {
      await this.#take(setting, dirname(path), isConditional, depth);
    }
  }

  async #take(setting: GitSetting, folder: string, isConditional: boolean, depth: number): Promise<void> {
    const { section, subsection, name, value } = setting;
    if (name === 'path' && (section === 'include' || section === 'includeif')) {
      const path = this.#expanded(value);
      if (path === undefined) return;
      await this.read(resolve(folder, path), isConditional || section === 'includeif', depth + 1);
    }
    if (subsection !== undefined) return;
    if (section === 'extensions' && name === 'worktreeconfig') this.hasWorktreeConfig = isOn(value);
    if (section !== 'core') return;
    if (name === 'ignorecase' && !isConditional) this.ignoreCase = isOn(value);
    if (name !== 'excludesfile') return;
    const path = this.#expanded(value);
    if (path === undefined) return;
    if (isConditional) this.conditional.add(path);
    else this.excludesFile = path;
  }

  /** `~` is the user's home; where others live is not asked. */
  #expanded(named: string): string | undefined {
    const value = named.replace(/^:\(optional\)/, '');
    if (value === '~' || /^~[/\\]/.test(value)) return join(this.#home, value.slice(1));
    if (!value.startsWith('~') && !value.startsWith('%(prefix)')) return value;
    this.isUnknown = true;
    this.#onNotice(
      l10n.t(
        '{0}, which Git’s configuration names, cannot be found, so nothing that its rules may be about is learnt: name it by its whole path.',
        value,
      ),
    );
    return undefined;
  }
}

function isOn(value: string): boolean {
  return /^(?:true|yes|on|-?0*[1-9]\d*)$/i.test(value);
}
