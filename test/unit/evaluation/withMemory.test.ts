import { describe, expect, it } from 'vitest';
import { random } from '../../../src/base/random.ts';
import { ContextMemory } from '../../../src/completion/contextMemory.ts';
import { Gate } from '../../../src/completion/gate.ts';
import { encodeDocument } from '../../../src/corpus/documents.ts';
import { Vocabulary } from '../../../src/corpus/vocabulary.ts';
import { bitsPerCharacter } from '../../../src/evaluation/bitsPerCharacter.ts';
import { bitsWithMemory } from '../../../src/evaluation/withMemory.ts';
import { decodeModel } from '../../../src/lstm/modelFile.ts';
import { randomModel } from '../../support/models.ts';

const WORDS = ['tea', 'oat', 'seat', 'note', 'ton', 'eat'];

function documentsOf(count: number, seed: number) {
  const uniform = random(seed);
  return Array.from({ length: count }, (_, index) => ({
    path: `${index}.e`,
    text: Array.from({ length: 60 }, () => WORDS[Math.floor(WORDS.length * uniform() ** 2)]).join(' '),
  }));
}

describe('A memory beside a model', () => {
  const model = decodeModel(randomModel({ vocabulary: 14, hidden: 6, layers: 1 }).bytes);
  const corpus = { train: documentsOf(10, 1), heldOut: [...documentsOf(3, 2), { path: 'z', text: 'Z😀tea' }] };

  it('is measured on what it has not read yet, by the measure of networks', async () => {
    const vocabulary = Vocabulary.fromJSON({ characters: model.card.vocabulary.join('') });
    const memory = new ContextMemory(vocabulary.size);
    for (const document of corpus.train) memory.learn(encodeDocument(vocabulary, document));
    let [bits, characters] = [0, 0];
    const probabilities = new Float64Array(vocabulary.size);
    for (const document of corpus.heldOut) {
      const ids = encodeDocument(vocabulary, document);
      for (const [index, id] of ids.entries()) {
        memory.predict(ids, index, probabilities);
        bits += (id === 0 ? 20 : 0) - Math.log2(probabilities[id]!);
        characters++;
        memory.learn(ids, index, index + 1);
      }
    }
    const score = await bitsWithMemory('memory', model, corpus);
    expect(score).toMatchObject({ documents: 4, characters });
    expect(score.bits).toBeCloseTo(bits, 9);
  });

  it('is not spoilt by a network that knows nothing', async () => {
    const alone = await bitsPerCharacter(model, corpus.heldOut);
    const memory = await bitsWithMemory('memory', model, corpus);
    const mixture = await bitsWithMemory('mixture', model, corpus);
    expect(memory.bitsPerCharacter).toBeLessThan(alone.bitsPerCharacter / 2);
    expect(mixture.characters).toBe(alone.characters);
    expect(mixture.bitsPerCharacter).toBeLessThan(memory.bitsPerCharacter * 1.15);
  });
});

describe('The gate', () => {
  const SIZE = 6;
  const distribution = (uniform: () => number) => {
    const weights = Array.from({ length: SIZE }, () => uniform() ** 4 + 1e-6);
    const sum = weights.reduce((a, b) => a + b);
    return weights.map((weight) => weight / sum);
  };

  it('gives probabilities that sum to one, also of what a voice holds impossible', () => {
    const gate = new Gate(SIZE);
    const uniform = random(1);
    for (let step = 0; step < 500; step++) {
      const voices = [distribution(uniform), distribution(uniform)] as const;
      if (step % 7 === 0) voices[0].fill(0).splice(2, 1, 1);
      const mixed = gate.mix(voices[0], voices[1], step % 25);
      expect(mixed.reduce((a, b) => a + b)).toBeCloseTo(1, 9);
      for (const value of mixed) expect(value).toBeGreaterThan(0);
      gate.learn(step % SIZE);
      expect(Number.isFinite(gate.networkShare)).toBe(true);
    }
  });

  it.each([
    ['the network', 0],
    ['the memory', 1],
  ])('learns to listen to %s where that is the one to be trusted', (_, trusted) => {
    const gate = new Gate(SIZE);
    const uniform = random(2);
    let [bits, least] = [0, 0];
    for (let step = 0; step < 4000; step++) {
      const truth = distribution(uniform);
      const noise = distribution(uniform);
      let [id, left] = [0, uniform()];
      while (id < SIZE - 1 && left > truth[id]!) left -= truth[id++]!;
      const mixed = trusted === 0 ? gate.mix(truth, noise, 3) : gate.mix(noise, truth, 3);
      if (step >= 2000) {
        bits -= Math.log2(mixed[id]!);
        least -= Math.log2(truth[id]!);
      }
      gate.learn(id);
    }
    expect(trusted === 0 ? gate.networkShare : 1 - gate.networkShare).toBeGreaterThan(0.8);
    expect(bits).toBeLessThan(least * 1.05);
  });
});
