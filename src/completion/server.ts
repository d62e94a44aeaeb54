import { changedPart, fingerprintsOf, readFingerprints } from '../corpus/fingerprints.ts';
import { scan } from '../corpus/scan.ts';
import type { ModelCard } from '../lstm/modelFile.ts';
import { decodeSeveral } from './decoder.ts';
import { filtered } from './filters.ts';
import type { Predictor } from './predictor.ts';
import type { CompletionRequest, CompletionService, ShownSuggestion, SurveyRequest } from './protocol.ts';
import { Serving } from './serving.ts';

type LoadedModel<State> = Predictor<State> & { readonly card: ModelCard };

/** What the completion worker does, apart from being one. */
export class CompletionServer<State> implements CompletionService {
  readonly #open: (path: string) => Promise<LoadedModel<State>>;
  readonly #running = new Map<number, AbortController>();
  #serving: Serving<State> | undefined;
  /** A document that is read ahead of requests, one at most: there is one cursor. */
  #warming: { readonly abort: AbortController; readonly over: Promise<void> } | undefined;

  constructor(open: (path: string) => Promise<LoadedModel<State>>) {
    this.#open = open;
  }

  async load(path: string): Promise<ModelCard> {
    const model = await this.#open(path);
    await this.#swap(new Serving(model));
    return model.card;
  }

  unload(): Promise<void> {
    return this.#swap(undefined);
  }

  async complete(request: CompletionRequest): Promise<readonly ShownSuggestion[]> {
    const abort = new AbortController();
    this.#running.set(request.id, abort);
    try {
      await this.#endWarming();
      const found = this.#serving?.use((serving) => suggestionsFor(serving, request, abort.signal));
      return (await found) ?? [];
    } catch (error) {
      if (abort.signal.aborted) return [];
      throw error;
    } finally {
      this.#running.delete(request.id);
    }
  }

  async warm(document: string, path: string, before: string): Promise<void> {
    const abort = new AbortController();
    const read = async () => {
      await this.#serving?.use(({ states }) => states.at(document, path, before, abort.signal));
    };
    const over = this.#endWarming()
      .then(read)
      .catch((error: unknown) => {
        if (!abort.signal.aborted) throw error;
      });
    this.#warming = { abort, over };
    await over;
  }

  cancel(id: number): void {
    this.#running.get(id)?.abort();
  }

  close(document: string): void {
    this.#serving?.states.forget(document);
  }

  async survey({ folders, scan: options, learnt }: SurveyRequest): Promise<number | undefined> {
    const before = await readFingerprints(learnt);
    if (before === undefined) return undefined;
    const { files } = await scan(folders, options);
    return changedPart(before, fingerprintsOf(files));
  }

  /** The last thing that is asked for. */
  async shutDown(): Promise<void> {
    for (const abort of this.#running.values()) abort.abort();
    await this.#endWarming();
    await this.#swap(undefined);
  }

  async #swap(next: Serving<State> | undefined): Promise<void> {
    const previous = this.#serving;
    this.#serving = next;
    await previous?.retire();
  }

  /** What has been read until now is kept, so whoever comes next goes on from there. */
  async #endWarming(): Promise<void> {
    const warming = this.#warming;
    this.#warming = undefined;
    warming?.abort.abort();
    await warming?.over.catch(() => {});
  }
}

async function suggestionsFor<State>(
  { predictor, states }: Serving<State>,
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
