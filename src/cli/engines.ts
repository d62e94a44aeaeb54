import { fileURLToPath } from 'node:url';

/**
 * Where a tfjs-node may be: the folder that INKLING_TENSORFLOW names, that of `npm run setup:tensorflow`, or the one that
 * npm has installed beside Inkling. Paths are relative to the bundled `dist/cli.js`.
 */
export function tensorflowFolders(): string[] {
  const asked = process.env['INKLING_TENSORFLOW'];
  const ours = ['../.cache/tensorflow', '..'].map((path) => fileURLToPath(new URL(path, import.meta.url)));
  return asked === undefined || asked === '' ? ours : [asked, ...ours];
}
