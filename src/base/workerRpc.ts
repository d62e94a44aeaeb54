import { type MessagePort, parentPort, SHARE_ENV, Worker, workerData } from 'node:worker_threads';
import * as l10n from '@vscode/l10n';
import { createBirpc } from 'birpc';
import { settlesWithin } from './async/timeouts.ts';
import { currentTranslations, setTranslations, type Translations } from './language.ts';
import { type CallsOf, messageOrNothing, resolverOf } from './rpcMessage.ts';

/** What every worker answers to, beside its own functions. */
interface Stoppable {
  /** Ends what is going on, then the worker: it must never be terminated inside a native run. */
  shutDown(): Promise<void>;
}

/** The other side's functions, each answering with a promise. */
export type Remote<T> = {
  [K in keyof T]: T[K] extends (...args: infer A) => infer R ? (...args: A) => Promise<Awaited<R>> : never;
};

/**
 * What is new in a worker's heap is collected so early. V8 would let it grow to several times as much on its own, in each
 * worker, for hardly any speed: what is large here lies outside the heap.
 */
const YOUNG_MEGABYTES = 6;

/** Says that a worker ended while somebody waited for its answer. */
export class WorkerDiedError extends Error {
  override readonly name = 'WorkerDiedError';
  /** The end of a sentence. */
  readonly reason: string;

  constructor(reason: string) {
    super(l10n.t("Inkling's worker has ended: {0}.", reason));
    this.reason = reason;
  }
}

export interface WorkerClientOptions<Local extends object> {
  /** The bundled file that runs in the worker. */
  readonly file: string;
  /** What the worker may call here. */
  readonly local: Local;
  /** What of that it may call. */
  readonly calls: CallsOf<Local>;
  /** What the worker sets in its environment is set for the process, where native code sees it. */
  readonly sharesEnvironment?: boolean;
  /** Told when the worker ends without having been asked to. */
  readonly onDeath?: (error: WorkerDiedError) => void;
}

interface Running<Served> {
  readonly worker: Worker;
  readonly remote: Remote<Served & Stoppable>;
  /** It was asked to end, however long that takes. */
  isStopping: boolean;
}

/**
 * A worker thread behind typed calls. It is started by the first call. When it dies, calls that wait for an answer are
 * rejected with {@link WorkerDiedError}, and the next call starts another one.
 */
export class WorkerClient<Served extends object, Local extends object> {
  readonly #options: WorkerClientOptions<Local>;
  #running: Running<Served> | undefined;

  constructor(options: WorkerClientOptions<Local>) {
    this.#options = options;
  }

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  get remote(): Remote<Served> {
    this.#running ??= this.#start();
    return this.#running.remote as Remote<Served>;
  }

  /**
   * Asks the worker to end, and waits for that.
   *
   * @param milliseconds for so long at most: it is left to itself after that, never terminated. Default: until it has ended
   */
  async stop(milliseconds?: number): Promise<void> {
    const running = this.#running;
    if (running === undefined) return;
    running.isStopping = true;
    const ended = new Promise<void>((resolve) => running.worker.once('exit', () => resolve()));
    running.remote.shutDown().catch(() => {});
    await (milliseconds === undefined ? ended : settlesWithin(ended, milliseconds));
  }

  #start(): Running<Served> {
    const { file, local, calls, sharesEnvironment = false } = this.#options;
    const worker = new Worker(file, {
      workerData: { translations: currentTranslations() },
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEGABYTES },
      ...(sharesEnvironment ? { env: SHARE_ENV } : {}),
    });
    const rpc = createBirpc<Served & Stoppable, Local>(local, {
      post: (message) => worker.postMessage(message),
      on: (listener) => worker.on('message', listener),
      deserialize: messageOrNothing,
      resolver: resolverOf(() => local, calls),
      timeout: -1,
    });
    const running = { worker, remote: rpc as unknown as Remote<Served & Stoppable>, isStopping: false };
    let reason = l10n.t('its thread ended unexpectedly');
    worker.on('error', (error: NodeJS.ErrnoException) => {
      reason = reasonOfDeath(error);
    });
    worker.once('exit', () => {
      this.#running = undefined;
      const error = new WorkerDiedError(reason);
      rpc.$close(error);
      if (!running.isStopping) this.#options.onDeath?.(error);
    });
    return running;
  }
}

function reasonOfDeath({ code, message }: NodeJS.ErrnoException): string {
  switch (code) {
    case 'ERR_WORKER_OUT_OF_MEMORY':
      return l10n.t('it ran out of memory');
    case 'MODULE_NOT_FOUND':
    case 'ERR_MODULE_NOT_FOUND':
    case 'ERR_DLOPEN_FAILED': {
      const machine = `${process.platform}-${process.arch}`;
      const [sentence] = message.split('\n');
      return l10n.t(
        'its native part cannot be loaded; install the package of Inkling that is made for {0} ({1})',
        machine,
        sentence!,
      );
    }
    default:
      return message;
  }
}

/**
 * Serves functions from inside a worker.
 *
 * @param serve gets the functions of the other side and returns those of this one; `shutDown` is called before the end
 * @param calls all but `shutDown`
 */
export function serveFromWorker<Service extends object, Other extends object = object>(
  serve: (host: Remote<Other>) => Service & Stoppable,
  calls: CallsOf<Service>,
  port: MessagePort | null = parentPort,
): void {
  if (port === null) throw new Error('This file runs in a worker only.');
  setTranslations((workerData as { readonly translations?: Translations } | null)?.translations);
  let local: Service & Stoppable;
  const proxy = {
    shutDown: async () => {
      try {
        await local.shutDown();
      } finally {
        // The answer has to be on its way before the port closes.
        setImmediate(() => port.close());
      }
    },
  };
  const resolve = resolverOf<Service>(() => local, calls);
  const rpc = createBirpc<Other, object>(proxy, {
    post: (message) => port.postMessage(message),
    on: (listener) => port.on('message', listener),
    deserialize: messageOrNothing,
    timeout: -1,
    resolver: (name) => (name === 'shutDown' ? proxy.shutDown : resolve(name)),
  });
  local = serve(rpc as unknown as Remote<Other>);
}
