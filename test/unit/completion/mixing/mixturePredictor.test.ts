import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Words } from '../../../../src/completion/context/wordStream.ts';
import { GrowingDocument } from '../../../../src/completion/experts/documentCache.ts';
import { ContextMemory } from '../../../../src/completion/experts/kneserNeyModel.ts';
import { MemoryPredictor } from '../../../../src/completion/experts/memoryPredictor.ts';
import { MixturePredictor } from '../../../../src/completion/mixing/mixturePredictor.ts';
import { encodeDocument } from '../../../../src/corpus/documents.ts';
import { Vocabulary } from '../../../../src/corpus/vocabulary.ts';
import { tablePredictor } from '../../../support/tablePredictor.ts';

/** Any text, with characters beyond the basic plane, lone surrogates, and others that the vocabulary lacks. */
const texts = fc.string({
  unit: fc.constantFrom(...'ab(){}\n "', '文', '😀', '👩‍💻', '\uD83D', '\uDE00', 'é', '\0'),
  maxLength: 200,
});
const vocabulary = Vocabulary.fromTexts(['ab(){}\n "文😀'], { minimumCount: 1 });
const { size } = vocabulary;
const words = new Words(vocabulary);

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

describe('Memory and mixture', () => {
  it('give distributions after any text, whatever was learnt', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(texts, { maxLength: 4 }), texts, async (learnt, read) => {
        const memory = new ContextMemory(size);
        for (const text of learnt) memory.learn(encodeDocument(vocabulary, { path: 'a', text }));
        const alone = new MemoryPredictor(vocabulary, memory);
        const document = new GrowingDocument(vocabulary, words);
        expectDistribution(alone.next(alone.start()));
        for (const mixture of [new MixturePredictor(network, alone), new MixturePredictor(undefined, alone)]) {
          expectDistribution(mixture.next(mixture.start()));
          let state = mixture.within(mixture.start(), document.memory);
          const ids = vocabulary.encode(read);
          for (const id of ids) {
            mixture.learn(state, id);
            document.learn([id]);
            state = await mixture.read(state, [id]);
            expectDistribution(mixture.next(state));
            expectDistribution(mixture.next(mixture.within(state, undefined)));
            expectDistribution(alone.next(state.memory));
          }
        }
      }),
      { numRuns: 60, seed: 1 },
    );
  });

  it('are where they would be, read at once, in pieces or one by one', async () => {
    await fc.assert(
      fc.asyncProperty(texts, fc.nat(), async (text, cut) => {
        const memory = new ContextMemory(size);
        memory.learn(encodeDocument(vocabulary, { path: 'a', text }));
        const mixture = new MixturePredictor(network, new MemoryPredictor(vocabulary, memory));
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

  it('listen to what stands in the document, the more the better that is', async () => {
    const workspace = new ContextMemory(size);
    const grown = new GrowingDocument(vocabulary, words);
    grown.learn(vocabulary.encode('ab{'));
    const document = grown.memory;
    for (let i = 0; i < 20; i++) workspace.learn(vocabulary.encode('ab('));
    const mixture = new MixturePredictor(undefined, new MemoryPredictor(vocabulary, workspace));
    const place = await mixture.read(mixture.start(), vocabulary.encode('ab'));
    const [brace] = vocabulary.encode('{');
    const alone = mixture.next(place)[brace!]!;
    const before = mixture.next(mixture.within(place, document))[brace!]!;
    for (let i = 0; i < 300; i++) mixture.learn(mixture.within(place, document), brace!);
    const after = mixture.next(mixture.within(place, document))[brace!]!;
    expect(before).toBeGreaterThan(alone);
    expect(after).toBeGreaterThan(2 * before);
  });

  it('need somebody to speak, of the same characters', () => {
    const foreign = Vocabulary.fromTexts(['xyz'], { minimumCount: 1 });
    const memory = new MemoryPredictor(foreign, new ContextMemory(foreign.size));
    expect(() => new MixturePredictor(undefined)).toThrow(RangeError);
    expect(() => new MixturePredictor(network, memory)).toThrow('one vocabulary');
    const mixture = new MixturePredictor(network);
    const document = new GrowingDocument(foreign, new Words(foreign)).memory;
    expect(() => mixture.within(mixture.start(), document)).toThrow('one vocabulary');
  });
});
