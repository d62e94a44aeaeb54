/**
 * The completion worker: inference, behind typed calls. A run blocks its thread, so it has one of its own.
 *
 * What needs onnxruntime is loaded with the first model: an index alone does without.
 */
import { serveFromWorker } from './base/workerRpc.ts';
import type { StatesAt } from './completion/context/documentStates.ts';
import type { LstmPredictor, LstmState } from './completion/experts/lstmPredictor.ts';
import { CompletionServer } from './completion/worker/completionServer.ts';
import { COMPLETION_CALLS, type CompletionService } from './protocol/completion.ts';

type Lstm = typeof import('./completion/worker/network.ts');
let lstm: Lstm | undefined;

serveFromWorker<CompletionService>(
  () =>
    new CompletionServer(
      async (path) => {
        lstm ??= await import('./completion/worker/network.ts');
        return lstm.LstmPredictor.load(path);
      },
      (model, states) => new lstm!.Inspector(model as LstmPredictor, states as StatesAt<LstmState>),
    ),
  COMPLETION_CALLS,
);
