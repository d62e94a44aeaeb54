import { expect, it } from 'vitest';
import { csvOf } from '../../src/dashboard/curves/csv.ts';
import { RunCurve } from '../../src/dashboard/curves/runCurve.ts';

it('writes one row for each point, with the held-out loss where it was measured', () => {
  const curve = new RunCurve();
  curve.put(0, {
    step: [1, 2],
    seconds: [0.5, 1],
    epochs: [0.1, 0.2],
    trainBits: [6, 5],
    learningRate: [0.001, 0.002],
    gradientNorm: [1, 2],
    charactersPerSecond: [100, 200],
  });
  const evaluations = [
    { step: 2, seconds: 1, epochs: 0.2, heldOutBits: 5.5, isBest: true, sample: '' },
    { step: 3, seconds: 1.5, epochs: 0.3, heldOutBits: 5.25, isBest: true, sample: '' },
  ];
  expect(csvOf([{ run: { id: 'a', name: 'one, "two"' }, curve, evaluations }]).split('\r\n')).toEqual([
    'run,step,seconds,epochs,train_bits_per_character,held_out_bits_per_character,learning_rate,gradient_norm,characters_per_second',
    '"one, ""two""",1,0.5,0.1,6,,0.001,1,100',
    '"one, ""two""",2,1,0.2,5,5.5,0.002,2,200',
    '"one, ""two""",3,1.5,0.3,,5.25,,,',
    '',
  ]);
});

it('forgets points after the one that a resumed run begins with', () => {
  const curve = new RunCurve();
  const points = (step: number[]) => ({
    step,
    seconds: step,
    epochs: step,
    trainBits: step,
    learningRate: step,
    gradientNorm: step,
    charactersPerSecond: step,
  });
  curve.put(0, points([1, 2, 3]));
  curve.put(1, points([20]));
  expect(curve.columns.step).toEqual([1, 20]);
});
