/**
 * The completion worker: inference, behind typed calls. A run blocks its thread, so it has one of its own.
 *
 * What needs onnxruntime is loaded with the first model: a memory alone does without.
 */
import { serveFromWorker } from './base/workerRpc.ts';
import { REQUESTS } from './completion/checks.ts';
import type { LstmPredictor, LstmState } from './completion/lstmPredictor.ts';
import type { CompletionService } from './completion/protocol.ts';
import { CompletionServer } from './completion/server.ts';

type Lstm = typeof import('./completion/lstm.ts');
let lstm: Lstm | undefined;

serveFromWorker<CompletionService>(
  () =>
    new CompletionServer<LstmState>(
      async (path) => {
        lstm ??= await import('./completion/lstm.ts');
        return lstm.LstmPredictor.load(path);
      },
      (model, states) => new lstm!.Inspector(model as LstmPredictor, states),
    ),
  REQUESTS,
);
