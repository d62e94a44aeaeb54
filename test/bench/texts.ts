import { cpSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';

/** Copies text files of node_modules, in the order of their paths, until there are so many bytes. */
export function collect(target: string, bytes: number): string {
  const source = new URL('../../node_modules/', import.meta.url).pathname;
  let copied = 0;
  const paths = readdirSync(source, { recursive: true, encoding: 'utf8' }).sort();
  for (const path of paths.filter((path) => /\.(d\.[cm]?ts|md)$/.test(path) || /^rxjs\/.*\.(ts|js)$/.test(path))) {
    const file = join(source, path);
    const { size } = statSync(file);
    if (size > 200_000 || copied + size > bytes) continue;
    cpSync(file, join(target, path.replaceAll('node_modules', 'modules')));
    copied += size;
  }
  console.log(`${basename(target)}: ${(copied / 1e6).toFixed(1)} MB`);
  return target;
}
