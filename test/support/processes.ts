import { readdirSync, readFileSync } from 'node:fs';

/** IDs of all processes that a process has started, and these in turn; Linux only. */
export function descendantsOf(pid: number): string[] {
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
