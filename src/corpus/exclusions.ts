/** Why a file, or a folder with all that is in it, is not part of the corpus. */
export type ExclusionReason =
  | 'git-ignored'
  | 'excluded'
  | 'not-included'
  | 'default-excluded'
  | 'lock-file'
  | 'source-map'
  | 'minified'
  | 'generated'
  | 'binary'
  | 'too-large'
  | 'over-corpus-limit'
  | 'duplicate'
  | 'undecodable'
  | 'secret-file'
  | 'symbolic-link'
  | 'not-a-regular-file'
  | 'strange-name'
  | 'unreadable'
  | 'empty';

/** How many files were left out for each reason. A folder that is not entered counts as one. */
export type Exclusions = Readonly<Partial<Record<ExclusionReason, number>>>;

/** Counts exclusions. */
export class ExclusionCounter {
  readonly #counts = new Map<ExclusionReason, number>();

  add(reason: ExclusionReason, count = 1): void {
    if (count > 0) this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + count);
  }

  get total(): number {
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
  }

  /** The counts, the largest first, equal ones by name. */
  toRecord(): Exclusions {
    return Object.fromEntries(
      [...this.#counts].sort(([a, countOfA], [b, countOfB]) => countOfB - countOfA || (a < b ? -1 : 1)),
    );
  }
}

/** The counts as a part of a sentence, such as "12 git-ignored, 3 binary". */
export function describeExclusions(exclusions: Exclusions): string {
  return Object.entries(exclusions)
    .map(([reason, count]) => `${count.toLocaleString('en')} ${reason.replaceAll('-', ' ')}`)
    .join(', ')
    .replaceAll('git ignored', 'git-ignored');
}
