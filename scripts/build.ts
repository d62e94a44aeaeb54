/**
 * Bundles what runs: the extension, its workers, the page of the dashboard and the command line, as esbuild.config.mjs
 * says.
 *
 *     npm run build
 */
import { rmSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { COMMAND_LINE, EXTENSION, PIECES } from '../esbuild.config.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** @param outdir an absolute path */
export async function buildExtension(outdir: string): Promise<void> {
  for (const pieces of PIECES) rmSync(join(outdir, pieces), { recursive: true, force: true });
  await Promise.all(EXTENSION.map((options) => build({ ...options, outdir })));
}

/** The files that end up in what a VSIX carries, relative to the repository; nothing is written. */
export async function bundledFiles(): Promise<string[]> {
  const results = await Promise.all(
    EXTENSION.map((options) => build({ ...options, outdir: join(root, 'dist'), write: false, metafile: true })),
  );
  // What an output has no bytes of was shaken off.
  const inputs = results.flatMap(({ metafile }) =>
    Object.values(metafile.outputs).flatMap((output) =>
      Object.entries(output.inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
    ),
  );
  return [...new Set(inputs)].sort();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const outdir = join(root, 'dist');
  await Promise.all([buildExtension(outdir), build({ ...COMMAND_LINE, outdir })]);
  await chmod(join(outdir, 'cli.js'), 0o755);
}
