import { afterEach, describe, expect, it } from 'vitest';
import { UserFacingError } from '../../../../src/base/errors.ts';
import { random } from '../../../../src/base/random.ts';
import { LstmPredictor } from '../../../../src/completion/experts/lstmPredictor.ts';
import { randomModel } from '../../../support/models.ts';
import { logSoftmax, naiveLstm, startLogits } from '../../../support/naiveLstm.ts';
import { largestDifference, randomIds } from '../../../support/numerics.ts';

const loaded: LstmPredictor[] = [];

afterEach(async () => {
  for (const predictor of loaded.splice(0)) await predictor.dispose();
});

const shape = { vocabulary: 12, hidden: 8, layers: 2 };

async function load(context: number | null) {
  const model = randomModel(shape, { context });
  const predictor = await LstmPredictor.load(model.bytes);
  loaded.push(predictor);
  /** Probabilities after some ids, by the equations. */
  const expected = (ids: readonly number[]) => {
    const read = context === null ? ids : ids.slice(-context);
    const last = naiveLstm(shape, model.parameters, read).at(-1);
    return logSoftmax(last?.logits ?? startLogits(shape, model.parameters)).map(Math.exp);
  };
  return { predictor, expected };
}

describe.each([
  ['a carried state', null],
  ['a context of 5', 5],
])('the LSTM predictor with %s', (_, context) => {
  it('gives the probabilities of the equations from the first character on', async () => {
    const { predictor, expected } = await load(context);
    const ids = [...randomIds(12, shape.vocabulary, 1)];
    let state = predictor.start();
    for (let position = 0; position <= ids.length; position++) {
      expect(largestDifference(predictor.next(state), expected(ids.slice(0, position)))).toBeLessThan(1e-5);
      if (position < ids.length) [state] = (await predictor.advance([state], [ids[position]!])) as [typeof state];
    }
  });

  it('stands at the same place whether it read a long text at once, in pieces or character by character', async () => {
    const { predictor } = await load(context);
    const ids = randomIds(600, shape.vocabulary, 2);
    const whole = await predictor.read(predictor.start(), ids);
    let pieces = predictor.start();
    for (const [start, end] of [
      [0, 256],
      [256, 256],
      [256, 257],
      [257, 600],
    ]) {
      pieces = await predictor.read(pieces, ids.subarray(start, end));
    }
    let single = predictor.start();
    for (const id of ids) [single] = (await predictor.advance([single], [id])) as [typeof single];
    expect(largestDifference(predictor.next(pieces), predictor.next(whole))).toBeLessThan(1e-6);
    expect(largestDifference(predictor.next(single), predictor.next(whole))).toBeLessThan(1e-6);
  });

  it('advances several states at once as each by itself, however far they are', async () => {
    const { predictor, expected } = await load(context);
    const texts = [[3], [], [4, 5, 6, 7, 8, 9, 10], [2, 3], [9, 8, 7, 6, 5, 4, 3, 2]];
    const states = await Promise.all(texts.map((ids) => predictor.read(predictor.start(), ids)));
    const next = await predictor.advance(states, [2, 3, 4, 5, 6]);
    for (const [index, state] of next.entries()) {
      const probabilities = expected([...texts[index]!, index + 2]);
      expect(largestDifference(predictor.next(state), probabilities)).toBeLessThan(1e-5);
    }
  });

  it('leaves the state it goes on from as it was', async () => {
    const { predictor } = await load(context);
    const state = await predictor.read(predictor.start(), [2, 3, 4]);
    const before = structuredClone(state);
    await predictor.advance([state, state], [5, 6]);
    await predictor.read(state, [7, 8]);
    expect(state).toEqual(before);
  });
});

describe('the LSTM predictor', () => {
  it('knows the characters of its model', async () => {
    const { predictor } = await load(null);
    expect(predictor.vocabulary.characters).toEqual(predictor.card.vocabulary);
    expect(predictor.vocabulary.size).toBe(shape.vocabulary);
  });

  it('is refused or runs as it was when a bit of its file is flipped', async () => {
    const { bytes } = randomModel(shape);
    const intact = await load(null);
    const expected = intact.predictor.next(await intact.predictor.read(intact.predictor.start(), [2, 3]));
    const uniform = random(5);
    let refused = 0;
    for (let round = 0; round < 200; round++) {
      const damaged = bytes.slice();
      damaged[Math.floor(uniform() * bytes.length)]! ^= 1 << Math.floor(uniform() * 8);
      const predictor = await LstmPredictor.load(damaged).catch((error: unknown) => error);
      if (predictor instanceof LstmPredictor) {
        expect(predictor.next(await predictor.read(predictor.start(), [2, 3]))).toEqual(expected);
        await predictor.dispose();
      } else {
        expect(predictor).toBeInstanceOf(UserFacingError);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(100);
  });

  it('names the file that is missing', async () => {
    await expect(LstmPredictor.load('/nowhere/model.onnx')).rejects.toThrow(
      'Could not read the model /nowhere/model.onnx: it does not exist.',
    );
  });
});
