/**
 * Tells whether there are suggestions in a file, by its name.
 *
 * @param offered by the ends of names, in small letters: a whole name, or an extension with its point
 * @param others of files with another name
 */
export function offersIn(offered: Readonly<Record<string, boolean>>, others: boolean): (path: string) => boolean {
  const known = new Map(Object.entries(offered));
  return (path) => {
    const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
    // The longest end counts: `.d.ts` before `.ts`.
    for (let at = 0; at >= 0; at = name.indexOf('.', at + 1)) {
      const isOffered = known.get(name.slice(at));
      if (isOffered !== undefined) return isOffered;
    }
    return others;
  };
}
