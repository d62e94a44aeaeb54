import { setImmediate as immediately } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Precedence, pacer } from '../../../src/base/pace.ts';

test('work gives way to what goes first, until all of that is done', async () => {
  const precedence = new Precedence();
  const done: string[] = [];
  const ends: (() => void)[] = [];
  const answers = [0, 1].map(() => precedence.first(() => new Promise<void>((resolve) => ends.push(resolve))));
  const work = precedence.giveWay().then(() => done.push('work'));
  ends[0]!();
  await answers[0];
  await immediately();
  expect(done).toEqual([]);
  ends[1]!();
  await work;
  expect(done).toEqual(['work']);
});

test('what goes first and fails is over too', async () => {
  const precedence = new Precedence();
  const failing = precedence.first(() => Promise.reject(new Error('no')));
  const work = precedence.giveWay();
  await expect(failing).rejects.toThrow('no');
  await work;
});

test('a pace lets nobody in before its time', async () => {
  let ways = 0;
  const pace = pacer(20, async () => void ways++);
  await pace();
  expect(ways).toBe(0);
  const start = performance.now();
  while (performance.now() - start < 25);
  await pace();
  expect(ways).toBe(1);
});
