import { Precedence } from '../base/pace.ts';
import { changedPart, fingerprintsOf, readFingerprints } from '../corpus/fingerprints.ts';
import { scan } from '../corpus/scan.ts';
import { createScrubber } from '../corpus/scrub.ts';
import type { ModelCard } from '../lstm/modelFile.ts';
import { showingCosts } from './costs.ts';
import { decodeSeveral } from './decoder.ts';
import type { StatesAt } from './documentStates.ts';
import type { Feature } from './features.ts';
import { filtered } from './filters.ts';
import { generate } from './generate.ts';
import { type Improbable, improbable } from './improbable.ts';
import type { Inspector } from './inspector.ts';
import { Knowledge } from './knowledge.ts';
import { nextCharacter } from './nextCharacter.ts';
import type { Predictor } from './predictor.ts';
import type {
  AdoptionRequest,
  Appraisal,
  AppraisalRequest,
  CharacterDetail,
  CompletionRequest,
  CompletionService,
  DocumentText,
  ExportRequest,
  MemoryCard,
  MemoryRequest,
  NextCharacter,
  NextRequest,
  OpenText,
  ShownSuggestion,
  SurveyRequest,
  Trace,
  TraceRequest,
  UnitMatch,
  UnitName,
  UnitSummary,
} from './protocol.ts';
import type { Serving } from './serving.ts';
import { ConditionedPredictor } from './suggestion/conditioning.ts';
import { withoutSecrets } from './withoutSecrets.ts';

type LoadedModel<State> = Predictor<State> & { readonly card: ModelCard };
type InspectorOf<State> = (model: LoadedModel<State>, states: StatesAt<State>) => Inspector;
const scrub = createScrubber();
/** What is looked at once at a time: a newer request ends an older one. */
type Look = 'next' | 'trace' | 'surprise' | 'generate';

/** What the completion worker does, apart from being one. */
export class CompletionServer<State> implements CompletionService {
  readonly #open: (path: string) => Promise<LoadedModel<State>>;
  readonly #knowledge: Knowledge<State, LoadedModel<State>>;
  readonly #running = new Map<number, AbortController>();
  readonly #requests = new Precedence();
  readonly #looks = new Map<Look, AbortController>();
  /** A document that is read ahead of requests, one at most: there is one cursor. */
  #warming: { readonly abort: AbortController; readonly over: Promise<void> } | undefined;

  /** @param inspectorOf without it nothing can be looked into */
  constructor(open: (path: string) => Promise<LoadedModel<State>>, inspectorOf?: InspectorOf<State>) {
    this.#open = open;
    this.#knowledge = new Knowledge((model, states) => inspectorOf?.(model, states), this.#requests.giveWay);
  }

  async load(path: string): Promise<ModelCard> {
    const model = await this.#open(path);
    await this.#knowledge.setNetwork(model);
    return model.card;
  }

  unload(): Promise<void> {
    return this.#knowledge.setNetwork(undefined);
  }

  async appraise(request: AppraisalRequest): Promise<Appraisal> {
    return (await import('./modelFiles.ts')).appraise(request);
  }

  async adopt(request: AdoptionRequest): Promise<void> {
    await (await import('./modelFiles.ts')).adopt(request);
  }

  async exportWithCard(request: ExportRequest): Promise<string> {
    return (await import('./modelFiles.ts')).exportWithCard(request);
  }

  async remember(request: MemoryRequest | undefined): Promise<MemoryCard | undefined> {
    const start = performance.now();
    await this.#knowledge.remember(request);
    const { memory } = this.#knowledge;
    return memory && { characters: memory.characters, milliseconds: performance.now() - start };
  }

  async refresh(): Promise<void> {
    await this.#knowledge.memory?.refresh();
  }

  edit(text: OpenText): Promise<void> {
    return this.#knowledge.edit(text);
  }

  closeText(path: string): Promise<void> {
    return this.#knowledge.close(path);
  }

  async complete(request: CompletionRequest): Promise<readonly ShownSuggestion[]> {
    const abort = new AbortController();
    this.#running.set(request.id, abort);
    try {
      await this.#endWarming();
      const answer = (serving: Serving<State>) => suggestionsFor(serving, request, abort.signal);
      return (await this.#requests.first(async () => this.#serving?.use(answer))) ?? [];
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

  next(request: NextRequest): Promise<NextCharacter | undefined> {
    return this.#lookWith('next', (serving, signal) => nextCharacter(serving, request, signal));
  }

  trace(request: TraceRequest): Promise<Trace | undefined> {
    return this.#look('trace', (inspector, signal) => inspector.trace(request, signal));
  }

  character(index: number): CharacterDetail | undefined {
    return this.#serving?.inspector?.character(index);
  }

  unit(unit: UnitName): readonly number[] {
    return this.#serving?.inspector?.unit(unit) ?? [];
  }

  async units(document: DocumentText): Promise<readonly UnitSummary[]> {
    return (await this.#serving?.use(async ({ inspector }) => inspector?.units(document))) ?? [];
  }

  async unitsThatFollow(feature: Feature, document: DocumentText): Promise<readonly UnitMatch[]> {
    return (await this.#serving?.use(async ({ inspector }) => inspector?.unitsThatFollow(feature, document))) ?? [];
  }

  improbable(document: DocumentText): Promise<readonly Improbable[] | undefined> {
    return this.#look('surprise', async (inspector, signal) => {
      const { offset, bits } = await inspector.surprise(document, signal);
      const found = improbable(document.text.slice(offset), bits);
      return found.map(({ start, end, ...rest }) => ({ start: start + offset, end: end + offset, ...rest }));
    });
  }

  async generate(options: { prompt: string; temperature: number; length: number; seed: number }): Promise<string> {
    // A prompt is text of a file, not the path of one.
    const path = options.prompt === '' ? {} : { path: 'untitled' };
    const signal = this.#only('generate');
    const written = await this.#serving?.use(
      async ({ mixture: { network } }) => network && generate(network, { ...options, ...path, signal }),
    );
    return written === undefined ? '' : (await scrub(written, 'untitled')).text;
  }

  /** The last thing that is asked for. */
  async shutDown(): Promise<void> {
    for (const abort of [...this.#running.values(), ...this.#looks.values()]) abort.abort();
    await this.#endWarming();
    await this.#knowledge.dispose();
  }

  #look<T>(what: Look, at: (inspector: Inspector, signal: AbortSignal) => Promise<T>): Promise<T | undefined> {
    return this.#lookWith(what, async ({ inspector }, signal) => inspector && at(inspector, signal));
  }

  get #serving(): Serving<State> | undefined {
    return this.#knowledge.serving;
  }

  async #lookWith<T>(what: Look, at: (serving: Serving<State>, signal: AbortSignal) => Promise<T>) {
    const signal = this.#only(what);
    try {
      return await this.#serving?.use((serving) => at(serving, signal));
    } catch (error) {
      if (signal.aborted) return undefined;
      throw error;
    }
  }

  /** Ends what was looked at before. */
  #only(what: Look): AbortSignal {
    this.#looks.get(what)?.abort();
    const abort = new AbortController();
    this.#looks.set(what, abort);
    return abort.signal;
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
  serving: Serving<State>,
  { document, path, before, after, beginning, count, typedPast, acceptanceRate, ...options }: CompletionRequest,
  signal: AbortSignal,
): Promise<ShownSuggestion[]> {
  const state = await serving.stateAt(document, path, before + beginning, signal);
  const conditioned = new ConditionedPredictor(serving.mixture, acceptanceRate);
  const costs = showingCosts(options.contradictionCost, serving.mixture.isJoined(state));
  const how = { ...options, ...costs, signal };
  const decoded = await decodeSeveral(conditioned, conditioned.at(state, typedPast), how, count);
  const suggestions: ShownSuggestion[] = [];
  for (const { text, probability, characters } of decoded) {
    const harmless = await withoutSecrets(before + beginning, text, path);
    const shown = harmless === '' ? undefined : filtered({ text: beginning + harmless, before, after });
    if (shown === undefined || shown.text.length <= beginning.length) continue;
    const length = [...shown.text].length - [...beginning].length;
    suggestions.push({ ...shown, probability, characters: characters.slice(0, length) });
  }
  return suggestions;
}
