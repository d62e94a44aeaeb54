/** The completion worker: inference, behind typed calls. A run blocks its thread, so it has one of its own. */
import { serveFromWorker } from './base/workerRpc.ts';
import { LstmPredictor } from './completion/lstmPredictor.ts';
import { CompletionServer } from './completion/server.ts';

serveFromWorker(() => new CompletionServer((path) => LstmPredictor.load(path)));
