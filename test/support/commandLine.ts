import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The built command. */
export const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

export interface Outcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built command as a person would; `onLine` sees each line of its output as it comes, and may kill it once. */
export function inkling(
  args: readonly string[],
  input = '',
  onLine?: (line: string, kill: (signal: NodeJS.Signals) => void) => void,
  environment: Readonly<Record<string, string>> = {},
) {
  return new Promise<Outcome>((resolve, reject) => {
    const child = spawn(process.execPath, [CLI, ...args], { env: { ...process.env, ...environment } });
    let stdout = '';
    let stderr = '';
    let seen = 0;
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      stdout += chunk;
      const lines = stdout.split('\n').slice(0, -1);
      for (; seen < lines.length; seen++) onLine?.(lines[seen]!, (signal) => child.killed || child.kill(signal));
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      stderr += chunk;
    });
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
    child.stdin.on('error', () => {}); // it may end without reading
    child.stdin.end(input);
  });
}

/** Runs the command where no file may grow past so many blocks of 512 bytes: as a full disk does, writing fails. */
export function limitedTo(blocks: number, args: readonly string[]) {
  return shell(`ulimit -f ${blocks}; trap '' XFSZ; exec "$0" "$@"`, [process.execPath, CLI, ...args]);
}

export function shell(script: string, args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync('sh', ['-c', script, ...args], { encoding: 'utf8' });
  return { code: status, stdout, stderr };
}

/** What a command with `--json` has said. */
export const jsonLines = ({ stdout }: Outcome) =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
