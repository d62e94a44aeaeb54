import { STATELESS } from './expert.ts';
import { BESIDE_NETWORK, BESIDE_WORKSPACE } from './initialWeights.ts';
import type { ExpertRegistration } from './registration.ts';

/** Expert by counts of what followed which characters in the open document; it falls back on the workspace's expert. */
export const DOCUMENT_EXPERT: ExpertRegistration = {
  id: 'document',
  pairs: [
    { with: 'lstm', ...BESIDE_NETWORK },
    { with: 'workspace', ...BESIDE_WORKSPACE },
  ],
  create: ({ vocabulary, documentCache }) => ({
    id: 'document',
    ...STATELESS,
    predict: (_, { context, document }, outputs) => {
      const cache = document === undefined ? undefined : documentCache(document);
      const workspace = outputs.get('workspace');
      if (cache === undefined || workspace === undefined) return undefined;
      const probabilities = new Float32Array(vocabulary.size);
      const matched = cache.characters.predict(context, context.length, probabilities, workspace.probabilities);
      return { probabilities, matched };
    },
    learn: (_, { context, document }, id) => {
      if (document !== undefined) documentCache(document)?.characters.learn([...context, id], context.length);
    },
  }),
};
