import { describe, expect, it } from 'vitest';
import { random } from '../../../src/base/random.ts';
import type { Document } from '../../../src/corpus/document.ts';
import { encodeDocument } from '../../../src/corpus/documents.ts';
import { Vocabulary } from '../../../src/corpus/vocabulary.ts';
import { bitsPerCharacter } from '../../../src/evaluation/bitsPerCharacter.ts';
import { decodeModel } from '../../../src/lstm/modelFile.ts';
import type { NetworkShape } from '../../../src/protocol/trainerState.ts';
import { randomModel } from '../../support/models.ts';
import { logSoftmax, naiveLstm, startLogits } from '../../support/naiveLstm.ts';

const small = { vocabulary: 9, hidden: 5, layers: 2 };

/** Texts of many lengths, some with characters that the model does not know. */
function documentsOf(count: number, longest: number): Document[] {
  const uniform = random(count);
  return Array.from({ length: count }, (_, index) => ({
    path: `${index}.e`,
    text: Array.from(
      { length: Math.floor(longest * uniform() ** 2) },
      () => '\netaoinZ😀'[Math.floor(uniform() * 9)],
    ).join(''),
  }));
}

/** The definition, one document and one character at a time. */
function naiveEvaluation(
  shape: NetworkShape,
  { parameters, vocabulary, context }: { parameters: Float32Array; vocabulary: Vocabulary; context: number | null },
  documents: readonly Document[],
) {
  let [bits, characters, right] = [0, 0, 0];
  for (const document of documents) {
    const ids = [...encodeDocument(vocabulary, document)];
    const carried = naiveLstm(shape, parameters, ids);
    for (const [position, id] of ids.entries()) {
      const window = ids.slice(Math.max(0, position - (context ?? 0)), position);
      const step = context === null ? carried[position - 1] : naiveLstm(shape, parameters, window).at(-1);
      const logProbabilities = logSoftmax(step?.logits ?? startLogits(shape, parameters));
      bits += -logProbabilities[id]! / Math.LN2 + (id === 0 ? 20 : 0);
      characters++;
      if (position > 0 && id !== 0 && logProbabilities[id] === Math.max(...logProbabilities)) right++;
    }
  }
  return { bits, characters, top1: right / (characters - documents.length) };
}

describe.each([
  ['a carried state', small, null, 300],
  ['a large vocabulary', { vocabulary: 60, hidden: 4, layers: 1 }, null, 100],
  ['a context of 6', small, 6, 60],
  ['a context longer than any document', small, 500, 30],
])('bits per character with %s', (_, shape, context, longest) => {
  it('is what the definition says, computed one document at a time', async () => {
    const { bytes, parameters, card } = randomModel(shape, { context });
    const documents = documentsOf(37, longest);
    const vocabulary = Vocabulary.fromJSON({ characters: card.vocabulary.join('') });
    const expected = naiveEvaluation(shape, { parameters, vocabulary, context }, documents);
    const evaluation = await bitsPerCharacter(decodeModel(bytes), documents);
    expect(evaluation.documents).toBe(37);
    expect(evaluation.characters).toBe(expected.characters);
    expect(Math.abs(evaluation.bits - expected.bits) / expected.bits).toBeLessThan(1e-6);
    expect(evaluation.bitsPerCharacter).toBe(evaluation.bits / evaluation.characters);
    expect(evaluation.top1).toBeCloseTo(expected.top1, 9);
  });
});

describe('bits per character', () => {
  it('does not depend on the order of documents, nor but for rounding on the number of threads', async () => {
    const model = decodeModel(randomModel(small).bytes);
    const documents = documentsOf(40, 400);
    const one = await bitsPerCharacter(model, documents);
    const other = await bitsPerCharacter(model, documents.toReversed(), { threads: 2 });
    expect(other.bitsPerCharacter).toBeCloseTo(one.bitsPerCharacter, 6);
    expect(other.top1).toBe(one.top1);
  });

  it.each([null, 6])('tells how far it is, up to the end (context %s)', async (context) => {
    const model = decodeModel(randomModel(small, { context }).bytes);
    const fractions: number[] = [];
    await bitsPerCharacter(model, documentsOf(40, 300), { onProgress: (fraction) => fractions.push(fraction) });
    expect(fractions.length).toBeGreaterThan(2);
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
    expect(fractions.at(-1)).toBe(1);
  });

  it('stops when told to', async () => {
    const model = decodeModel(randomModel(small).bytes);
    const stop = new AbortController();
    const evaluation = bitsPerCharacter(model, documentsOf(40, 300), {
      signal: stop.signal,
      onProgress: () => stop.abort(new Error('enough')),
    });
    await expect(evaluation).rejects.toThrow('enough');
  });
});
