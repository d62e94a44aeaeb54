import { type Fingerprints, fingerprintOf } from '../../corpus/fingerprints.ts';
import { type FileEdits, type Plan, type PlannedCommit, typedCharacters } from './plan.ts';

/** A network, as far as it decides what it cannot have learnt. */
export interface Learnt {
  /** When it was trained, milliseconds. */
  readonly trained: number;
  /** Of the files that it was trained on; undefined: that is not known. */
  readonly fingerprints: Fingerprints | undefined;
  /** What stands before paths of the folder among those. */
  readonly prefix: string;
}

/**
 * What of a plan a network cannot have learnt: of commits that were made after it was trained, by both of their dates, and
 * of files that had been committed as it read them. One that it read while it was being changed counts from the commit on
 * that has it as it was read.
 */
export function unreadBy({ trained, fingerprints, prefix }: Learnt, plan: Plan): Plan {
  /** Files that it has read as they are by then, or not at all. */
  const known = new Set<string>();
  const isUnread = ({ path, before, after }: FileEdits): boolean => {
    const read = fingerprints?.get(prefix + path);
    if (read === undefined || known.has(path) || (before !== undefined && fingerprintOf(before) === read)) {
      known.add(path);
      return true;
    }
    if (fingerprintOf(after) === read) known.add(path);
    return false;
  };
  const commits: PlannedCommit[] = plan.commits
    .filter(({ authored, committed }) => Math.min(authored, committed) > trained)
    .map((commit) => ({ ...commit, typed: commit.typed.filter(isUnread) }));
  const first = commits.findIndex(({ typed }) => typed.length > 0);
  const rest = first < 0 ? [] : commits.slice(first);
  let characters = 0;
  for (const { typed } of rest) for (const { edits } of typed) characters += typedCharacters(edits);
  return { ...plan, commits: rest, characters };
}
