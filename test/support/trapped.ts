import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** One thing that a program did. */
export interface Trapped {
  readonly what: 'socket' | 'process' | 'write';
  /** The function that was called. */
  readonly name: string;
  /** Address, command or path. */
  readonly subject: string;
  /** The stack. */
  readonly by: string;
  readonly isMainThread: boolean;
}

/** The environment of a program that is watched, and what it did so far. */
export interface Trap {
  readonly environment: Readonly<Record<string, string>>;
  read(): Trapped[];
}

const root = fileURLToPath(new URL('../..', import.meta.url));

/** @param file that what is seen is written to */
export async function setTrap(file: string): Promise<Trap> {
  // Beside it, and not where two that are set at a time would both write.
  const code = join(dirname(file), 'trap.cjs');
  await build({
    entryPoints: [join(root, 'test', 'support', 'trap.ts')],
    outfile: code,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    packages: 'external',
  });
  return {
    environment: {
      NODE_OPTIONS: `--require ${JSON.stringify(code)}`,
      INKLING_TRAP: file,
      INKLING_TRAP_CODE: code,
    },
    read: () => (existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').map(parse) : []),
  };
}

function parse(line: string): Trapped {
  return JSON.parse(line) as Trapped;
}
