import { type Remote, WorkerClient } from '../base/workerRpc.ts';
import { TRAINING_NEWS, type TrainingListener, type TrainingService } from '../protocol/training.ts';

export { WorkerDiedError } from '../base/workerRpc.ts';
export { storageIn } from './storage.ts';

/** The extension host's end of the training worker. */
export class TrainingClient {
  readonly #client: WorkerClient<TrainingService, TrainingListener>;

  /** @param file the bundled worker */
  constructor(file: string, listener: TrainingListener) {
    // TensorFlow reads how many threads it may have from the environment of the process, not of a thread.
    this.#client = new WorkerClient({ file, local: listener, calls: TRAINING_NEWS, sharesEnvironment: true });
  }

  get remote(): Remote<TrainingService> {
    return this.#client.remote;
  }

  /** Ends the worker, however long its last step takes: it writes nothing any more then. */
  async end(): Promise<void> {
    await this.#client.stop();
  }

  /** Leaves a checkpoint and ends the worker. */
  async dispose(): Promise<void> {
    await this.#client.stop(SHUTDOWN_MILLISECONDS);
  }
}

/** VS Code gives extensions five seconds to deactivate. */
const SHUTDOWN_MILLISECONDS = 4000;
