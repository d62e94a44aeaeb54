import { afterEach, beforeEach, expect, test } from 'vitest';
import { Cycling } from '../../soak/cycling.ts';
import { growth } from '../../soak/memory.ts';

/** The short form of `npm run soak:cycles`. So early there is still much to load: a leak of a megabyte a cycle shows. */
const MOST = 60e6;
let cycling: Cycling;

beforeEach(() => {
  cycling = new Cycling();
});
afterEach(() => cycling.remove());

test('a training worker begins and stops runs one after the other', async () => {
  expect(growth(await cycling.runs(30))).toBeLessThan(MOST);
});

test('training workers begin and end one after the other', async () => {
  expect(growth(await cycling.restarts(10))).toBeLessThan(MOST);
});

test('a completion worker answers while documents are edited at random', async () => {
  expect(growth(await cycling.requests(400, 1))).toBeLessThan(MOST);
});
