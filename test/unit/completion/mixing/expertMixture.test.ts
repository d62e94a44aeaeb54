import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DocumentCache, GrowingDocumentCache } from '../../../../src/completion/experts/documentCache.ts';
import { KneserNeyModel } from '../../../../src/completion/experts/kneserNeyModel.ts';
import { encodeDocument } from '../../../../src/corpus/documents.ts';
import { Vocabulary } from '../../../../src/corpus/vocabulary.ts';
import { mixtureOf } from '../../../support/knowledge.ts';
import { tablePredictor } from '../../../support/tablePredictor.ts';

/** Any text, with characters beyond the basic plane, lone surrogates, and others that the vocabulary lacks. */
const texts = fc.string({
  unit: fc.constantFrom(...'ab(){}\n "', '文', '😀', '👩‍💻', '\uD83D', '\uDE00', 'é', '\0'),
  maxLength: 200,
});
const vocabulary = Vocabulary.fromTexts(['ab(){}\n "文😀'], { minimumCount: 1 });
const { size } = vocabulary;

/** A network that is sure of something else after each text, as sure as can be now and then. */
const network = tablePredictor(vocabulary, (ids) => {
  const probabilities = new Float32Array(size).fill(0.1 / (size - 1));
  probabilities[(ids.length * 7) % size] = 0.9;
  return ids.length % 5 === 0 ? new Float32Array(size).map((_, id) => (id === 3 ? 1 : 0)) : probabilities;
});

function expectDistribution(probabilities: Float32Array): void {
  expect(probabilities).toHaveLength(size);
  for (const probability of probabilities) expect(probability).toBeGreaterThanOrEqual(0);
  expect(probabilities.reduce((sum, probability) => sum + probability, 0)).toBeCloseTo(1, 4);
}

describe('A mixture of experts', () => {
  it('gives distributions after any text, whatever was learnt', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(texts, { maxLength: 4 }), texts, async (learnt, read) => {
        const workspace = new KneserNeyModel(size);
        for (const text of learnt) workspace.learn(encodeDocument(vocabulary, { path: 'a', text }));
        const documents = new Map([['a', new DocumentCache(vocabulary)]]);
        for (const known of [
          { network, workspace, documents },
          { workspace, documents },
        ]) {
          const mixture = mixtureOf(vocabulary, known);
          expectDistribution(mixture.next(mixture.start()));
          let state = mixture.within(mixture.start(), 'a');
          for (const id of vocabulary.encode(read)) {
            mixture.trainMixer(mixture.predict(state), id);
            mixture.learn(state, id);
            state = await mixture.read(state, [id]);
            expectDistribution(mixture.next(state));
            expectDistribution(mixture.next(mixture.within(state, undefined)));
          }
        }
      }),
      { numRuns: 60, seed: 1 },
    );
  });

  it('is where it would be, read at once, in pieces or one by one', async () => {
    await fc.assert(
      fc.asyncProperty(texts, fc.nat(), async (text, cut) => {
        const workspace = new KneserNeyModel(size);
        workspace.learn(encodeDocument(vocabulary, { path: 'a', text }));
        const mixture = mixtureOf(vocabulary, { network, workspace });
        const ids = vocabulary.encode(text);
        const whole = await mixture.read(mixture.start(), ids);
        const half = cut % (ids.length + 1);
        const pieces = await mixture.read(await mixture.read(mixture.start(), ids.slice(0, half)), ids.slice(half));
        let single = mixture.start();
        for (const id of ids) [single] = (await mixture.advance([single], [id])) as [typeof single];
        for (const other of [pieces, single]) expect(mixture.next(other)).toEqual(mixture.next(whole));
      }),
      { numRuns: 60, seed: 2 },
    );
  });

  it('learns from a text what it learns character by character', async () => {
    const text = vocabulary.encode('ab(ab)\n'.repeat(20));
    const known = () => ({ network, workspace: new KneserNeyModel(size) });
    const [ahead, single] = [mixtureOf(vocabulary, known()), mixtureOf(vocabulary, known())];
    let count = 0;
    for await (const { prediction, id } of ahead.learnFrom(ahead.start(), text)) {
      expect(id).toBe(text[count++]);
      expectDistribution(prediction.probabilities);
    }
    let state = single.start();
    for (const id of text) {
      single.trainMixer(single.predict(state), id);
      single.learn(state, id);
      state = await single.read(state, [id]);
    }
    expect(count).toBe(text.length);
    expect(ahead.next(await ahead.read(ahead.start(), text))).toEqual(single.next(state));
  });

  it('weighs what stands in the document, the more the better that is', async () => {
    const workspace = new KneserNeyModel(size);
    const document = new GrowingDocumentCache(vocabulary);
    document.append(vocabulary.encode('ab{'));
    for (let i = 0; i < 20; i++) workspace.learn(vocabulary.encode('ab('));
    const mixture = mixtureOf(vocabulary, { workspace, documents: new Map([['a', document]]) });
    const elsewhere = await mixture.read(mixture.start(), vocabulary.encode('ab'));
    const place = mixture.within(elsewhere, 'a');
    const [brace] = vocabulary.encode('{');
    const [alone, before] = [mixture.next(elsewhere)[brace!]!, mixture.next(place)[brace!]!];
    for (let i = 0; i < 300; i++) mixture.trainMixer(mixture.predict(place), brace!);
    expect(before).toBeGreaterThan(alone);
    expect(mixture.next(place)[brace!]!).toBeGreaterThan(2 * before);
  });

  it('needs somebody who has something to say', () => {
    expect(() => mixtureOf(vocabulary, {}, [])).toThrow(RangeError);
    const mixture = mixtureOf(vocabulary, {});
    expect(() => mixture.next(mixture.start())).toThrow(RangeError);
  });
});
