import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A new folder, empty, with what it is for in its name. Whoever makes it removes it. */
export function makeFolder(name: string): string {
  return mkdtempSync(join(tmpdir(), `inkling-${name}-`));
}

/** Whether or not it is there, and while a process that ends still writes there. */
export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}
