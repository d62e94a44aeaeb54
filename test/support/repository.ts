import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { git } from './git.ts';

/** Files that are to be written, or to go. */
export type Files = Readonly<Record<string, string | Buffer | undefined>>;

interface CommitOptions {
  /** E-mail address. */
  readonly author?: string;
  /** When it was authored, as git takes it. Default: now. */
  readonly authored?: string;
}

/**
 * Makes a repository whose commits are by somebody whom its settings name, whatever those of the machine are.
 *
 * @param options of `git init`
 */
export function initRepository(folder: string, email = 'me@example.org', options: readonly string[] = []): void {
  mkdirSync(folder, { recursive: true });
  git(folder, 'init', '-q', '-b', 'main', ...options);
  git(folder, 'config', 'core.autocrlf', 'false');
  git(folder, 'config', 'user.name', 'Me');
  git(folder, 'config', 'user.email', email);
}

/** @returns the commit's name */
export function commit(folder: string, files: Files, { author, authored }: CommitOptions = {}): string {
  for (const [path, content] of Object.entries(files)) {
    const file = join(folder, path);
    if (content === undefined) git(folder, 'rm', '-q', path);
    else {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
    }
  }
  git(folder, 'add', '-A');
  const who = author === undefined ? [] : [`--author=Somebody <${author}>`];
  const when = authored === undefined ? [] : [`--date=${authored}`];
  git(folder, 'commit', '-q', '-m', 'Change', '--allow-empty', ...who, ...when);
  return git(folder, 'rev-parse', 'HEAD').trim();
}

/** Lines that are alike, so that most of each can be suggested. */
export function moduleOf(name: string, count = 12): string {
  const lines = Array.from({ length: count }, (_, index) => `export const ${name}${index} = loadCustomer(${index});\n`);
  return `import { loadCustomer } from './customer';\n\n${lines.join('')}`;
}
