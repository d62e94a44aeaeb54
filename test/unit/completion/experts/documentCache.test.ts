import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Words } from '../../../../src/completion/context/wordStream.ts';
import { DocumentMemory, GrowingDocument } from '../../../../src/completion/experts/documentCache.ts';
import { LONGEST_CONTEXT } from '../../../../src/completion/experts/kneserNeyModel.ts';
import { Vocabulary } from '../../../../src/corpus/vocabulary.ts';

const vocabulary = Vocabulary.fromTexts(['abcdefgh (){};,\n文'], { minimumCount: 1 });
const words = new Words(vocabulary);
const texts = fc.string({ unit: fc.constantFrom(...'abcd (){};\n文?'), maxLength: 120 });

function place(text: string) {
  const ids = vocabulary.encode(text);
  return { context: ids.slice(-LONGEST_CONTEXT), words: words.after(new Uint16Array(0), ids) };
}

/** What a memory might expect: each character a little more than the one before. */
const memory = Float32Array.from({ length: vocabulary.size }, (_, id) => id + 1);
const sum = memory.reduce((a, b) => a + b);
for (const id of memory.keys()) memory[id]! /= sum;

function grown(text: string): DocumentMemory {
  const document = new GrowingDocument(vocabulary, words);
  document.learn(vocabulary.encode(text));
  return document.memory;
}

function mostProbable(probabilities: ArrayLike<number>): string {
  let best = 0;
  for (let id = 0; id < probabilities.length; id++) if (probabilities[id]! > probabilities[best]!) best = id;
  return vocabulary.characterOf(best);
}

describe('The memory of a document', () => {
  it('leaves to the memory of the workspace what it does not know', () => {
    for (const { probabilities, matched } of Object.values(
      new DocumentMemory(vocabulary, words).expect(place('ab'), memory),
    )) {
      expect(matched).toBe(0);
      for (const id of memory.keys()) expect(probabilities[id]).toBeCloseTo(memory[id]!, 6);
    }
  });

  it('expects what stands in it, by words whatever stands between them', () => {
    const document = grown('abc(defgh);\nabc(defgh);\n');
    const likeliest = (text: string) => {
      const expected = document.expect(place(text), memory);
      return [mostProbable(expected.document.probabilities), mostProbable(expected.words.probabilities)];
    };
    expect(likeliest('abc(de')).toEqual(['f', 'f']);
    // Within the word it is clear to both; right behind other characters only by words.
    expect(likeliest('abc, ')[1]).toBe('d');
    expect(likeliest('abc, ')[0]).not.toBe('d');
  });

  it('gives distributions, also of characters that it holds impossible', () => {
    fc.assert(
      fc.property(texts, texts, (text, before) => {
        const document = grown(text);
        for (const below of [memory, memory.map((_, id) => Number(id === 5))]) {
          for (const { probabilities } of Object.values(document.expect(place(before), below))) {
            for (const probability of probabilities) expect(probability).toBeGreaterThanOrEqual(0);
            if (below === memory) expect(probabilities.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
          }
        }
      }),
      { seed: 1 },
    );
  });

  it('is the same, learnt at once or as it grows', () => {
    fc.assert(
      fc.property(texts, texts, (text, before) => {
        const document = new GrowingDocument(vocabulary, words);
        for (const id of vocabulary.encode(text)) document.learn([id]);
        expect(document.memory.expect(place(before), memory)).toEqual(grown(text).expect(place(before), memory));
      }),
      { seed: 2 },
    );
  });
});
