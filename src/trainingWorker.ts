/** The training worker: everything that computes for long, behind typed calls. */
import { serveFromWorker } from './base/workerRpc.ts';
import { writeSample } from './completion/generation/sample.ts';
import { TRAINING_CALLS, type TrainingListener, type TrainingService } from './protocol/training.ts';
import { politeness } from './training/politeness.ts';
import { TrainingServer } from './training/server.ts';

const rest = politeness(process.platform);

serveFromWorker<TrainingService, TrainingListener>(
  (host) => new TrainingServer(host, { sample: writeSample, rest }),
  TRAINING_CALLS,
);
