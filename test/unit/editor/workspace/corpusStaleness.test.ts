import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CorpusStaleness } from '../../../../src/editor/workspace/corpusStaleness.ts';

const files = vi.hoisted(() => ({ change: () => {} }));

vi.mock('vscode', async () => ({
  ...(await import('../../../support/fakeVscode.ts')),
  workspace: {
    createFileSystemWatcher: () => ({
      onDidChange: (listener: () => void) => {
        files.change = listener;
      },
      onDidCreate: () => {},
      onDidDelete: () => {},
      dispose: () => {},
    }),
  },
}));

const DELAY = 10_000;
const INTERVAL = 600_000;

describe('how much has changed since it was learnt', () => {
  const surveys: ((part: number | undefined) => void)[] = [];
  let staleness: CorpusStaleness;

  beforeEach(() => {
    surveys.length = 0;
    vi.useFakeTimers();
    staleness = new CorpusStaleness(() => new Promise((resolve) => surveys.push(resolve)));
  });
  afterEach(() => {
    staleness.dispose();
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });

  async function answer(part: number): Promise<void> {
    surveys.shift()!(part);
    await vi.advanceTimersByTimeAsync(0);
  }

  it('is surveyed soon after a change, and not too often', async () => {
    for (let change = 0; change < 3; change++) files.change();
    await vi.advanceTimersByTimeAsync(DELAY);
    await answer(0.1);
    expect(staleness.changedPart).toBe(0.1);
    files.change();
    await vi.advanceTimersByTimeAsync(INTERVAL - 1);
    expect(surveys).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(1);
    await answer(0.2);
    expect(staleness.changedPart).toBe(0.2);
  });

  it('is surveyed anew soon after another model serves, and is nothing until then', async () => {
    files.change();
    await vi.advanceTimersByTimeAsync(DELAY);
    await answer(0.1);
    staleness.reset();
    expect(staleness.changedPart).toBe(0);
    await vi.advanceTimersByTimeAsync(DELAY);
    expect(surveys).toHaveLength(1);
  });

  it('is surveyed once more when files change during a survey', async () => {
    files.change();
    await vi.advanceTimersByTimeAsync(DELAY);
    files.change();
    await answer(0.1);
    await vi.advanceTimersByTimeAsync(INTERVAL);
    await answer(0.2);
    expect(staleness.changedPart).toBe(0.2);
  });

  it('is not said of a model that serves no more', async () => {
    files.change();
    await vi.advanceTimersByTimeAsync(DELAY);
    staleness.reset();
    await vi.advanceTimersByTimeAsync(DELAY);
    await answer(0.9);
    expect(staleness.changedPart).toBe(0);
    await answer(0.1);
    expect(staleness.changedPart).toBe(0.1);
  });
});
