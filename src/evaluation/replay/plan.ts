import { basename, extname } from 'node:path/posix';
import * as l10n from '@vscode/l10n';
import type { GiveWay } from '../../base/pace.ts';
import { reasonAgainstPath } from '../../corpus/pathRules.ts';
import { decode } from '../../corpus/textFile.ts';
import { editOfNewFile, editsOf, removedLines, type TextEdit } from './edits.ts';
import type { Change, Commit, History } from './history.ts';
import type { Hunk } from './patch.ts';
import { type Reading, Rules } from './rules.ts';

/** What was done to one file in a commit. */
export interface FileEdits {
  readonly path: string;
  /** LF at line ends; undefined: there was no such file. */
  readonly before: string | undefined;
  readonly after: string;
  readonly edits: readonly TextEdit[];
}

/** A commit as it is typed. */
export interface PlannedCommit extends Commit {
  readonly changes: readonly Change[];
  /** Those of the changes in which something is typed, by path. */
  readonly typed: readonly FileEdits[];
}

export interface Plan {
  /** Oldest first. */
  readonly commits: readonly PlannedCommit[];
  /** Code points that are typed in them. */
  readonly characters: number;
  /** Code points that would be typed in files that are not offered anything, by the ends of their names. */
  readonly unoffered: ReadonlyMap<string, number>;
  /** What was not typed, and why, in sentences. */
  readonly notices: readonly string[];
}

export interface PlanOptions extends Reading {
  /** So many at most. */
  readonly commits: number;
  /** So many are looked at for them at most. Default: all. */
  readonly lookedAt?: number;
  /** No more commits are taken when so much is typed in those later. */
  readonly characters: number;
  readonly author?: string | undefined;
  /** Whether there are suggestions in a file. Default: in all. */
  readonly isOffered?: (path: string) => boolean;
  /** Lets in what goes first, before each commit. */
  readonly way?: GiveWay;
  readonly signal?: AbortSignal | undefined;
}

/** Who changes more files at once has let a program do it. */
const MOST_FILES = 1000;

/**
 * The last commits that touch text that would be learnt, with what was typed in each.
 *
 * @throws UserFacingError when the history is damaged; the signal's reason when aborted
 */
export async function planReplay(history: History, options: PlanOptions): Promise<Plan> {
  const { isOffered = () => true } = options;
  const planned: PlannedCommit[] = [];
  const unoffered = new Map<string, number>();
  const notices: string[] = [];
  let characters = 0;
  const rules = await Rules.open(history, options);
  try {
    for (const commit of (await history.commits(options.author)).slice(0, options.lookedAt)) {
      if (planned.length >= options.commits || characters >= options.characters) break;
      await options.way?.();
      options.signal?.throwIfAborted();
      const changes = await history.changes(commit.parent, commit.id);
      if (changes.length > MOST_FILES) {
        notices.push(tooMany(commit, changes.length));
        continue;
      }
      const typed = await fileEdits(history, rules, commit, changes);
      if (typed === undefined) continue;
      planned.push({ ...commit, changes, typed: typed.filter(({ path }) => isOffered(path)) });
      for (const { path, edits } of typed) {
        const count = typedCharacters(edits);
        if (isOffered(path)) characters += count;
        else unoffered.set(languageOf(path), (unoffered.get(languageOf(path)) ?? 0) + count);
      }
    }
  } finally {
    await rules.remove();
  }
  return { commits: planned.reverse(), characters, unoffered, notices };
}

/** `src/a.test.ts` → `.ts`, `docs/Makefile` → `Makefile` */
export function languageOf(path: string): string {
  return extname(path) || basename(path);
}

function tooMany({ id }: Commit, files: number): string {
  const count = files.toLocaleString('en');
  return l10n.t('The commit {0} changes {1} files, which nobody types: none of it was typed.', id.slice(0, 10), count);
}

export function typedCharacters(edits: readonly TextEdit[]): number {
  let count = 0;
  for (const { parts } of edits) for (const { text, isTyped } of parts) if (isTyped) count += [...text].length;
  return count;
}

/** @returns undefined where the commit touches nothing that would be learnt */
async function fileEdits(
  history: History,
  rules: Rules,
  commit: Commit,
  changes: readonly Change[],
): Promise<FileEdits[] | undefined> {
  const learnt = await rules.learntOf(commit, changes);
  if (learnt.size === 0) return undefined;
  const hunks = await history.hunks(commit.parent, commit.id);
  const hunksOf = ({ before, after }: Change): readonly Hunk[] => hunks.get(`${before}..${after}`) ?? [];
  const texts = new Map<string, string | undefined>();
  for (const { path, before } of changes) {
    const isBinary = before === undefined || reasonAgainstPath(path) === 'binary';
    texts.set(path, isBinary ? undefined : await textOf(history, path, before));
  }
  const moved = new Set<string>();
  for (const change of changes) {
    const before = texts.get(change.path);
    if (before === undefined) continue;
    const lines = change.after === undefined ? before.split('\n') : removedLines(before, hunksOf(change));
    for (const line of lines) if (line.trim() !== '') moved.add(line);
  }
  const all: FileEdits[] = [];
  for (const change of changes) {
    const after = learnt.get(change.path);
    if (after === undefined) continue;
    const before = texts.get(change.path);
    if (change.before !== undefined && before === undefined) continue; // it was no text
    const edits = before === undefined ? [editOfNewFile(after, moved)] : editsOf(before, after, hunksOf(change), moved);
    if (edits !== undefined && typedCharacters(edits) > 0) all.push({ path: change.path, before, after, edits });
  }
  return all;
}

async function textOf(history: History, path: string, blob: string): Promise<string | undefined> {
  const bytes = await history.content({ path, blob });
  if (bytes.length === 0 || /^\s*$/.test(bytes.toString('latin1')))
    return bytes.toString('latin1').replace(/\r\n?/g, '\n');
  const file = decode(bytes);
  return 'text' in file ? file.text : undefined;
}
