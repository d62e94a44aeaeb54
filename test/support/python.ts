import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** The Python that interoperation is tested with: INKLING_PYTHON, that of `npm run setup:python`, or the machine's. */
export const PYTHON = process.env['INKLING_PYTHON'] ?? installedPython() ?? 'python3';

/** Variables for a Python that loads onnxruntime, which from 1.29 on reports to its makers unless it is told not to. */
export const PYTHON_ENVIRONMENT: NodeJS.ProcessEnv = { ...process.env, ORT_DISABLE_TELEMETRY: '1' };

function installedPython(): string | undefined {
  const path = fileURLToPath(
    new URL(
      `../../.cache/python/${process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python'}`,
      import.meta.url,
    ),
  );
  return existsSync(path) ? path : undefined;
}

/**
 * Why Python scripts that need these modules cannot run here, as the end of a test's name; empty when they can.
 * `npm run setup:python` installs them, or set INKLING_PYTHON to a Python that has them.
 */
export function missingInPython(...modules: readonly string[]): string {
  const script = 'import importlib.util, sys; print(*[m for m in sys.argv[1:] if not importlib.util.find_spec(m)])';
  const { status, stdout } = spawnSync(PYTHON, ['-c', script, ...modules], { encoding: 'utf8' });
  if (status !== 0) return ` (skipped: ${PYTHON} does not run)`;
  return stdout.trim() === '' ? '' : ` (skipped: ${PYTHON} lacks ${stdout.trim()})`;
}

/** Runs a script of test/interop and parses the JSON that it prints. */
export async function runInterop<T>(script: string, ...args: readonly string[]): Promise<T> {
  return JSON.parse((await runInteropLines(script, ...args)).join('\n'));
}

/** The lines that a script of test/interop prints. */
export async function runInteropLines(script: string, ...args: readonly string[]): Promise<string[]> {
  const path = fileURLToPath(new URL(`../interop/${script}`, import.meta.url));
  const { stdout } = await promisify(execFile)(PYTHON, [path, ...args], {
    env: PYTHON_ENVIRONMENT,
    maxBuffer: 64 * 2 ** 20,
  });
  return stdout.trimEnd().split('\n');
}
