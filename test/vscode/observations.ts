import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Processes below this one that have onnxruntime loaded; Linux only. */
export function nativeLibrariesBelow(pid: number): string[] {
  if (process.platform !== 'linux') return [];
  return descendants(pid).filter((child) => {
    try {
      return readFileSync(`/proc/${child}/maps`, 'utf8').includes('libonnxruntime');
    } catch {
      return false; // it has ended
    }
  });
}

/** Priorities (nice values) of all threads of processes below this one; Linux only. */
export function prioritiesBelow(pid: number): number[] {
  return descendants(pid).flatMap((child) => {
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

function descendants(pid: number): string[] {
  const parents = new Map<string, string>();
  for (const name of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      parents.set(
        name,
        readFileSync(`/proc/${name}/stat`, 'utf8')
          .replace(/^.*\) /, '')
          .split(' ')[1]!,
      );
    } catch {
      // it has ended
    }
  }
  const below = (parent: string): string[] =>
    [...parents].flatMap(([child, its]) => (its === parent ? [child, ...below(child)] : []));
  return below(String(pid));
}

/** Model files anywhere below VS Code's data. */
export function modelsIn(folder: string): string[] {
  return storedIn(folder).filter((path) => path.endsWith('model.onnx'));
}

/** What lies in VS Code's storage for workspaces. */
export function storedIn(folder: string): string[] {
  const storage = join(folder, 'data', 'User', 'workspaceStorage');
  return existsSync(storage) ? readdirSync(storage, { recursive: true, encoding: 'utf8' }) : [];
}
