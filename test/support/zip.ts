import { buffer } from 'node:stream/consumers';
import { openPromise } from 'yauzl';

/** The files in an archive, by their paths in it. */
export async function filesInZip(path: string): Promise<ReadonlyMap<string, Buffer>> {
  const files = new Map<string, Buffer>();
  const zip = await openPromise(path);
  for await (const entry of zip.eachEntry()) {
    files.set(entry.fileName, await buffer(await zip.openReadStreamPromise(entry)));
  }
  return files;
}
