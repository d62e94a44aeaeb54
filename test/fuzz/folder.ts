import { makeFolder, removeFolder } from '../support/temporaryFolder.ts';

const made: string[] = [];

/** A folder that is there until {@link removeFolders} is called. */
export function folderForNow(): string {
  made.push(makeFolder('fuzz'));
  return made.at(-1)!;
}

/** Whoever tries targets calls this at the end: no process that is ended by another has the time to. */
export function removeFolders(): void {
  for (const folder of made.splice(0)) removeFolder(folder);
}
