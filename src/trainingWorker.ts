/** The training worker: everything that computes for long, behind typed calls. */
import { serveFromWorker } from './base/workerRpc.ts';
import { writeSample } from './completion/sample.ts';
import { politeness } from './training/politeness.ts';
import type { TrainingListener } from './training/protocol.ts';
import { TrainingServer } from './training/server.ts';

const rest = politeness(process.platform);

serveFromWorker<TrainingServer, TrainingListener>((host) => new TrainingServer(host, { sample: writeSample, rest }));
