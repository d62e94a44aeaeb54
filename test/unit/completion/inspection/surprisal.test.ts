import { describe, expect, it } from 'vitest';
import { surprisingParts } from '../../../../src/completion/inspection/surprisal.ts';

/** Bits of each character of a text: little, but for some, by their place. */
const bitsOf = (text: string, surprising: Readonly<Record<number, number>>) =>
  Array.from([...text], (_, index) => surprising[index] ?? 0.5);
const found = (text: string, surprising: Readonly<Record<number, number>>) =>
  surprisingParts(text, bitsOf(text, surprising)).map(({ start, end }) => text.slice(start, end));

describe('what is improbable in a text', () => {
  it('is a word that goes on as none does', () => {
    expect(found('a retrun b', { 5: 12 })).toEqual(['retrun']);
    expect(surprisingParts('a retrun b', bitsOf('a retrun b', { 5: 12 }))).toEqual([{ start: 2, end: 8, bits: 12 }]);
  });

  it('is not how a word begins, unless that is hardly possible', () => {
    expect(found('a some b', { 2: 12 })).toEqual([]);
    expect(found('a some b', { 2: 16 })).toEqual(['some']);
  });

  it('is not what is written twice', () => {
    expect(found('blorp = blorp', { 3: 12, 11: 12 })).toEqual([]);
  });

  it('is punctuation in the wrong place, every time', () => {
    expect(found('a ; b ;', { 2: 16, 6: 17 })).toEqual([';', ';']);
  });

  it('is never white space', () => {
    expect(found('a  b', { 2: 20 })).toEqual([]);
  });

  it('is found behind characters of two units', () => {
    expect(found('😀 retrun', { 5: 12 })).toEqual(['retrun']);
  });
});
