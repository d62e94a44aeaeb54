import { homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import * as l10n from '@vscode/l10n';
import { type GitSetting, parseGitConfig } from './gitConfig.ts';
import { readRuleFile } from './ruleFile.ts';

/** What git's configuration says about ignored files. */
export interface IgnoreConfig {
  /** The user's own file of rules for all repositories. */
  readonly excludesFile: string | undefined;
  /** Files that are such under a condition, which is not looked into. */
  readonly conditional: readonly string[];
  /** Undefined: it says nothing. */
  readonly ignoreCase: boolean | undefined;
}

/** As git has it. */
const DEEPEST_INCLUDES = 10;

/** Where git for all users may have its configuration. */
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
 * @param own the repository's configuration files, in their order
 * @param onNotice told of what cannot be used, in a sentence
 * @param environment variables that git heeds
 */
export async function readIgnoreConfig(
  own: readonly string[],
  onNotice: (sentence: string) => void,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<IgnoreConfig> {
  const home = environment['HOME'] || homedir();
  const configHome = environment['XDG_CONFIG_HOME'] || join(home, '.config');
  const reader = new ConfigReader(home, onNotice);
  for (const path of configFiles(environment, home, configHome)) await reader.read(path);
  for (const path of own) await reader.read(path);
  return {
    excludesFile: reader.excludesFile === '' ? undefined : (reader.excludesFile ?? join(configHome, 'git', 'ignore')),
    conditional: [...reader.conditional],
    ignoreCase: reader.ignoreCase,
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

class ConfigReader {
  readonly #home: string;
  readonly #onNotice: (sentence: string) => void;
  excludesFile: string | undefined;
  readonly conditional = new Set<string>();
  ignoreCase: boolean | undefined;

  constructor(home: string, onNotice: (sentence: string) => void) {
    this.#home = home;
    this.#onNotice = onNotice;
  }

  async read(path: string, isConditional = false, depth = 0): Promise<void> {
    const file = await readRuleFile(path);
    if (file.type === 'unreadable') {
      this.#onNotice(l10n.t('{0} cannot be read: ignore files that git is told of there are not known.', path));
    }
    if (file.type !== 'read') return;
    for (const setting of parseGitConfig(Buffer.from(file.bytes).toString('utf8'))) {
      await this.#take(setting, dirname(path), isConditional, depth);
    }
  }

  async #take(setting: GitSetting, folder: string, isConditional: boolean, depth: number): Promise<void> {
    const { section, subsection, name, value } = setting;
    if (name === 'path' && (section === 'include' || section === 'includeif') && depth < DEEPEST_INCLUDES) {
      const path = this.#expanded(value);
      if (path === undefined) return;
      await this.read(resolve(folder, path), isConditional || section === 'includeif', depth + 1);
    }
    if (section !== 'core' || subsection !== undefined) return;
    if (name === 'ignorecase' && !isConditional) this.ignoreCase = /^(?:true|yes|on|-?0*[1-9]\d*)$/i.test(value);
    if (name !== 'excludesfile') return;
    const path = this.#expanded(value);
    if (path === undefined) return;
    if (isConditional) this.conditional.add(path);
    else this.excludesFile = path;
  }

  /** `~` is the user's home; where others live is not asked. */
  #expanded(value: string): string | undefined {
    if (value === '~' || /^~[/\\]/.test(value)) return join(this.#home, value.slice(1));
    if (!value.startsWith('~') && !value.startsWith('%(prefix)')) return value;
    this.#onNotice(l10n.t('{0}, which git’s configuration names, cannot be found: its rules are not known.', value));
    return undefined;
  }
}
