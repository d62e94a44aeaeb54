import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { writeFileAtomically } from '../base/atomicFile.ts';
import type { SourceFile } from './scan.ts';

/** Fingerprints of files, by path: a SHA-256 of each text, so that it can be told later how much has changed since. */
export type Fingerprints = ReadonlyMap<string, string>;

export function fingerprintsOf(files: readonly SourceFile[]): Fingerprints {
  return new Map(files.map(({ path, text }) => [path, fingerprintOf(text)]));
}

/** SHA-256 of a text. */
export function fingerprintOf(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}

/** Files that were changed, added or removed, as a part of those that were there; more than 1 when many came in. */
export function changedPart(before: Fingerprints, now: Fingerprints): number {
  const changed = [...now].filter(([path, fingerprint]) => before.get(path) !== fingerprint).length;
  const removed = [...before.keys()].filter((path) => !now.has(path)).length;
  return (changed + removed) / Math.max(1, before.size);
}

/** @throws UserFacingError when it cannot be written */
export async function writeFingerprints(path: string, fingerprints: Fingerprints): Promise<void> {
  await writeFileAtomically(path, [new TextEncoder().encode(JSON.stringify([...fingerprints]))]);
}

/** Undefined when there is no such file, or it is damaged. */
export async function readFingerprints(path: string): Promise<Fingerprints | undefined> {
  try {
    const entries: unknown = JSON.parse(await readFile(path, 'utf8'));
    return Array.isArray(entries) && entries.every(isEntry) ? new Map(entries) : undefined;
  } catch {
    return undefined;
  }
}

function isEntry(value: unknown): value is [string, string] {
  return Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === 'string');
}
