import type { Vocabulary } from '../../corpus/vocabulary.ts';
import type { Predictor } from '../predictor.ts';
import type { DocumentCache } from './documentCache.ts';
import type { Expert, ExpertPair } from './expert.ts';
import type { KneserNeyModel } from './kneserNeyModel.ts';

/** Sources that experts are made from. Functions give what comes and goes, and are called anew at each prediction. */
export interface KnowledgeSources {
  readonly vocabulary: Vocabulary;
  readonly network: Predictor | undefined;
  /** Counts over the workspace; undefined: there are none, or of other characters. */
  workspaceCounts(): KneserNeyModel | undefined;
  /** Counts over an open document alone, by its path; undefined as above. */
  documentCache(path: string): DocumentCache | undefined;
}

/** Entry of an expert in the registry: all that there is to adding one. */
export interface ExpertRegistration {
  readonly id: string;
  /** Experts registered before that it is mixed with. */
  readonly pairs: readonly (Omit<ExpertPair, 'first' | 'second'> & { readonly with: string })[];
  /**
   * Makes the expert.
   *
   * @returns undefined where the sources have nothing for it, and never will
   */
  create(sources: KnowledgeSources): Expert | undefined;
}
