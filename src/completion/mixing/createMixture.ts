import type { ExpertPair } from '../experts/expert.ts';
import type { ExpertRegistration, KnowledgeSources } from '../experts/registration.ts';
import { EXPERTS } from '../experts/registry.ts';
import { ExpertMixture } from './expertMixture.ts';

/**
 * Makes registered experts from their sources, and a mixture of them.
 *
 * @param registrations default: all
 * @throws RangeError when the sources are enough for none of them
 */
export function createMixture(
  sources: KnowledgeSources,
  registrations: readonly ExpertRegistration[] = EXPERTS,
): ExpertMixture {
  const experts = registrations.flatMap((registration) => registration.create(sources) ?? []);
  const ids = experts.map(({ id }) => id);
  const pairs = registrations.flatMap(({ id, pairs }) =>
    pairs.map(({ with: first, ...weights }): ExpertPair => ({ first, second: id, ...weights })),
  );
  const order = ({ first, second }: ExpertPair) => ids.indexOf(first) * ids.length + ids.indexOf(second);
  const present = pairs.filter(({ first, second }) => ids.includes(first) && ids.includes(second));
  return new ExpertMixture(
    sources.vocabulary,
    experts,
    present.sort((a, b) => order(a) - order(b)),
  );
}
