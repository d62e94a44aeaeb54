/**
 * What a process asks of the operating system, native code included: sockets, looked-up names and changed files. On Linux
 * `strace` tells all of it. Where that is not installed, sockets that are open are looked for many times a second with
 * what the system has anyway: `/proc` on Linux, `lsof` on macOS; files that are changed are not seen then.
 */
import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { descendantsOf } from './processes.ts';

/** What was asked for, each as the trace has it. */
export interface SystemCalls {
  /** Sockets of the internet's families, and what was connected to through them. */
  readonly internet: readonly string[];
  /** Files that are opened only when a host's name is looked up. */
  readonly lookups: readonly string[];
  /** Paths of files and folders that were made, changed, renamed or removed; undefined where they are not seen. */
  readonly changed: readonly string[] | undefined;
}

/** A watch over a process. */
export interface Watch {
  stop(): Promise<SystemCalls>;
}

export const hasStrace = process.platform === 'linux' && spawnSync('strace', ['-V']).status === 0;

/** Why nothing of native code can be seen here, as the end of a test's name; empty when something can. */
export const withoutWatch =
  process.platform === 'linux' || process.platform === 'darwin'
    ? ''
    : ' (skipped: sockets of a process are looked for on Linux and macOS only)';

/** Calls that are traced. */
const CALLS = [
  '%network',
  ...['open', 'openat', 'openat2', 'creat', 'mkdir', 'mkdirat', 'mknod', 'mknodat', 'truncate'],
  ...['rename', 'renameat', 'renameat2', 'unlink', 'unlinkat', 'rmdir', 'link', 'linkat', 'symlink', 'symlinkat'],
].map((name) => (name === '%network' ? name : `?${name}`));
/** Of strace: follow threads and children, paths of descriptors, whole names. */
const OPTIONS = ['-f', '-y', '-qq', '-s', '4096', '-e', `trace=${CALLS.join(',')}`, '-e', 'signal=none'];
const POLL_MILLISECONDS = 2;

/**
 * Runs a program to its end, and says what it asked for.
 *
 * @param trace a file that the trace goes to, where there is strace
 * @throws Error with its standard error when it does not end with 0
 */
export async function systemCallsOf(
  command: string,
  args: readonly string[],
  { trace, env, input = '' }: { readonly trace: string; readonly env: NodeJS.ProcessEnv; readonly input?: string },
): Promise<SystemCalls & { readonly stdout: string }> {
  const child = hasStrace
    ? spawn('strace', [...OPTIONS, '-o', trace, command, ...args], { env })
    : spawn(command, args, { env });
  const watch = hasStrace ? undefined : watchSockets(child.pid!);
  const [stdout, stderr] = [textOf(child.stdout), textOf(child.stderr)];
  child.stdin.on('error', () => {}); // it may end without reading
  child.stdin.end(input);
  const code = await endOf(child);
  const calls = watch === undefined ? callsIn(readFileSync(trace, 'utf8')) : await watch.stop();
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}: ${await stderr}`);
  return { ...calls, stdout: await stdout };
}

/**
 * Watches a process that runs already, with its threads and what it starts.
 *
 * @param trace a file that the trace goes to, where there is strace and it may watch
 */
export async function watchSystemCalls(pid: number, trace: string): Promise<Watch> {
  if (!hasStrace) return watchSockets(pid);
  const strace = spawn('strace', [...OPTIONS.filter((option) => option !== '-qq'), '-o', trace, '-p', String(pid)]);
  const ended = endOf(strace);
  const isWatching = await new Promise<boolean>((resolve) => {
    let said = '';
    strace.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (/attached/.test(said)) resolve(true);
    });
    strace.once('exit', () => resolve(false)); // the system lets nobody watch what is not their own
  });
  if (!isWatching) return watchSockets(pid);
  return {
    stop: async () => {
      strace.kill('SIGINT');
      await ended;
      return callsIn(readFileSync(trace, 'utf8'));
    },
  };
}

/** @param trace what strace has written */
function callsIn(trace: string): SystemCalls {
  const internet: string[] = [];
  const lookups: string[] = [];
  const changed: string[] = [];
  for (const line of trace.split('\n')) {
    const call = /^\d+\s+(\w+)\((.*)$/.exec(line);
    if (call === null) continue;
    const [, name, rest] = call as unknown as [string, string, string];
    if (/\bAF_INET6?\b/.test(rest)) internet.push(line);
    if (/"\/etc\/(hosts|gai\.conf)"/.test(rest)) lookups.push(line);
    if (isChange(name, rest) && !rest.includes('= -1 ')) changed.push(changedBy(rest));
  }
  return { internet, lookups, changed };
}

function isChange(name: string, rest: string): boolean {
  return /^open/.test(name)
    ? /\bO_(WRONLY|RDWR|CREAT|TRUNC)\b/.test(rest)
    : /^(creat|mk|truncate|rename|unlink|rmdir|link|symlink)/.test(name);
}

/** The last path of a call, which is what it makes, or the only one; with the folder that it is relative to. */
function changedBy(rest: string): string {
  const paths = [...rest.matchAll(/(?:(AT_FDCWD|\d+)(?:<([^>]*)>)?, )?"((?:[^"\\]|\\.)*)"/g)];
  const [, , folder = '', path = ''] = paths.at(-1) ?? [];
  return path.startsWith('/') ? path : join(folder, path);
}

/** Looks again and again at which sockets of the internet are open. A name is looked up through one, too. */
function watchSockets(pid: number): Watch {
  const internet = new Set<string>();
  let isWatched = true;
  const look = process.platform === 'linux' ? socketsOnLinux : socketsOnMac;
  const looking = (async () => {
    while (isWatched) {
      for (const socket of await look(pid)) internet.add(socket);
      await delay(POLL_MILLISECONDS);
    }
  })();
  return {
    stop: async () => {
      isWatched = false;
      await looking;
      return { internet: [...internet], lookups: [], changed: undefined };
    },
  };
}

async function socketsOnLinux(pid: number): Promise<string[]> {
  return [String(pid), ...descendantsOf(pid)].flatMap((one) => {
    const open = new Set(descriptorsOf(one));
    return ['tcp', 'tcp6', 'udp', 'udp6', 'raw', 'raw6', 'icmp', 'icmp6'].flatMap((table) => {
      const path = `/proc/${one}/net/${table}`;
      if (open.size === 0 || !existsSync(path)) return [];
      // sl local_address rem_address st queues timer retransmits uid timeout inode
      const rows = readFileSync(path, 'utf8').trim().split('\n').slice(1);
      return rows
        .map((row) => row.trim().split(/\s+/))
        .filter((fields) => open.has(`socket:[${fields[9]}]`))
        .map(([, local, remote]) => `${table} ${local} ${remote}`);
    });
  });
}

function descriptorsOf(pid: string): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((name) => {
      try {
        return [readlinkSync(`/proc/${pid}/fd/${name}`)];
      } catch {
        return []; // it was closed just now
      }
    });
  } catch {
    return []; // it has ended
  }
}

async function socketsOnMac(pid: number): Promise<string[]> {
  const listed = promisify(execFile)('lsof', ['-nP', '-a', '-i', '-p', String(pid), '-F', 'n']);
  const { stdout } = await listed.catch(() => ({ stdout: '' })); // it says 1 where there are none
  return stdout.split('\n').filter((line) => line.startsWith('n'));
}

function endOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code));
  });
}

async function textOf(stream: NodeJS.ReadableStream | null): Promise<string> {
  let text = '';
  for await (const chunk of stream ?? []) text += chunk;
  return text;
}
