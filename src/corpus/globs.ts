import picomatch from 'picomatch';

/**
 * A test for paths relative to the scanned folder (`/` between folders). A glob without `/` means a name at any depth
 * (`*.md`), one with `/` a path from the scanned folder on (`docs/*.md`); one that names a folder means all in it.
 *
 * @returns undefined when there are no globs.
 */
export function matcherOf(globs: readonly string[] | undefined): ((path: string) => boolean) | undefined {
  const patterns = (globs ?? []).map(normalised).filter((glob) => glob !== '');
  if (patterns.length === 0) return undefined;
  return picomatch(patterns.flatMap(withContents), { dot: true, nocase: process.platform === 'win32' });
}

/** A glob that matches this path alone. */
export function literal(path: string): string {
  return path.replace(/[\\*?[\]{}()!+@|^$]/g, '\\$&');
}

function normalised(glob: string): string {
  return glob
    .trim()
    .replace(/^\.?\/+/, '')
    .replace(/\/+$/, '');
}

function withContents(glob: string): string[] {
  const anywhere = glob.includes('/') ? glob : `**/${glob}`;
  return [anywhere, `${anywhere}/**`];
}
