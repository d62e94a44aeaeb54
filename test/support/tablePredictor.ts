import type { Predictor } from '../../src/completion/predictor.ts';
import type { Vocabulary } from '../../src/corpus/vocabulary.ts';

/** A predictor whose probabilities are any function of the ids read so far. */
export function tablePredictor(
  vocabulary: Vocabulary,
  probabilities: (ids: readonly number[]) => Float32Array,
): Predictor<readonly number[]> {
  return {
    vocabulary,
    start: () => [],
    read: async (state, ids) => [...state, ...Array.from(ids)],
    advance: async (states, ids) => states.map((state, index) => [...state, ids[index]!]),
    next: probabilities,
    dispose: async () => {},
  };
}
