import { rmSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { build } from 'esbuild';

const shared = {
  outdir: 'dist',
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

const esModule = {
  ...shared,
  format: 'esm',
  // CommonJS dependencies inside an ES module still ask for `require`.
  banner: {
    js: "import { createRequire as requireFrom } from 'node:module';\nconst require = requireFrom(import.meta.url);",
  },
};

rmSync('dist/completion', { recursive: true, force: true });

await Promise.all([
  build({
    ...esModule,
    entryPoints: { cli: 'src/cli/main.ts' },
    banner: { js: `#!/usr/bin/env node\n${esModule.banner.js}` },
  }),
  build({
    ...esModule,
    entryPoints: { trainingWorker: 'src/trainingWorker.ts' },
  }),
  // In pieces, as it does without onnxruntime until there is a model.
  build({
    ...esModule,
    entryPoints: { completionWorker: 'src/completionWorker.ts' },
    splitting: true,
    chunkNames: 'completion/[name]-[hash]',
  }),
  // VS Code 1.100 loads extensions with `require`; the package is of type "module", hence the extension.
  build({
    ...shared,
    format: 'cjs',
    entryPoints: { extension: 'src/extension.ts' },
    outExtension: { '.js': '.cjs' },
    minify: true, // whoever opens a window waits for it
  }),
  // The page of the dashboard runs in a browser: `dashboard.js`, `dashboard.css` and the font of its icons.
  build({
    outdir: 'dist',
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
  }),
]);
await chmod('dist/cli.js', 0o755);
