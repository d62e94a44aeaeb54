import { afterAll, describe, expect, it, vi } from 'vitest';
import { removeFolders } from '../../fuzz/folder.ts';
import { tryOut } from '../../fuzz/target.ts';
import { TARGETS } from '../../fuzz/targets.ts';

vi.mock('vscode', () => import('../../support/fakeVscode.ts'));

/** Inputs that take longer than others. */
const RUNS: Readonly<Record<string, number>> = {
  folders: 150,
  'resumed trainings': 500,
  'kept corpus': 200,
  'kept fingerprints, speeds and vocabularies': 1000,
};

describe('bad input', () => {
  afterAll(removeFolders);

  it.each(TARGETS)('is refused or made the best of: $name', async (target) => {
    const { runs, failure } = await tryOut(target, { seed: 20_261_124, runs: RUNS[target.name] ?? 4000 });
    expect(failure).toBeUndefined();
    expect(runs).toBeGreaterThan(100);
  });
});
