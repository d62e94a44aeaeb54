import { readFile, stat } from 'node:fs/promises';
import * as l10n from '@vscode/l10n';
import { reasonOf, UserFacingError } from './errors.ts';

const COULD_NOT_READ = {
  model: (path: string, reason: string) => l10n.t('Could not read the model {0}: {1}.', path, reason),
  checkpoint: (path: string, reason: string) => l10n.t('Could not read the checkpoint {0}: {1}.', path, reason),
};

/**
 * The bytes of the file at `path`. Pipes and devices, which may never end, are not read.
 *
 * @param kind what the file is called in errors
 * @throws UserFacingError when there is no such file, or it cannot be read
 */
export async function readRegularFile(path: string, kind: keyof typeof COULD_NOT_READ): Promise<Uint8Array> {
  const couldNot = (reason: string, cause?: unknown) =>
    new UserFacingError(COULD_NOT_READ[kind](path, reason), 'failure', { cause });
  try {
    if ((await stat(path)).isFile()) return await readFile(path);
  } catch (error) {
    throw couldNot(reasonOf(error), error);
  }
  throw couldNot(l10n.t('it is not a file'));
}
