/** The completion worker: inference, behind typed calls. A run blocks its thread, so it has one of its own. */
import { serveFromWorker } from '../base/workerRpc.ts';
import { decodeSeveral } from './decoder.ts';
import { DocumentStates } from './documentStates.ts';
import { filtered } from './filters.ts';
import { LstmPredictor, type LstmState } from './lstmPredictor.ts';
import type { CompletionRequest, CompletionService, ShownSuggestion } from './protocol.ts';

/** A model that serves, until another one does and its last request is answered. */
class Serving {
  readonly predictor: LstmPredictor;
  readonly states: DocumentStates<LstmState>;
  #users = 0;
  #retired = false;

  constructor(predictor: LstmPredictor) {
    this.predictor = predictor;
    this.states = new DocumentStates(predictor);
  }

  async use<T>(work: () => Promise<T>): Promise<T> {
    this.#users++;
    try {
      return await work();
    } finally {
      this.#users--;
      await this.#disposeWhenDone();
    }
  }

  async retire(): Promise<void> {
    this.#retired = true;
    await this.#disposeWhenDone();
  }

  async #disposeWhenDone(): Promise<void> {
    if (this.#retired && this.#users === 0) await this.predictor.dispose();
  }
}

serveFromWorker<CompletionService & { shutDown(): Promise<void> }, object>(() => {
  let serving: Serving | undefined;
  const running = new Map<number, AbortController>();
  const swap = async (next: Serving | undefined) => {
    const previous = serving;
    serving = next;
    await previous?.retire();
  };
  return {
    async load(path) {
      const predictor = await LstmPredictor.load(path);
      await swap(new Serving(predictor));
      return predictor.card;
    },
    unload: () => swap(undefined),
    async complete(request) {
      const current = serving;
      if (current === undefined) return [];
      const abort = new AbortController();
      running.set(request.id, abort);
      try {
        return await current.use(() => suggestionsFor(current, request, abort.signal));
      } catch (error) {
        if (abort.signal.aborted) return [];
        throw error;
      } finally {
        running.delete(request.id);
      }
    },
    async warm(document, path, before) {
      const current = serving;
      await current?.use(async () => void (await current.states.at(document, path, before)));
    },
    cancel: (id) => running.get(id)?.abort(),
    close: (document) => serving?.states.forget(document),
    async shutDown() {
      for (const abort of running.values()) abort.abort();
      await swap(undefined);
    },
  };
});

async function suggestionsFor(
  { predictor, states }: Serving,
  { document, path, before, after, beginning, count, ...options }: CompletionRequest,
  signal: AbortSignal,
): Promise<ShownSuggestion[]> {
  const state = await states.at(document, path, before + beginning, signal);
  const decoded = await decodeSeveral(predictor, state, { ...options, signal }, count);
  return decoded.flatMap(({ text, probability }) => {
    const shown = filtered({ text: beginning + text, before, after });
    return shown === undefined || shown.text.length <= beginning.length ? [] : [{ ...shown, probability }];
  });
}
