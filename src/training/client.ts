import { type Remote, WorkerClient } from '../base/workerRpc.ts';
import { NEWS } from './checks.ts';
import type { TrainingListener, TrainingService } from './protocol.ts';

export { WorkerDiedError } from '../base/workerRpc.ts';
export type { DeviceReport } from './engines/devices.ts';
export type { Beginning, EngineReport, TrainingEvent, TrainingOptions, TrainingResult } from './events.ts';
export type { TrainingListener, TrainingOutcome, TrainingRequest } from './protocol.ts';
export { storageIn } from './storage.ts';

/** The extension host's end of the training worker. */
export class TrainingClient {
  readonly #client: WorkerClient<TrainingService, TrainingListener>;

  /** @param file the bundled worker */
  constructor(file: string, listener: TrainingListener) {
    // TensorFlow reads how many threads it may have from the environment of the process, not of a thread.
    this.#client = new WorkerClient({ file, local: listener, checks: NEWS, sharesEnvironment: true });
  }

  get remote(): Remote<TrainingService> {
    return this.#client.remote;
  }

  /** Leaves a checkpoint and ends the worker. */
  async dispose(): Promise<void> {
    await this.#client.stop(SHUTDOWN_MILLISECONDS);
  }
}

/** VS Code gives extensions five seconds to deactivate. */
const SHUTDOWN_MILLISECONDS = 4000;
