import { existsSync, writeFileSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import * as l10n from '@vscode/l10n';
import { Latest } from '../base/async/latest.ts';
import { removeStaleTemporariesIn, writeFileAtomically } from '../base/atomicFile.ts';
import { reasonOf, UserFacingError } from '../base/errors.ts';
import { holdLock } from '../base/fileLock.ts';
import type { Remote } from '../base/workerRpc.ts';
import { type Corpus, readCorpus } from '../corpus/corpus.ts';
import { detailsOf } from '../corpus/details.ts';
import { encodeDocument } from '../corpus/documents.ts';
import { writeFingerprints } from '../corpus/fingerprints.ts';
import { pathsOf } from '../corpus/folders.ts';
import { Vocabulary } from '../corpus/vocabulary.ts';
import { type Model, readModelFile } from '../lstm/modelFile.ts';
import type {
  DeviceReport,
  TrainingListener,
  TrainingOutcome,
  TrainingRequest,
  TrainingService,
} from '../protocol/training.ts';
import { score } from '../scoring/score.ts';
import { baselinesOf } from './baselines.ts';
import { measureDevices } from './engines/devices.ts';
import { findCandidates } from './engines/engines.ts';
import { type Storage, storageIn } from './storage.ts';
import { PAUSE, type Run, train } from './train.ts';

/** What the training worker does, apart from being one. */
export class TrainingServer implements TrainingService {
  readonly #host: Remote<TrainingListener>;
  readonly #manners: Pick<Run, 'sample' | 'rest'>;
  /** Ends the comparison of the last run, which may take longer than the run. */
  readonly #comparison = new Latest();
  #current: { readonly abort: AbortController; readonly over: Promise<unknown> } | undefined;

  /** @param manners how runs go on that the host need not know of; see {@link Run} */
  constructor(host: Remote<TrainingListener>, manners: Pick<Run, 'sample' | 'rest'> = {}) {
    this.#host = host;
    this.#manners = manners;
  }

  async run(request: TrainingRequest): Promise<TrainingOutcome> {
    if (this.#current !== undefined) return { type: 'refused', message: l10n.t('A training is running already.') };
    const abort = new AbortController();
    const over = this.#runOnce(request, abort.signal);
    this.#current = { abort, over };
    try {
      return await over;
    } finally {
      this.#current = undefined;
    }
  }

  end(how: 'stop' | 'pause'): void {
    this.#current?.abort.abort(how === 'pause' ? PAUSE : new DOMException('Stopped', 'AbortError'));
  }

  async devices(tensorflowFolders: readonly string[], threads: number): Promise<readonly DeviceReport[]> {
    return measureDevices(findCandidates(tensorflowFolders, threads), threads);
  }

  /** The last thing that is asked for. */
  async shutDown(): Promise<void> {
    this.#comparison.dispose();
    this.#current?.abort.abort(PAUSE);
    await this.#current?.over.catch(() => {});
  }

  async #runOnce(request: TrainingRequest, signal: AbortSignal): Promise<TrainingOutcome> {
    try {
      await makeFolder(request.storage);
      await makeFolder(request.cache);
      const storage = storageIn(request.storage);
      const release = await holdLock(storage.lock, l10n.t('Another window is training on this workspace.'));
      try {
        return await this.#trainAndPublish(request, storage, signal);
      } finally {
        await release();
      }
    } catch (error) {
      if (signal.aborted && (error === signal.reason || (error as Error).name === 'AbortError'))
        return { type: 'cancelled' };
      if (error instanceof UserFacingError) return { type: 'refused', message: error.message };
      throw error;
    }
  }

  async #trainAndPublish(request: TrainingRequest, storage: Storage, signal: AbortSignal): Promise<TrainingOutcome> {
    for (const folder of [request.storage, request.cache]) await removeStaleTemporariesIn(folder);
    const corpus = await readCorpus(request.folders, {
      ...request.scan,
      signal,
      onProgress: (seen, kept) => this.#tell(this.#host.onReading(seen, kept)),
    });
    const details = detailsOf(corpus, pathsOf(request.folders));
    await writeFileAtomically(storage.corpus, [new TextEncoder().encode(JSON.stringify(details))]);
    this.#tell(this.#host.onCorpus(details));
    const live = await readLive(storage.model);
    const liveBits = live === undefined ? undefined : await bitsOf(live, corpus, request.options.threads);
    const result = await train(corpus, request.options, {
      modelPath: storage.candidate,
      checkpointPath: storage.checkpoint,
      cacheFolder: request.cache,
      beginning: request.beginning,
      foreignModel: existsSync(storage.checkpoint) ? undefined : live,
      signal,
      candidates: findCandidates(request.tensorflowFolders, request.options.threads),
      ...this.#manners,
      onEvent: (event) => {
        if (event.type === 'start') this.#compare(corpus);
        // From the first checkpoint on there is something to resume.
        if (event.type === 'checkpoint') markUnfinished(storage, request.run);
        this.#tell(this.#host.onEvent(event));
      },
      // While there is no live model, each better one becomes it; a live one serves until a finished run has beaten it.
      ...(liveBits === undefined
        ? {
            publish: async (model: Uint8Array) => {
              await writeFingerprints(storage.learnt, corpus.fingerprints);
              await writeFileAtomically(storage.model, [model]);
              this.#tell(this.#host.onLive(storage.model));
            },
          }
        : {}),
    });
    if (result.reason === 'paused') return { type: 'done', result, isLive: false };
    // Even if the old model stays: more training on these very files would not help it.
    await writeFingerprints(storage.learnt, corpus.fingerprints);
    const isLive = liveBits === undefined || result.heldOutBitsPerCharacter < liveBits;
    // Killed in between, a run is either still there to be resumed, with its checkpoint, or has come to its end.
    if (isLive) {
      await rename(storage.candidate, storage.model);
      await rm(storage.unfinished, { force: true });
      this.#tell(this.#host.onLive(storage.model));
    } else {
      // Nor is the network that did worse gone on with.
      for (const file of [storage.candidate, storage.unfinished, storage.checkpoint]) await rm(file, { force: true });
    }
    return { type: 'done', result, isLive };
  }

  /** A host that cannot make anything of what it is told does not end the training. */
  #tell(telling: Promise<void>): void {
    telling.catch(() => {});
  }

  /** Tells the baselines some time later. */
  #compare(corpus: Corpus): void {
    baselinesOf(corpus, this.#comparison.begin()).then(
      (baselines) => this.#tell(this.#host.onEvent({ type: 'baselines', ...baselines })),
      () => {}, // nobody waits for them
    );
  }
}

/** @throws UserFacingError when it cannot be made */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (error) {
    throw new UserFacingError(l10n.t('Could not write {0}: {1}.', path, reasonOf(error)), 'failure', { cause: error });
  }
}

/** A run can do without the mark, which is worth less than the run. */
function markUnfinished({ unfinished }: Storage, run: string): void {
  try {
    writeFileSync(unfinished, run);
  } catch {
    // The checkpoint that follows says why nothing can be written here.
  }
}

/** Undefined when there is none, or none that can be used. */
async function readLive(path: string): Promise<Model | undefined> {
  try {
    return await readModelFile(path);
  } catch (error) {
    if (error instanceof UserFacingError) return undefined;
    throw error;
  }
}

/** What a model achieves on today's held-out files. */
async function bitsOf({ card, shape, parameters }: Model, corpus: Corpus, threads: number): Promise<number> {
  const vocabulary = Vocabulary.fromJSON({ characters: card.vocabulary.join('') });
  const texts = corpus.heldOut.map((document) => encodeDocument(vocabulary, document));
  const network = { shape, parameters, context: card.hyperparameters.context };
  return (await score(network, texts, { threads })).bitsPerCharacter;
}
