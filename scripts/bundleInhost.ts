/** Bundles the suite of test/inhost for VS Code, which loads it into the extension host. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { stageOf } from './package.ts';
import { hostTarget } from './targets.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The extension as it is packaged, unpacked; `npm run package` makes it. */
export const EXTENSION = stageOf(hostTarget());

/**
 * @param name of the bundle, which another VS Code may be loading at the same time
 * @returns the file to be run, with `run()` in it
 */
export async function bundleInhost(name: string): Promise<string> {
  const outfile = join(root, '.cache', 'inhost', `${name}.cjs`);
  await build({
    entryPoints: [join(root, 'test', 'inhost', 'index.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['vscode', 'mocha'],
    sourcemap: 'inline',
  });
  return outfile;
}
