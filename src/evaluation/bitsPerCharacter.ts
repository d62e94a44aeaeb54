import { vocabularyOf } from '../completion/experts/lstmPredictor.ts';
import type { Document } from '../corpus/document.ts';
import { encodeDocument } from '../corpus/documents.ts';
import type { Model } from '../lstm/modelFile.ts';
import { type Score, type ScoreOptions, score } from '../scoring/score.ts';

/**
 * Bits per character of a model on documents; see {@link score}.
 *
 * @throws UserFacingError when onnxruntime cannot load the network
 */
export function bitsPerCharacter(
  { card, shape, parameters }: Model,
  documents: readonly Document[],
  options: ScoreOptions = {},
): Promise<Score> {
  const vocabulary = vocabularyOf(card);
  const texts = documents.map((document) => encodeDocument(vocabulary, document));
  return score({ shape, parameters, context: card.hyperparameters.context }, texts, options);
}
