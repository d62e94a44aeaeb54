/**
 * A process that trains as the extension host does, in the real worker, until somebody kills it. It says each thing that
 * happens in a line of JSON. Its argument is the request.
 */
import { fileURLToPath } from 'node:url';
import type { TrainingRequest } from '../../src/protocol/training.ts';
import { TrainingClient } from '../../src/training/client.ts';

/** What is said, by name. */
export type Said =
  | { readonly what: 'reading' | 'corpus' | 'live' | 'baselines' }
  | { readonly what: 'event'; readonly type: string; readonly seconds: number | undefined }
  | { readonly what: 'outcome'; readonly type: string; readonly message: string | undefined };

if (process.argv[2] !== undefined) await train(JSON.parse(process.argv[2]) as TrainingRequest);

async function train(request: TrainingRequest): Promise<void> {
  const say = (said: Said) => void process.stdout.write(`${JSON.stringify(said)}\n`);
  const worker = fileURLToPath(new URL('../../dist/trainingWorker.js', import.meta.url));
  const client = new TrainingClient(worker, {
    onReading: () => say({ what: 'reading' }),
    onCorpus: () => say({ what: 'corpus' }),
    onEvent: (event) =>
      say({ what: 'event', type: event.type, seconds: 'elapsedSeconds' in event ? event.elapsedSeconds : undefined }),
    onLive: () => say({ what: 'live' }),
  });
  const outcome = await client.remote.run(request);
  say({ what: 'outcome', type: outcome.type, message: outcome.type === 'refused' ? outcome.message : undefined });
  await client.dispose();
}
