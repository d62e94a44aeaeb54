import type { ExpertPair } from './expert.ts';

type InitialWeights = Pick<ExpertPair, 'initialWeights' | 'initialWeightsInCopies'>;

/** Weights of the network and an expert that counts contexts: equal, but in copied text, where counts tend to be right. */
export const BESIDE_NETWORK: InitialWeights = { initialWeights: [0.5, 0.5], initialWeightsInCopies: [0.4, 0.8] };

/** Weights of the workspace's counts and a document's, which contain them by falling back: they sum to about 1. */
export const BESIDE_WORKSPACE: InitialWeights = { initialWeights: [0.9, 0.15] };
