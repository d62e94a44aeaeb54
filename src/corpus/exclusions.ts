import * as l10n from '@vscode/l10n';

/** Reason why a file, or a folder with all that is in it, is not part of the corpus. */
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
  | 'too-deep'
  | 'unreadable'
  | 'empty';

/** Numbers of files that were left out, by reason. A folder that is not entered counts as one. */
export type Exclusions = Readonly<Partial<Record<ExclusionReason, number>>>;

/** Paths of files left out, by reason, and with `/` at their ends of folders; of each reason the first 200. */
export type ExcludedNames = Readonly<Partial<Record<ExclusionReason, readonly string[]>>>;

const NAMES_PER_REASON = 200;

/** Counter of exclusions, which keeps the paths of some of what was excluded. */
export class ExclusionCounter {
  readonly #counts = new Map<ExclusionReason, number>();
  readonly #names = new Map<ExclusionReason, string[]>();

  /** @param path with `/` at its end for a folder */
  add(reason: ExclusionReason, path: string): void {
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + 1);
    const names = this.#names.get(reason) ?? [];
    this.#names.set(reason, names);
    if (names.length < NAMES_PER_REASON) names.push(path);
  }

  get total(): number {
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Counts, the largest first, equal ones by name. */
  toRecord(): Exclusions {
    return Object.fromEntries(
      [...this.#counts].sort(([a, countOfA], [b, countOfB]) => countOfB - countOfA || (a < b ? -1 : 1)),
    );
  }

  /** By path, in the order of code units. */
  names(): ExcludedNames {
    return Object.fromEntries([...this.#names].map(([reason, names]) => [reason, names.toSorted()]));
  }
}

/** Counts as a part of a sentence, such as "12 git-ignored, 3 binary". */
export function describeExclusions(exclusions: Exclusions): string {
  const parts = Object.entries(exclusions).map(([reason, count]) =>
    COUNTED[reason as ExclusionReason](count.toLocaleString('en')),
  );
  return parts.length === 0 ? '' : parts.reduce((list, part) => l10n.t('{0}, {1}', list, part));
}

const COUNTED: Readonly<Record<ExclusionReason, (count: string) => string>> = {
  'git-ignored': (count) => l10n.t('{0} git-ignored', count),
  excluded: (count) => l10n.t('{0} excluded', count),
  'not-included': (count) => l10n.t('{0} not included', count),
  'default-excluded': (count) => l10n.t('{0} default excluded', count),
  'lock-file': (count) => l10n.t('{0} lock file', count),
  'source-map': (count) => l10n.t('{0} source map', count),
  minified: (count) => l10n.t('{0} minified', count),
  generated: (count) => l10n.t('{0} generated', count),
  binary: (count) => l10n.t('{0} binary', count),
  'too-large': (count) => l10n.t('{0} too large', count),
  'over-corpus-limit': (count) => l10n.t('{0} over corpus limit', count),
  duplicate: (count) => l10n.t('{0} duplicate', count),
  undecodable: (count) => l10n.t('{0} undecodable', count),
  'secret-file': (count) => l10n.t('{0} secret file', count),
  'symbolic-link': (count) => l10n.t('{0} symbolic link', count),
  'not-a-regular-file': (count) => l10n.t('{0} not a regular file', count),
  'strange-name': (count) => l10n.t('{0} strange name', count),
  'too-deep': (count) => l10n.t('{0} too deep', count),
  unreadable: (count) => l10n.t('{0} unreadable', count),
  empty: (count) => l10n.t('{0} empty', count),
};
