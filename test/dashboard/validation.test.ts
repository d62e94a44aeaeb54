import { describe, expect, it } from 'vitest';
import { validated } from '../../src/dashboard/run/validation.ts';
import { TRAINING } from './data.ts';

const { options } = TRAINING;

describe('what is typed for an option', () => {
  it.each([
    ['5', 'minutes', 5],
    ['0,5', 'minutes', 0.5],
    [' 512 ', 'hidden', 512],
    ['0.004', 'learningRate', 0.004],
    ['', 'layers', 0],
  ] as const)('can be %j for %s', (text, name, value) => {
    expect(validated(text, name, options)).toEqual({ type: 'valid', value });
  });

  it.each([
    ['', 'minutes'],
    ['soon', 'minutes'],
    ['0', 'minutes'],
    ['10001', 'minutes'],
    ['1.5', 'layers'],
    ['0', 'hidden'],
    ['-1', 'learningRate'],
    ['0', 'learningRate'],
  ] as const)('cannot be %j for %s', (text, name) => {
    expect(validated(text, name, options).type).toBe('invalid');
  });

  it('is told the bounds otherwise', () => {
    expect(validated('9', 'layers', options)).toEqual({ type: 'invalid', minimum: 1, maximum: 8, isWhole: true });
  });
});
