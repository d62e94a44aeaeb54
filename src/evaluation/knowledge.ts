import { DocumentStates } from '../completion/context/documentStates.ts';
import { DocumentCache } from '../completion/experts/documentCache.ts';
import { KneserNeyModel } from '../completion/experts/kneserNeyModel.ts';
import type { ExpertRegistration } from '../completion/experts/registration.ts';
import { EXPERTS } from '../completion/experts/registry.ts';
import { createMixture } from '../completion/mixing/createMixture.ts';
import type { MixtureState } from '../completion/mixing/expertMixture.ts';
import type { Predictor } from '../completion/predictor.ts';
import { Suggester } from '../completion/suggestion/suggester.ts';
import type { Document } from '../corpus/document.ts';
import { encodeDocument } from '../corpus/documents.ts';

/** Experts with which a folder's held-out files are read or typed: a network, counts over the others, and over each. */
export interface EvaluatedKnowledge {
  readonly suggester: Suggester;
  /** State before a document of which nothing has been counted yet. */
  begin(path: string): MixtureState;
}

/**
 * Makes the experts for an evaluation.
 *
 * @param network whose vocabulary holds for all, whether it is among the experts or not; it is not disposed of
 * @param train documents that are counted beforehand
 * @param experts default: all
 */
export function evaluatedKnowledge(
  network: Predictor,
  train: readonly Document[],
  experts: readonly ExpertRegistration[] = EXPERTS,
): EvaluatedKnowledge {
  const { vocabulary } = network;
  const counts = new KneserNeyModel(vocabulary.size);
  for (const document of train) counts.learn(encodeDocument(vocabulary, document));
  let cache: DocumentCache | undefined;
  const sources = { vocabulary, network, workspaceCounts: () => counts, documentCache: () => cache };
  const mixture = createMixture(sources, experts);
  return {
    suggester: new Suggester(mixture, new DocumentStates(mixture)),
    begin: (path) => {
      cache = new DocumentCache(vocabulary);
      return mixture.within(mixture.start(), path);
    },
  };
}

/** Names of experts that are evaluated together, by what the command line calls them. */
const EXPERT_SETS = {
  lstm: ['lstm'],
  memory: ['workspace'],
  memories: ['workspace', 'document', 'words'],
  mixture: EXPERTS.map(({ id }) => id),
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type ExpertSet = keyof typeof EXPERT_SETS;

/** Registrations of a set of experts. */
export function expertsOf(set: ExpertSet): ExpertRegistration[] {
  const ids: readonly string[] = EXPERT_SETS[set];
  return EXPERTS.filter(({ id }) => ids.includes(id));
}
