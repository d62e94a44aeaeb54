import type { Document } from '../corpus/document.ts';
import { encodeDocument } from '../corpus/documents.ts';
import { SEPARATOR, UNKNOWN, UNKNOWN_CHARACTER_BITS } from '../corpus/vocabulary.ts';
import type { Score } from '../scoring/score.ts';
import type { EvaluatedKnowledge } from './knowledge.ts';

/**
 * Score of mixed experts on documents, by the measure of `score`, and as in an editor: every character is learnt as soon as
 * it was predicted, by the mixer and by the experts that learn.
 */
export async function mixtureScore(
  { suggester: { mixture }, begin }: EvaluatedKnowledge,
  documents: readonly Document[],
): Promise<Score> {
  let [characters, bits, right] = [0, 0, 0];
  for (const document of documents) {
    const ids = encodeDocument(mixture.vocabulary, document);
    for await (const { prediction, id } of mixture.learnFrom(begin(document.path), ids)) {
      const { probabilities } = prediction;
      characters++;
      bits += (id === UNKNOWN ? UNKNOWN_CHARACTER_BITS : 0) - Math.log2(probabilities[id]!);
      if (id !== SEPARATOR && id !== UNKNOWN && isMostProbable(probabilities, id)) right++;
    }
  }
  const predicted = characters - documents.length;
  return {
    documents: documents.length,
    characters,
    bits,
    bitsPerCharacter: characters === 0 ? 0 : bits / characters,
    top1: predicted === 0 ? 0 : right / predicted,
  };
}

function isMostProbable(probabilities: ArrayLike<number>, id: number): boolean {
  const probability = probabilities[id]!;
  for (let other = 0; other < probabilities.length; other++) if (probabilities[other]! > probability) return false;
  return true;
}
