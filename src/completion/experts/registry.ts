import type { Vocabulary } from '../../corpus/vocabulary.ts';
import { ExpertMixture } from '../mixing/expertMixture.ts';
import type { Predictor } from '../predictor.ts';
import type { DocumentCache } from './documentCache.ts';
import { DOCUMENT_EXPERT } from './documentExpert.ts';
import type { Expert, ExpertPair } from './expert.ts';
import type { KneserNeyModel } from './kneserNeyModel.ts';
import { LSTM_EXPERT } from './lstmExpert.ts';
import { WORDS_EXPERT } from './wordsExpert.ts';
import { WORKSPACE_EXPERT } from './workspaceExpert.ts';

/** What experts may draw on. What comes and goes is asked for anew at each prediction. */
export interface KnowledgeSources {
  readonly vocabulary: Vocabulary;
  readonly network: Predictor | undefined;
  /** Counts over the workspace; undefined: there are none, or of other characters. */
  workspaceCounts(): KneserNeyModel | undefined;
  /** Counts over an open document alone, by its path; undefined as above. */
  documentCache(path: string): DocumentCache | undefined;
}

/** An expert as it is made known: all that there is to adding one. */
export interface ExpertRegistration {
  readonly id: string;
  /** Experts registered before that it is mixed with. */
  readonly pairs: readonly (Omit<ExpertPair, 'first' | 'second'> & { readonly with: string })[];
  /** @returns undefined where the sources have nothing for it, and never will */
  create(sources: KnowledgeSources): Expert | undefined;
}

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
