import { expect, test } from 'vitest';
import { Killing } from '../../soak/killing.ts';

/** The short form of `npm run soak:kill`. */
test('a training that is killed again and again goes on each time, and leaves nothing behind', async () => {
  const killing = new Killing();
  try {
    for (let index = 0; index < 8; index++) {
      const { lost } = await killing.round(index, 7);
      expect(lost).toBeLessThan(30);
    }
    expect(await killing.leftovers()).toEqual([]);
  } finally {
    killing.remove();
  }
});
