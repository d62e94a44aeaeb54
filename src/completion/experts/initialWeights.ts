import type { ExpertPair } from './expert.ts';

type InitialWeights = Pick<ExpertPair, 'initialWeights' | 'initialWeightsInCopies'>;

/** Of the network and an expert that counts contexts: which of them is right is open, but in what was copied. */
export const BESIDE_NETWORK: InitialWeights = { initialWeights: [0.5, 0.5], initialWeightsInCopies: [0.4, 0.8] };

/** Of the workspace's counts and a document's, which fall back on them: nobody is believed twice. */
export const BESIDE_WORKSPACE: InitialWeights = { initialWeights: [0.9, 0.15] };
