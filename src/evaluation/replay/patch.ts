/** Lines that were replaced by others. Lines are counted from 0. */
export interface Hunk {
  /** First line removed; where none is, the line that the added ones come before. */
  readonly start: number;
  readonly removed: number;
  /** First line added, in the new text. */
  readonly addedStart: number;
  readonly added: number;
}

const HUNK = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/;
const INDEX = /^index ([0-9a-f]+)\.\.([0-9a-f]+)/;

/**
 * Hunks of a patch without context lines (`-U0 --full-index`), by the names of the contents before and after. Lines are
 * counted, not looked at: whatever a file says is no part of the patch's form.
 */
export function parsePatch(patch: string): Map<string, readonly Hunk[]> {
  const files = new Map<string, Hunk[]>();
  let current: Hunk[] | undefined;
  let at = 0;
  const line = () => {
    const end = patch.indexOf('\n', at);
    const text = patch.slice(at, end < 0 ? patch.length : end);
    at = end < 0 ? patch.length : end + 1;
    return text;
  };
  while (at < patch.length) {
    const text = line();
    if (text.startsWith('diff --git ')) current = undefined;
    const index = INDEX.exec(text);
    if (index !== null) {
      current = [];
      files.set(`${index[1]}..${index[2]}`, current);
      continue;
    }
    const hunk = HUNK.exec(text);
    if (hunk === null) continue;
    const [first, removed, addedFirst, added] = [hunk[1], hunk[2] ?? '1', hunk[3], hunk[4] ?? '1'].map(Number);
    // Of an empty side the line before is named.
    current?.push({
      start: removed === 0 ? first! : first! - 1,
      removed: removed!,
      addedStart: added === 0 ? addedFirst! : addedFirst! - 1,
      added: added!,
    });
    for (let left = removed! + added!; left > 0; ) {
      if (!line().startsWith('\\')) left--;
    }
  }
  return files;
}
