import { expect, test } from 'vitest';
import { csvOf } from '../../../src/dashboard/csv.ts';

test('a run is a table by step, with empty cells where a row knows nothing', () => {
  const curve = {
    step: [10, 20],
    seconds: [1, 2.5],
    epochs: [0.1, 0.2],
    trainBits: [4, 3],
    learningRate: [1e-7, 0.02],
    gradientNorm: [1, 0.5],
    charactersPerSecond: [1000, 2000],
  };
  const evaluation = { step: 15, seconds: 2, epochs: 0.15, heldOutBits: 3.25, isBest: true, sample: 'a,"b"\n' };
  expect(csvOf(curve, [evaluation]).split('\r\n')).toEqual([
    'step,seconds,epochs,train_bits_per_character,learning_rate,gradient_norm,characters_per_second,held_out_bits_per_character',
    '10,1,0.1,4,1e-7,1,1000,',
    '15,2,0.15,,,,,3.25',
    '20,2.5,0.2,3,0.02,0.5,2000,',
    '',
  ]);
});

test('a run of which nothing is known yet is a table with a header', () => {
  const nothing = { step: [], seconds: [], epochs: [], trainBits: [], learningRate: [], gradientNorm: [] };
  expect(csvOf({ ...nothing, charactersPerSecond: [] }, []).split('\r\n')).toHaveLength(2);
});
