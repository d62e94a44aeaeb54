import { chmod } from 'node:fs/promises';
import { build } from 'esbuild';

await build({
  entryPoints: { cli: 'src/cli/main.ts' },
  outdir: 'dist',
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  // Native code stays outside of the bundle.
  external: ['onnxruntime-node'],
  banner: {
    // CommonJS dependencies inside an ES module still ask for `require`.
    js: "#!/usr/bin/env node\nimport { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);",
  },
  sourcemap: true,
  logLevel: 'warning',
});
await chmod('dist/cli.js', 0o755);
