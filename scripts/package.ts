/**
 * Builds VSIX packages, each with only its platform's native files in it, and looks at what is inside.
 *
 *     npm run package                             # for this platform
 *     npm run package -- --target win32-arm64     # for another one; several: name --target several times
 *     npm run package -- --target universal       # for platforms that onnxruntime has no binaries for
 *     npm run package -- --target all
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { hostTarget, TARGETS, type Target } from './targets.ts';
import { makeVsix } from './vsix.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The package as it is unpacked. */
export function stageOf(target: Target): string {
  return join(root, '.cache', 'package', target);
}

/** @throws Error when there is no such target */
export function targetsNamed(names: readonly string[]): readonly Target[] {
  if (names.length === 0) return [hostTarget()];
  if (names.includes('all')) return TARGETS;
  return [...new Set(names)].map((name) => {
    const target = TARGETS.find((one) => one === name);
    if (target === undefined) throw new Error(`There is no target ${name}: name all, or of ${TARGETS.join(', ')}.`);
    return target;
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    const { values } = parseArgs({ options: { target: { type: 'string', multiple: true } } });
    for (const target of targetsNamed(values.target ?? [])) {
      const options = { target, dist: join(root, 'dist'), stage: stageOf(target), folder: root };
      const { path, files, megabytes } = await makeVsix(options);
      console.log(`${path}: ${files} files, ${megabytes.toFixed(1)} MB`);
    }
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
