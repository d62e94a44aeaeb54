import { fileURLToPath } from 'node:url';

/**
 * Where a tfjs-node may be: the folder that INKLING_TENSORFLOW names, or the one that npm has installed beside Inkling.
 * The path is relative to the bundled `dist/cli.js`.
 */
export function tensorflowFolders(): string[] {
  const asked = process.env['INKLING_TENSORFLOW'];
  const ours = fileURLToPath(new URL('..', import.meta.url));
  return asked === undefined || asked === '' ? [ours] : [asked, ours];
}
