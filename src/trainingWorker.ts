/** The training worker: everything that computes for long, behind typed calls. */
import { constants, setPriority } from 'node:os';
import { serveFromWorker } from './base/workerRpc.ts';
import { writeSample } from './completion/sample.ts';
import type { TrainingListener } from './training/protocol.ts';
import { TrainingServer } from './training/server.ts';

// Whoever types comes first. Linux gives each thread a priority, and onnxruntime's inherit this one's; elsewhere it is the
// whole editor's.
if (process.platform === 'linux') setPriority(0, constants.priority.PRIORITY_BELOW_NORMAL);

serveFromWorker<TrainingServer, TrainingListener>((host) => new TrainingServer(host, writeSample));
