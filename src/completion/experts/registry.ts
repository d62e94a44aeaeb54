import { ExpertMixture } from '../mixing/expertMixture.ts';
import { DOCUMENT_EXPERT } from './documentExpert.ts';
import type { ExpertPair } from './expert.ts';
import { LSTM_EXPERT } from './lstmExpert.ts';
import type { ExpertRegistration, KnowledgeSources } from './registration.ts';
import { WORDS_EXPERT } from './wordsExpert.ts';
import { WORKSPACE_EXPERT } from './workspaceExpert.ts';

/** In this order: an expert may look at the outputs of those before it. */
export const EXPERTS: readonly ExpertRegistration[] = [LSTM_EXPERT, WORKSPACE_EXPERT, DOCUMENT_EXPERT, WORDS_EXPERT];

/**
 * Experts over some sources, mixed.
 *
 * @param registrations default: all
 * @throws RangeError when none of them has anything to say
 */
export function createMixture(
  sources: KnowledgeSources,
  registrations: readonly ExpertRegistration[] = EXPERTS,
): ExpertMixture {
  const experts = registrations.flatMap((registration) => registration.create(sources) ?? []);
  const ids = experts.map(({ id }) => id);
  const pairs = registrations.flatMap(({ id, pairs }) =>
    pairs.map(({ with: first, initialWeights }) => ({ first, second: id, initialWeights })),
  );
  const order = ({ first, second }: ExpertPair) => ids.indexOf(first) * ids.length + ids.indexOf(second);
  const present = pairs.filter(({ first, second }) => ids.includes(first) && ids.includes(second));
  return new ExpertMixture(
    sources.vocabulary,
    experts,
    present.sort((a, b) => order(a) - order(b)),
  );
}
