import { describe, expect, it } from 'vitest';
import { LstmPredictor } from '../../../../src/completion/experts/lstmPredictor.ts';
import { generate } from '../../../../src/completion/generation/generate.ts';
import { SEPARATOR, Vocabulary } from '../../../../src/corpus/vocabulary.ts';
import { chainModel } from '../../../support/models.ts';
import { tablePredictor } from '../../../support/tablePredictor.ts';

const vocabulary = Vocabulary.fromJSON({ characters: 'abc\n' });

/** The same probabilities always; of id 0, *unknown*, first. */
function predictorOf(...probabilities: number[]) {
  return tablePredictor(vocabulary, () => Float32Array.from(probabilities));
}

/** How often `a`, `b` and `c` are among 4 000 characters. */
async function shares(temperature: number): Promise<number[]> {
  const text = await generate(predictorOf(0, 0, 0.5, 0.3, 0.2, 0), { length: 4000, temperature, seed: 3 });
  return [...'abc'].map((character) => text.split(character).length - 1).map((count) => count / 4000);
}

describe('generating text', () => {
  it('draws characters as often as they are probable at temperature 1', async () => {
    const [a, b, c] = await shares(1);
    expect(a).toBeCloseTo(0.5, 1);
    expect(b).toBeCloseTo(0.3, 1);
    expect(c).toBeCloseTo(0.2, 1);
  });

  it('raises probabilities to the power of 1/temperature', async () => {
    const [a, b, c] = await shares(0.5);
    const sum = 0.5 ** 2 + 0.3 ** 2 + 0.2 ** 2;
    expect(a).toBeCloseTo(0.5 ** 2 / sum, 1);
    expect(b).toBeCloseTo(0.3 ** 2 / sum, 1);
    expect(c).toBeCloseTo(0.2 ** 2 / sum, 1);
  });

  it('takes the most probable character at temperature 0, and nearly so just above', async () => {
    expect(await shares(0)).toEqual([1, 0, 0]);
    expect(await shares(1e-3)).toEqual([1, 0, 0]);
  });

  it('gives the same text for the same seed and another for another', async () => {
    const texts = [1, 1, 2].map((seed) => generate(predictorOf(0, 0, 0.4, 0.3, 0.3, 0), { length: 50, seed }));
    const [one, same, other] = await Promise.all(texts);
    expect(same).toBe(one);
    expect(other).not.toBe(one);
  });

  it('never draws a separator or an unknown character', async () => {
    const predictor = predictorOf(0.45, 0.45, 0.05, 0.05, 0, 0);
    expect(await generate(predictor, { length: 100, temperature: 1 })).toMatch(/^[ab]{100}$/);
    expect(await generate(predictor, { length: 3, temperature: 0 })).toBe('aaa');
  });

  it('ends when no character is possible', async () => {
    expect(await generate(predictorOf(0.5, 0.5, 0, 0, 0, 0), { length: 10 })).toBe('');
  });

  it('begins with the separator, the path if there is one, and the prompt', async () => {
    const read: string[] = [];
    const predictor = tablePredictor(vocabulary, ([first, ...ids]) => {
      expect(first).toBe(SEPARATOR);
      read.push(vocabulary.decode(ids));
      return Float32Array.of(0, 0, 1, 0, 0, 0);
    });
    await generate(predictor, { prompt: 'cb', length: 2 });
    await generate(predictor, { prompt: 'cb', path: 'b', length: 1 });
    expect(read).toEqual(['cb', 'cba', 'b\ncb']);
  });

  it('writes on with an LSTM', async () => {
    const predictor = await LstmPredictor.load(chainModel([...'abc😀\n']));
    try {
      expect(await generate(predictor, { prompt: 'b', length: 7 })).toBe('c😀\nabc😀');
    } finally {
      await predictor.dispose();
    }
  });
});
