import { expect, it, vi } from 'vitest';
import type { Memento } from 'vscode';
import type { Outcome } from '../../../../src/completion/worker/client.ts';
import { Statistics } from '../../../../src/editor/completion/statistics.ts';

vi.mock('vscode', () => import('../../../support/fakeVscode.ts'));

const SHOWN: Outcome = { type: 'shown', probability: 0.5 };
const WHOLE: Outcome = { type: 'accepted', characters: 20, isWhole: true };
const WORD: Outcome = { type: 'accepted', characters: 4, isWhole: false };

function memento(kept: Record<string, unknown> = {}): { kept: Record<string, unknown>; memory: Memento } {
  const memory = {
    get: (key: string) => kept[key],
    update: async (key: string, value: unknown) => {
      kept[key] = value;
    },
  };
  return { kept, memory: memory as unknown as Memento };
}

it('What became of suggestions is counted, parts of them too', () => {
  const statistics = new Statistics(memento().memory);
  statistics.count([SHOWN, { type: 'dismissed' }, SHOWN, WORD, SHOWN, WHOLE, SHOWN, { type: 'typedOut' }]);
  expect(statistics.today).toEqual({ shown: 4, accepted: 2, dismissed: 1, saved: 22 });
  statistics.dispose();
});

it('What was kept before goes on to count, and is kept in the same shape', async () => {
  const before = {
    'inkling.acceptance': { expected: 40, accepted: 10 },
    'inkling.attention': { accepted: 9, typedOut: 3 },
  };
  const { kept, memory } = memento({ ...before });
  const statistics = new Statistics(memory);
  expect(statistics.acceptanceRate).toBeCloseTo(11 / 16);
  expect(statistics.wrongCost).toBeCloseTo((0.1 * 50) / 20);
  statistics.count([{ type: 'typedOut' }]);
  await statistics.store();
  expect(kept['inkling.acceptance']).toEqual(before['inkling.acceptance']);
  const right = kept['inkling.attention'] as (typeof before)['inkling.attention'];
  expect(right.accepted).toBeCloseTo(9 * 0.99);
  expect(right.typedOut).toBeCloseTo(3 * 0.99 + 1);
  expect(new Statistics(memory).acceptanceRate).toBeCloseTo(statistics.acceptanceRate);
});

it('What makes no sense, or was forgotten, is counted from the beginning', async () => {
  const { kept, memory } = memento({ 'inkling.attention': { accepted: 9, typedOut: -1 } });
  const statistics = new Statistics(memory);
  expect(statistics.acceptanceRate).toBe(0.5);
  statistics.count([SHOWN, WHOLE]);
  await statistics.store();
  await statistics.forget();
  expect([statistics.acceptanceRate, statistics.total.accepted]).toEqual([0.5, 0]);
  expect(Object.values(kept).filter((value) => value !== undefined)).toEqual([]);
});
