import { readFile, stat } from 'node:fs/promises';
import { reasonOf, UserFacingError } from './errors.ts';

/**
 * The bytes of the file at `path`. Pipes and devices, which may never end, are not read.
 *
 * @param kind what the file is called in errors: "model", "checkpoint"
 * @throws UserFacingError when there is no such file, or it cannot be read
 */
export async function readRegularFile(path: string, kind: string): Promise<Uint8Array> {
  const couldNot = (reason: string, cause?: unknown) =>
    new UserFacingError(`Could not read the ${kind} ${path}: ${reason}.`, 'failure', { cause });
  try {
    if ((await stat(path)).isFile()) return await readFile(path);
  } catch (error) {
    throw couldNot(reasonOf(error), error);
  }
  throw couldNot('it is not a file');
}
