/** The completion worker: inference, behind typed calls. A run blocks its thread, so it has one of its own. */
import { serveFromWorker } from '../base/workerRpc.ts';
import { LstmPredictor } from './lstmPredictor.ts';
import { CompletionServer } from './server.ts';

serveFromWorker(() => new CompletionServer((path) => LstmPredictor.load(path)));
