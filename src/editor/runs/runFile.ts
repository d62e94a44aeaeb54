import { accepts } from '../../base/schema.ts';
import { type Evaluation, type KeptRun, StoredRun } from '../../protocol/runs.ts';
import { GrowingCurve } from './curve.ts';

/** All of a run. */
export interface Recording {
  run: KeptRun;
  evaluations: Evaluation[];
  curve: GrowingCurve;
}

const VERSION = StoredRun.entries.version.literal;

export function encodeRun({ run, evaluations, curve }: Recording): Uint8Array {
  const stored: StoredRun = { version: VERSION, run, evaluations, curve: curve.store() };
  return new TextEncoder().encode(JSON.stringify(stored));
}

/** Undefined when the text is not a whole run of this version. */
export function decodeRun(text: string): Recording | undefined {
  try {
    const stored: unknown = JSON.parse(text);
    if (!accepts(StoredRun, stored)) return undefined;
    const { run, evaluations, curve } = stored;
    return { run, evaluations: [...evaluations], curve: GrowingCurve.restore(curve) };
  } catch {
    return undefined;
  }
}
