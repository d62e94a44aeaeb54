import { open, readFile, stat } from 'node:fs/promises';
import * as l10n from '@vscode/l10n';
import { reasonOf, UserFacingError } from './errors.ts';

const COULD_NOT_READ = {
  model: (path: string, reason: string) => l10n.t('Could not read the model {0}: {1}.', path, reason),
  checkpoint: (path: string, reason: string) => l10n.t('Could not read the checkpoint {0}: {1}.', path, reason),
};

/** What Node.js reads at once, and what protocol buffers, of which ONNX models are made, hold at most. Bytes. */
const LARGEST = 2 ** 31 - 1;

/**
 * The bytes of the file at `path`. Pipes and devices, which may never end, are not read.
 *
 * @param kind what the file is called in errors
 * @param isWorthReading is given the first bytes; of a file that is not, these are all that is read, as one without any
 *   such content may have any size
 * @throws UserFacingError when there is no such file, it has more than 2 GB, or it cannot be read
 */
export async function readRegularFile(
  path: string,
  kind: keyof typeof COULD_NOT_READ,
  isWorthReading: (head: Uint8Array) => boolean = () => true,
): Promise<Uint8Array> {
  const couldNot = (reason: string, cause?: unknown) =>
    new UserFacingError(COULD_NOT_READ[kind](path, reason), 'failure', { cause });
  let reason = l10n.t('it is not a file');
  try {
    const found = await stat(path);
    if (found.isFile()) {
      const head = await readHead(path);
      if (!isWorthReading(head)) return head;
      if (found.size <= LARGEST) return await readFile(path);
      reason = l10n.t('it is larger than 2 GB');
    }
  } catch (error) {
    throw couldNot(reasonOf(error), error);
  }
  throw couldNot(reason);
}

const HEAD = 16;

async function readHead(path: string): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(new Uint8Array(HEAD), 0, HEAD, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
