import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const cache = fileURLToPath(new URL('../../.cache/packages', import.meta.url));

/**
 * A package as it was published, which is no dependency: from the registry unless it is there already.
 *
 * @param specifier name and version, such as `preact@10.29.8`
 * @returns the folder with its `package.json`
 */
export function packageFolder(specifier: string): string {
  const target = join(cache, specifier);
  if (existsSync(target)) return target;
  mkdirSync(dirname(target), { recursive: true });
  const work = mkdtempSync(join(cache, 'pack-'));
  try {
    const shell = process.platform === 'win32';
    execFileSync('npm', ['pack', specifier, '--silent'], { cwd: work, shell });
    execFileSync('tar', ['xzf', join(work, readdirSync(work)[0]!), '-C', work]);
    renameSync(join(work, 'package'), target);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return target;
}
