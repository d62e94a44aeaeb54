import { LONGEST_MATCH } from '../mixing/mixerInput.ts';
import type { ExpertPair } from './expert.ts';

type InitialWeights = ExpertPair['initialWeights'];

/** Of the network and an expert that counts contexts: which of them is right is open, but in what was copied. */
export const BESIDE_NETWORK: InitialWeights = (match) => (match === LONGEST_MATCH ? [0.4, 0.8] : [0.5, 0.5]);

/** Of the workspace's counts and a document's, which fall back on them: nobody is believed twice. */
export const BESIDE_WORKSPACE: InitialWeights = () => [0.9, 0.15];
