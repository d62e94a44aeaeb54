import type { Vocabulary } from '../../corpus/vocabulary.ts';
import type { Predictor } from '../predictor.ts';
import type { DocumentCache } from './documentCache.ts';
import type { Expert, ExpertPair } from './expert.ts';
import type { KneserNeyModel } from './kneserNeyModel.ts';

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
