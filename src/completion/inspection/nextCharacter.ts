import { decode } from '../suggestion/beamSearch.ts';
import { showingCosts } from '../suggestion/policy.ts';
import { filtered } from '../suggestion/postProcessing.ts';
import { withoutSecrets } from '../suggestion/redaction.ts';
import type { Serving } from '../worker/modelLease.ts';
import type { NextCharacter, NextRequest, SpeakingVoices } from '../worker/protocol.ts';
import { mostProbable } from './mostProbable.ts';

/**
 * What is expected at a cursor, by whom, and what would be suggested.
 *
 * @throws the signal's reason when aborted
 */
export async function nextCharacter<State>(
  serving: Serving<State>,
  { document: key, path, before, after, ...options }: NextRequest,
  signal: AbortSignal,
): Promise<NextCharacter> {
  const { mixture } = serving;
  const state = await serving.stateAt(key, path, before, signal);
  const { network, memory, document, words, shares, probabilities } = mixture.voices(state);
  const most = (expected: Float32Array) => mostProbable(mixture.vocabulary, expected);
  const voices: SpeakingVoices = {
    ...(network && { network: most(network) }),
    ...(memory && { memory: most(memory.probabilities), matched: memory.matched }),
    ...(document && { document: most(document.probabilities) }),
    ...(words && { words: most(words.probabilities) }),
    ...(shares && { shares }),
  };
  const costs = showingCosts(options.contradictionCost, mixture.isJoined(state));
  const suggestion = await decode(mixture, state, { ...options, ...costs, signal });
  const harmless = suggestion && (await withoutSecrets(before, suggestion.text, path));
  const shown = harmless === undefined || harmless === '' ? undefined : filtered({ text: harmless, before, after });
  return {
    candidates: most(probabilities),
    entropy: entropyOf(probabilities),
    suggestion: [...(shown?.text ?? '')].map((character, index) => ({
      character,
      probability: suggestion!.characters[index]!,
    })),
    voices,
  };
}

/** Of a distribution, bits. */
function entropyOf(probabilities: Float32Array): number {
  let bits = 0;
  for (const probability of probabilities) if (probability > 0) bits -= probability * Math.log2(probability);
  return bits;
}
