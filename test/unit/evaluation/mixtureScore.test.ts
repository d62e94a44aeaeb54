import { describe, expect, it } from 'vitest';
import { random } from '../../../src/base/random.ts';
import { KneserNeyModel } from '../../../src/completion/experts/kneserNeyModel.ts';
import { LstmPredictor } from '../../../src/completion/experts/lstmPredictor.ts';
import { encodeDocument } from '../../../src/corpus/documents.ts';
import { Vocabulary } from '../../../src/corpus/vocabulary.ts';
import { bitsPerCharacter } from '../../../src/evaluation/bitsPerCharacter.ts';
import { type ExpertSet, evaluatedKnowledge, expertsOf } from '../../../src/evaluation/knowledge.ts';
import { mixtureScore } from '../../../src/evaluation/mixtureScore.ts';
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

describe('Experts beside a model', () => {
  const model = decodeModel(randomModel({ vocabulary: 14, hidden: 6, layers: 1 }).bytes);
  const corpus = { train: documentsOf(10, 1), heldOut: [...documentsOf(3, 2), { path: 'z', text: 'Z😀tea' }] };

  async function scoreOf(set: ExpertSet) {
    const network = await LstmPredictor.open(model);
    const score = await mixtureScore(evaluatedKnowledge(network, corpus.train, expertsOf(set)), corpus.heldOut);
    await network.dispose();
    return score;
  }

  it('are measured on what they have not read yet, by the measure of networks', async () => {
    const vocabulary = Vocabulary.fromJSON({ characters: model.card.vocabulary.join('') });
    const memory = new KneserNeyModel(vocabulary.size);
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
    const score = await scoreOf('memory');
    expect(score).toMatchObject({ documents: 4, characters });
    expect(score.bits).toBeCloseTo(bits, 3);
  });

  it('are not spoilt by a network that knows nothing', async () => {
    const alone = await bitsPerCharacter(model, corpus.heldOut);
    const memory = await scoreOf('memory');
    const memories = await scoreOf('memories');
    const mixture = await scoreOf('mixture');
    expect(memories.bitsPerCharacter).toBeLessThan(memory.bitsPerCharacter * 1.05);
    expect(memory.bitsPerCharacter).toBeLessThan(alone.bitsPerCharacter / 2);
    expect(mixture.characters).toBe(alone.characters);
    expect(mixture.bitsPerCharacter).toBeLessThan(memory.bitsPerCharacter * 1.15);
  });
});
