import type { ExpertView, NextCharacter } from '../../protocol/inspection.ts';
import type { Policy } from '../suggestion/policy.ts';
import type { Suggester, SuggestionContext } from '../suggestion/suggester.ts';
import { mostProbable } from './mostProbable.ts';

/**
 * What is expected at a cursor, by which experts, and what would be suggested.
 *
 * @param document names the document
 * @throws the signal's reason when aborted
 */
export async function nextCharacter(
  suggester: Suggester,
  document: string,
  context: Pick<SuggestionContext, 'path' | 'before' | 'after'>,
  policy: Policy,
  signal: AbortSignal,
): Promise<NextCharacter> {
  const { mixture } = suggester;
  const state = await suggester.stateAt(document, context.path, context.before, signal);
  const prediction = mixture.predict(state);
  const weights = mixture.weightsOf(prediction);
  const top = (probabilities: ArrayLike<number>) => mostProbable(mixture.vocabulary, probabilities);
  const experts = [...prediction.outputs].map(
    ([id, { probabilities, matched }]): ExpertView => ({
      id,
      weight: weights.get(id) ?? 0,
      top: top(probabilities),
      ...(matched !== undefined && { matched }),
    }),
  );
  const [shown] = await suggester.suggestAt(state, context, policy, signal);
  return {
    top: top(prediction.probabilities),
    entropy: entropyOf(prediction.probabilities),
    suggestion: [...(shown?.text ?? '')].map((character, index) => ({
      character,
      probability: shown!.characters[index]!,
    })),
    experts,
  };
}

/** Of a distribution, bits. */
function entropyOf(probabilities: Float32Array): number {
  let bits = 0;
  for (const probability of probabilities) if (probability > 0) bits -= probability * Math.log2(probability);
  return bits;
}
