import { type Remote, WorkerClient } from '../../base/workerRpc.ts';
import { REPLAY_NEWS, type ReplayListener, type ReplayService } from '../../protocol/replay.ts';

/** VS Code gives extensions five seconds to deactivate. */
const SHUTDOWN_MILLISECONDS = 4000;

/** The extension host's end of the replay worker. */
export class ReplayClient {
  readonly #client: WorkerClient<ReplayService, ReplayListener>;

  /** @param file the bundled worker */
  constructor(file: string, listener: ReplayListener) {
    this.#client = new WorkerClient({ file, local: listener, calls: REPLAY_NEWS });
  }

  get isRunning(): boolean {
    return this.#client.isRunning;
  }

  get remote(): Remote<ReplayService> {
    return this.#client.remote;
  }

  /** Ends the worker, and what goes on in it: it holds nothing, writes nothing and runs no process any more then. */
  async end(): Promise<void> {
    await this.#client.stop();
  }

  /** The same, for so long as there is time for it. */
  async dispose(): Promise<void> {
    await this.#client.stop(SHUTDOWN_MILLISECONDS);
  }
}
