import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Runs git as it comes: without what the person, the machine or a hook around it has set.
 *
 * @returns what it prints
 * @throws Error when it fails
 */
export function git(folder: string, ...args: readonly string[]): string {
  const home = mkdtempSync(join(tmpdir(), 'inkling-git-'));
  const kept = Object.entries(process.env).filter(([name]) => !/^(GIT_|XDG_)/.test(name));
  const env = { ...Object.fromEntries(kept), HOME: home, GIT_CONFIG_NOSYSTEM: '1' };
  try {
    return execFileSync('git', args, { cwd: folder, env, encoding: 'utf8' });
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
