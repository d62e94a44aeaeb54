import { readFile, rm, writeFile } from 'node:fs/promises';
import * as l10n from '@vscode/l10n';
import { reasonOf, UserFacingError } from './errors.ts';

/**
 * Holds a file that says which process works here, so that two do not write the same files. A lock whose process has
 * ended counts for nothing.
 *
 * @param busy the sentence for when another one holds it
 * @returns lets the lock go
 * @throws UserFacingError when another living process, or another worker of this one, holds it, or it cannot be written
 */
export async function holdLock(path: string, busy: string): Promise<() => Promise<void>> {
  for (let attempt = 0; ; attempt++) {
    try {
      await writeFile(path, String(process.pid), { flag: 'wx' });
      // Where it cannot be removed, it counts for nothing once this process has ended.
      return () => rm(path, { force: true }).catch(() => {});
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
        throw new UserFacingError(l10n.t('Could not write {0}: {1}.', path, reasonOf(error)), 'failure', {
          cause: error,
        });
      }
      if (attempt > 0 || (await isHeld(path))) throw new UserFacingError(busy, 'failure', { cause: error });
      await rm(path, { force: true }).catch((reason: unknown) => {
        throw notWritten(path, reason);
      });
    }
  }
}

function notWritten(path: string, error: unknown): UserFacingError {
  return new UserFacingError(l10n.t('Could not write {0}: {1}.', path, reasonOf(error)), 'failure', { cause: error });
}

async function isHeld(path: string): Promise<boolean> {
  const pid = Number(await readFile(path, 'utf8').catch(() => ''));
  if (!Number.isSafeInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
