import { STATELESS } from './expert.ts';
import { BESIDE_NETWORK } from './initialWeights.ts';
import type { ExpertRegistration } from './registration.ts';

/** Expert by counts of what followed which characters in the workspace. */
export const WORKSPACE_EXPERT: ExpertRegistration = {
  id: 'workspace',
  pairs: [{ with: 'lstm', ...BESIDE_NETWORK }],
  create: ({ vocabulary, workspaceCounts }) => ({
    id: 'workspace',
    ...STATELESS,
    predict: (_, { context }) => {
      const counts = workspaceCounts();
      if (counts === undefined) return undefined;
      const probabilities = new Float32Array(vocabulary.size);
      const matched = counts.predict(context, context.length, probabilities);
      return { probabilities, matched };
    },
    learn: (_, { context }, id) => workspaceCounts()?.learn([...context, id], context.length),
  }),
};
