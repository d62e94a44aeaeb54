import { distributionsOf } from '../predictor.ts';
import type { ExpertRegistration } from './registration.ts';

/** Expert that is the network which was trained on the workspace. */
export const LSTM_EXPERT: ExpertRegistration = {
  id: 'lstm',
  pairs: [],
  create: ({ network }) =>
    network && {
      id: 'lstm',
      start: () => network.start(),
      read: (state, ids) => network.read(state, ids),
      advance: (states, ids) => network.advance(states, ids),
      predict: (state) => ({ probabilities: network.next(state) }),
      distributions: (state, ids) => distributionsOf(network, state, ids),
      dispose: () => network.dispose(),
    },
};
