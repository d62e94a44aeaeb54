import { fileURLToPath } from 'node:url';

/** @typedef {import('esbuild').BuildOptions} BuildOptions */

const root = fileURLToPath(new URL('.', import.meta.url));

/** @satisfies {BuildOptions} */
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
};

/** @satisfies {BuildOptions} */
const esModule = {
  ...shared,
  format: 'esm',
  // CommonJS dependencies inside an ES module still ask for `require`.
  banner: {
    js: "import { createRequire as requireFrom } from 'node:module';\nconst require = requireFrom(import.meta.url);",
  },
};

/** @type {BuildOptions} */
export const COMMAND_LINE = {
  ...esModule,
  entryPoints: { cli: 'src/cli/main.ts' },
  banner: { js: `#!/usr/bin/env node\n${esModule.banner.js}` },
};

/** Folders of bundles that are in pieces. */
export const PIECES = ['completion', 'replay'];

/**
 * What a VSIX carries.
 *
 * @type {readonly BuildOptions[]}
 */
export const EXTENSION = [
  {
    ...esModule,
    entryPoints: { trainingWorker: 'src/trainingWorker.ts' },
  },
  // In pieces, as they do without onnxruntime until there is a model.
  {
    ...esModule,
    entryPoints: { completionWorker: 'src/completionWorker.ts' },
    splitting: true,
    chunkNames: 'completion/[name]-[hash]',
  },
  {
    ...esModule,
    entryPoints: { replayWorker: 'src/replayWorker.ts' },
    splitting: true,
    chunkNames: 'replay/[name]-[hash]',
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
