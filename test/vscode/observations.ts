import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { descendantsOf } from '../support/processes.ts';

/** Processes below this one that have onnxruntime loaded; Linux only. */
export function nativeLibrariesBelow(pid: number): string[] {
  if (process.platform !== 'linux') return [];
  return descendantsOf(pid).filter((child) => {
    try {
      return readFileSync(`/proc/${child}/maps`, 'utf8').includes('libonnxruntime');
    } catch {
      return false; // it has ended
    }
  });
}

/** IDs of the extension hosts below this process; Linux only. */
export function extensionHostsBelow(pid: number): number[] {
  return descendantsOf(pid)
    .filter((child) => {
      try {
        return readFileSync(`/proc/${child}/cmdline`, 'utf8').includes('--type=extensionHost');
      } catch {
        return false; // it has ended
      }
    })
    .map(Number);
}

/** Priorities (nice values) of all threads of processes below this one; Linux only. */
export function prioritiesBelow(pid: number): number[] {
  return descendantsOf(pid).flatMap((child) => {
    try {
      return readdirSync(`/proc/${child}/task`).map((thread) =>
        Number(
          readFileSync(`/proc/${child}/task/${thread}/stat`, 'utf8')
            .replace(/^.*\) /, '')
            .split(' ')[16],
        ),
      );
    } catch {
      return []; // it has ended
    }
  });
}

/** Model files anywhere below VS Code's data. */
export function modelsIn(folder: string): string[] {
  return storedIn(folder).filter((path) => path.endsWith('model.onnx'));
}

/** What lies in VS Code's storage for workspaces. */
export function storedIn(folder: string): string[] {
  const storage = storageIn(folder);
  return existsSync(storage) ? readdirSync(storage, { recursive: true, encoding: 'utf8' }) : [];
}

/** Where VS Code has a folder for each workspace. */
export function storageIn(folder: string): string {
  return join(folder, 'data', 'User', 'workspaceStorage');
}
