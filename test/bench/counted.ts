import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** What a process took, seen from outside. */
export interface Counted {
  readonly seconds: number;
  /** The most memory it ever held; 0 where there is no /proc. */
  readonly peakMegabytes: number;
  /** Of its output. */
  readonly lines: readonly string[];
}

/**
 * Runs a script of Node in a process of its own.
 *
 * @param onLine is told each line of its output, and the seconds since its start
 */
export async function runCounted(
  script: string,
  args: readonly string[],
  {
    environment = {},
    onLine,
  }: { environment?: Record<string, string>; onLine?: (line: string, seconds: number) => void } = {},
): Promise<Counted> {
  const start = performance.now();
  const elapsed = () => (performance.now() - start) / 1000;
  const child = spawn(process.execPath, [script, ...args], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let peakMegabytes = 0;
  const watch = setInterval(() => {
    peakMegabytes = Math.max(peakMegabytes, megabytesOf(child.pid));
  }, 50);
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    onLine?.(line, elapsed());
  }
  clearInterval(watch);
  return { seconds: elapsed(), peakMegabytes, lines };
}

/** Linux: the peak so far, as the kernel counts it. */
function megabytesOf(pid: number | undefined): number {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1000;
  } catch {
    return 0; // it has just ended, or this is no Linux
  }
}
