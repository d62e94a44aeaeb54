/**
 * Bundles what runs: the extension, its two workers, the page of the dashboard and the command line.
 *
 *     npm run build
 */
import { rmSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

const shared = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  // Native code stays outside of the bundle; `vscode` is there only inside VS Code.
  external: ['onnxruntime-node', 'vscode'],
  // @vscode/l10n could load sentences from the network: what ships cannot.
  define: { fetch: 'undefined' },
  sourcemap: true,
  logLevel: 'warning',
} satisfies BuildOptions;

const esModule = {
  ...shared,
  format: 'esm',
  // CommonJS dependencies inside an ES module still ask for `require`.
  banner: {
    js: "import { createRequire as requireFrom } from 'node:module';\nconst require = requireFrom(import.meta.url);",
  },
} satisfies BuildOptions;

const COMMAND_LINE: BuildOptions = {
  ...esModule,
  entryPoints: { cli: 'src/cli/main.ts' },
  banner: { js: `#!/usr/bin/env node\n${esModule.banner.js}` },
};

/** What a VSIX carries. */
const EXTENSION: readonly BuildOptions[] = [
  {
    ...esModule,
    entryPoints: { trainingWorker: 'src/trainingWorker.ts' },
  },
  // In pieces, as it does without onnxruntime until there is a model.
  {
    ...esModule,
    entryPoints: { completionWorker: 'src/completionWorker.ts' },
    splitting: true,
    chunkNames: 'completion/[name]-[hash]',
  },
  // VS Code 1.100 loads extensions with `require`; the package is of type "module", hence the extension.
  {
    ...shared,
    format: 'cjs',
    entryPoints: { extension: 'src/extension.ts' },
    outExtension: { '.js': '.cjs' },
    minify: true, // whoever opens a window waits for it
  },
  // The page of the dashboard runs in a browser: `dashboard.js`, `dashboard.css` and the font of its icons.
  {
    absWorkingDir: root,
    entryPoints: { dashboard: 'src/dashboard/main.tsx' },
    bundle: true,
    platform: 'browser',
    format: 'esm',
    // Chromium of VS Code 1.100.
    target: 'chrome132',
    minify: true,
    jsx: 'automatic',
    jsxImportSource: 'preact',
    loader: { '.ttf': 'file' },
    assetNames: '[name]',
    logLevel: 'warning',
  },
];

/** @param outdir an absolute path */
export async function buildExtension(outdir: string): Promise<void> {
  rmSync(join(outdir, 'completion'), { recursive: true, force: true });
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
