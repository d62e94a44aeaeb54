import { spawnSync } from 'node:child_process';
import { CLI } from '../support/commandLine.ts';

/**
 * Runs the built command; what it says on standard error is seen.
 *
 * @returns the last object that it prints
 * @throws Error when it fails
 */
// biome-ignore lint/suspicious/noExplicitAny: what the command line prints
export function inkling(args: readonly string[]): any {
  const { status, stdout } = spawnSync(process.execPath, [CLI, ...args, '--json'], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new Error(`inkling ${args[0]} ended with ${status}.`);
  return JSON.parse(stdout.trim().split('\n').at(-1)!);
}

/** Prints a table in Markdown; all columns but the first are numbers. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): void {
  for (const row of [head, head.map((_, column) => (column === 0 ? '---' : '--:')), ...rows]) {
    console.log(`| ${row.join(' | ')} |`);
  }
  console.log('');
}

export function percent(value: number): string {
  return `${(100 * value).toFixed(1)} %`;
}
