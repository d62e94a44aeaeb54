import type { DocumentCache } from '../../src/completion/experts/documentCache.ts';
import type { KneserNeyModel } from '../../src/completion/experts/kneserNeyModel.ts';
import type { ExpertRegistration } from '../../src/completion/experts/registration.ts';
import { EXPERTS } from '../../src/completion/experts/registry.ts';
import { createMixture } from '../../src/completion/mixing/createMixture.ts';
import type { ExpertMixture } from '../../src/completion/mixing/expertMixture.ts';
import type { Predictor } from '../../src/completion/predictor.ts';
import type { Vocabulary } from '../../src/corpus/vocabulary.ts';

/** What is known, for a mixture of experts. */
export interface Known {
  readonly network?: Predictor;
  readonly workspace?: KneserNeyModel;
  /** By path. */
  readonly documents?: ReadonlyMap<string, DocumentCache>;
}

/** Experts over what is known, mixed. */
export function mixtureOf(
  vocabulary: Vocabulary,
  { network, workspace, documents }: Known,
  experts: readonly ExpertRegistration[] = EXPERTS,
): ExpertMixture {
  const sources = {
    vocabulary,
    network,
    workspaceCounts: () => workspace,
    documentCache: (path: string) => documents?.get(path),
  };
  return createMixture(sources, experts);
}
