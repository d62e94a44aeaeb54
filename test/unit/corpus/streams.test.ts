import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatenate, Streams } from '../../../src/corpus/streams.ts';

const counting = (length: number): Uint16Array => Uint16Array.from({ length }, (_, index) => index);

describe('concatenate', () => {
  it('puts documents one behind the other', () => {
    expect(concatenate([Uint16Array.of(1, 2), Uint16Array.of(), Uint16Array.of(3)])).toEqual(Uint16Array.of(1, 2, 3));
  });
});

describe('Streams', () => {
  it('reads contiguous parts in parallel, time first, each target the next character', () => {
    const streams = new Streams(counting(12), 2, 3);
    expect(streams.stepsPerEpoch).toBe(2);
    expect(streams.window(0)).toEqual({
      inputs: Int32Array.of(0, 6, 1, 7, 2, 8),
      targets: Int32Array.of(1, 7, 2, 8, 3, 9),
    });
    expect(streams.window(1).inputs).toEqual(Int32Array.of(3, 9, 4, 10, 5, 11));
    expect(streams.window(1).targets).toEqual(Int32Array.of(4, 10, 5, 11, 6, 0));
  });

  it('fills the arrays it is given', () => {
    const into = { inputs: new Int32Array(6), targets: new Int32Array(6) };
    expect(new Streams(counting(12), 2, 3).window(1, into)).toBe(into);
    expect(into.inputs[0]).toBe(3);
  });

  it('reads every character, each stream in order and without a gap between steps', () => {
    const sizes = [
      fc.integer({ min: 1, max: 300 }),
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 9 }),
    ] as const;
    fc.assert(
      fc.property(...sizes, (length, batch, timeSteps) => {
        const streams = new Streams(counting(length), batch, timeSteps);
        const read = Array.from({ length: batch }, (): number[] => []);
        for (let step = 0; step < streams.stepsPerEpoch; step++) {
          const { inputs, targets } = streams.window(step);
          inputs.forEach((input, index) => {
            read[index % batch]!.push(input);
            expect(targets[index]).toBe((input + 1) % length);
          });
        }
        for (const [stream, ids] of read.entries()) {
          expect(ids).toEqual(ids.map((_, time) => (Math.floor((stream * length) / batch) + time) % length));
        }
        expect(new Set(read.flat()).size).toBe(length);
        expect(streams.charactersPerEpoch).toBe(read.flat().length);
        expect(streams.charactersPerEpoch - length).toBeLessThan(batch * (timeSteps + 1));
      }),
    );
  });

  it('refuses an empty text, sizes below one and steps that are not there', () => {
    expect(() => new Streams(counting(0), 1, 1)).toThrow(RangeError);
    expect(() => new Streams(counting(1), 0, 1)).toThrow(RangeError);
    expect(() => new Streams(counting(1), 1, 1.5)).toThrow(RangeError);
    expect(() => new Streams(counting(4), 2, 2).window(1)).toThrow(RangeError);
  });
});
