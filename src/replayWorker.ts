/**
 * The replay worker: types anew what was typed in a repository, behind typed calls. It is there while that goes on.
 *
 * What needs onnxruntime is loaded when a network is to be asked: the memories alone do without.
 */
import { serveFromWorker } from './base/workerRpc.ts';
import { ReplayServer } from './evaluation/replay/server.ts';
import { REPLAY_CALLS, type ReplayListener, type ReplayService } from './protocol/replay.ts';
import { politeness } from './training/politeness.ts';

const rest = politeness(process.platform);

serveFromWorker<ReplayService, ReplayListener>(
  (host) =>
    new ReplayServer(host, {
      open: async (model) => (await import('./completion/worker/network.ts')).LstmPredictor.open(model),
      rest,
    }),
  REPLAY_CALLS,
);
