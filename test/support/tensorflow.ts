import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadTensorflow, type Tensorflow } from '../../src/training/engines/tensorflow/library.ts';

/** Where a tfjs-node may be: INKLING_TENSORFLOW, that of `npm run setup:tensorflow`, or the one that npm installed. */
export const TENSORFLOW_FOLDERS = [
  process.env['INKLING_TENSORFLOW'],
  ...['../../.cache/tensorflow', '../..'].map((path) => fileURLToPath(new URL(path, import.meta.url))),
].filter((folder) => folder !== undefined && existsSync(folder)) as string[];

/** Its reason, as the end of a test's name, says why tests of TensorFlow cannot run here; empty when they can. */
export function tensorflowForTests(threads = 2): { readonly library: Tensorflow; readonly missing: string } {
  try {
    const library = loadTensorflow(TENSORFLOW_FOLDERS, threads);
    if (library !== undefined) return { library, missing: '' };
    return { library: undefined as never, missing: ' (skipped: there is no tfjs-node; see npm run setup:tensorflow)' };
  } catch (error) {
    return { library: undefined as never, missing: ` (skipped: ${(error as Error).message})` };
  }
}
