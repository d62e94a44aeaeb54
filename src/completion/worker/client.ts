import { type Remote, WorkerClient, type WorkerDiedError } from '../../base/workerRpc.ts';
import type { CompletionService } from '../../protocol/completion.ts';

export { cutBefore } from '../context/contextIds.ts';
export {
  type AcceptanceCounts,
  type AcceptanceRate,
  rateOfRight,
  rateOfShown,
  wrongCost,
} from '../suggestion/acceptanceRate.ts';
export { mayCompleteBefore } from '../suggestion/postProcessing.ts';
export { type Outcome, type SelectedItem, SuggestionSession } from '../suggestion/session.ts';

const SHUTDOWN_MILLISECONDS = 1000;

/** The extension host's end of the completion worker. */
export class CompletionClient {
  readonly #client: WorkerClient<CompletionService, object>;

  /** @param file the bundled worker */
  constructor(file: string, onDeath: (error: WorkerDiedError) => void) {
    this.#client = new WorkerClient({ file, local: {}, calls: {}, onDeath });
  }

  /** Whether there is a worker; asking {@link remote} for anything starts one. */
  get isRunning(): boolean {
    return this.#client.isRunning;
  }

  get remote(): Remote<CompletionService> {
    return this.#client.remote;
  }

  async dispose(): Promise<void> {
    await this.#client.stop(SHUTDOWN_MILLISECONDS);
  }
}
