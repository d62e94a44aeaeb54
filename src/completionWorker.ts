/** The completion worker: inference, behind typed calls. A run blocks its thread, so it has one of its own. */
import { serveFromWorker } from './base/workerRpc.ts';
import { Inspector } from './completion/inspector.ts';
import { LstmPredictor, type LstmState } from './completion/lstmPredictor.ts';
import { CompletionServer } from './completion/server.ts';

serveFromWorker(
  () =>
    new CompletionServer<LstmState>(
      (path) => LstmPredictor.load(path),
      (model, states) => new Inspector(model as LstmPredictor, states),
    ),
);
