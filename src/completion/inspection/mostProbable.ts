import type { Vocabulary } from '../../corpus/vocabulary.ts';
import type { CharacterProbability } from '../../protocol/inspection.ts';

const TOP = 10;

/** The ten most probable characters, most probable first. */
export function mostProbable(vocabulary: Vocabulary, probabilities: ArrayLike<number>): CharacterProbability[] {
  return Array.from(probabilities, (_, id) => id)
    .sort((a, b) => probabilities[b]! - probabilities[a]!)
    .slice(0, TOP)
    .map((id) => ({ character: vocabulary.decode([id]), probability: probabilities[id]! }));
}
