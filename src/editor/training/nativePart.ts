import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** As VS Code calls it, where there is a package for it. */
export const PLATFORM = `${process.platform}-${process.arch}`;

/**
 * Whether the package brings onnxruntime for this platform. One without any brings it for none: an index does without.
 *
 * @param dist the extension's folder of bundles
 */
export function hasNativePart(dist: string): boolean {
  const packaged = join(dist, 'node_modules');
  const binaries = join(packaged, 'onnxruntime-node', 'bin', 'napi-v6', process.platform, process.arch);
  // In a checkout, npm has installed it elsewhere.
  return !existsSync(packaged) || existsSync(binaries);
}
