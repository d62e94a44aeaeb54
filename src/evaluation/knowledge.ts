import { DocumentStates } from '../completion/context/documentStates.ts';
import { DocumentCache } from '../completion/experts/documentCache.ts';
import type { ExpertOutput } from '../completion/experts/expert.ts';
import { KneserNeyModel } from '../completion/experts/kneserNeyModel.ts';
import type { ExpertRegistration, KnowledgeSources } from '../completion/experts/registration.ts';
import { EXPERTS } from '../completion/experts/registry.ts';
import { createMixture } from '../completion/mixing/createMixture.ts';
import type { MixtureState } from '../completion/mixing/expertMixture.ts';
import type { Predictor } from '../completion/predictor.ts';
import { Suggester } from '../completion/suggestion/suggester.ts';
import type { Document } from '../corpus/document.ts';
import { encodeDocument } from '../corpus/documents.ts';
import { Vocabulary } from '../corpus/vocabulary.ts';

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
  return expertsNamed(EXPERT_SETS[set]);
}

/** Registrations with one of these ids, in the order of the registry. */
export function expertsNamed(ids: readonly string[]): ExpertRegistration[] {
  return EXPERTS.filter(({ id }) => ids.includes(id));
}

/** Those of some experts that are none without a network. */
export function needingNetwork(experts: readonly ExpertRegistration[]): ExpertRegistration[] {
  const sources = { ...sourcesOf(undefined), workspaceCounts: () => undefined, documentCache: () => undefined };
  return experts.filter((expert) => expert.create(sources) === undefined);
}

/** Whether experts predict something without others, where there is a workspace and a document that is open. */
export function canPredict(experts: readonly ExpertRegistration[], network: Predictor | undefined): boolean {
  const outputs = new Map<string, ExpertOutput>();
  for (const registration of experts) {
    const expert = registration.create(sourcesOf(network));
    const output = expert?.predict(expert.start(), { context: new Uint16Array(0), document: 'a' }, outputs);
    if (output !== undefined) outputs.set(registration.id, output);
  }
  return outputs.size > 0;
}

/** All sources that there may be, with nothing counted yet. */
function sourcesOf(network: Predictor | undefined): KnowledgeSources {
  const vocabulary = network?.vocabulary ?? Vocabulary.fromTexts([' ']);
  const counts = new KneserNeyModel(vocabulary.size);
  const cache = new DocumentCache(vocabulary);
  return { vocabulary, network, workspaceCounts: () => counts, documentCache: () => cache };
}
