import { randomBytes } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import * as l10n from '@vscode/l10n';
import { reasonOf, UserFacingError } from './errors.ts';

/**
 * Replaces a file with new content, or leaves it as it was: the content goes to a temporary file in the same folder,
 * is flushed to the disk (fsync) and takes the file's name in one rename. A reader sees the old file or the new one,
 * never a part of either, whenever the process is killed.
 *
 * A folder that somebody has removed meanwhile is made anew, where the one above it is there.
 *
 * @throws UserFacingError when the folder cannot be written; the temporary file is removed.
 */
export async function writeFileAtomically(path: string, chunks: readonly Uint8Array[]): Promise<void> {
  await writeFilesAtomically([{ path, chunks }]);
}

/**
 * The same for files that belong together: all are written and flushed before the first takes its name, so that a full
 * disk or a folder that refuses one of them leaves all as they were.
 */
export async function writeFilesAtomically(
  files: readonly { readonly path: string; readonly chunks: readonly Uint8Array[] }[],
): Promise<void> {
  const written = files.map(({ path }) => ({ path, temporary: temporaryOf(path) }));
  let current = '';
  try {
    for (const [index, { path, chunks }] of files.entries()) {
      current = path;
      await writeAnew(written[index]!.temporary, chunks);
    }
    for (const { path, temporary } of written) {
      current = path;
      await rename(temporary, path);
    }
  } catch (error) {
    for (const { temporary } of written) await rm(temporary, { force: true }).catch(() => {});
    const message = l10n.t('Could not write {0}: {1}.', current, reasonOf(error));
    throw new UserFacingError(message, 'failure', { cause: error });
  }
  for (const folder of new Set(files.map(({ path }) => dirname(path)))) await flushFolder(folder);
}

async function writeAnew(path: string, chunks: readonly Uint8Array[]): Promise<void> {
  const file = await openAnew(path);
  try {
    for (const chunk of chunks) await file.writeFile(chunk);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function openAnew(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'wx');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    await mkdir(dirname(path));
    return open(path, 'wx');
  }
}

/** Removes temporary files that a killed process left beside `path`; not those that another may be writing just now. */
export function removeStaleTemporaries(path: string): Promise<void> {
  return removeStale(dirname(path), temporaryPrefix(path));
}

/** The same for all files of a folder that is Inkling's own. */
export function removeStaleTemporariesIn(folder: string): Promise<void> {
  return removeStale(folder, '.');
}

async function removeStale(folder: string, prefix: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    if (!(name.startsWith(prefix) && name.endsWith(TEMPORARY_SUFFIX))) continue;
    const file = join(folder, name);
    const age = Date.now() - ((await stat(file).catch(() => undefined))?.mtimeMs ?? Date.now());
    // One from the future was written before the clock was put back.
    if (Math.abs(age) > STALE_MILLISECONDS) await rm(file, { force: true }).catch(() => {});
  }
}

const TEMPORARY_SUFFIX = '.tmp';
const STALE_MILLISECONDS = 60_000;

function temporaryOf(path: string): string {
  return join(dirname(path), `${temporaryPrefix(path)}${randomBytes(6).toString('hex')}${TEMPORARY_SUFFIX}`);
}

function temporaryPrefix(path: string): string {
  return `.${basename(path)}.`;
}

/** Makes a rename itself durable. Windows cannot open folders, and needs no such flush. */
async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => {});
  await handle?.close();
}
