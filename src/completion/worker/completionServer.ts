import { Latest } from '../../base/async/latest.ts';
import { RestartableTask } from '../../base/async/restartableTask.ts';
import { Precedence } from '../../base/pace.ts';
import { changedPart, fingerprintsOf, readFingerprints } from '../../corpus/fingerprints.ts';
import { scan } from '../../corpus/scan.ts';
import { createScrubber } from '../../corpus/scrub.ts';
import type { CompletionService } from '../../protocol/completion.ts';
import type {
  CharacterDetail,
  DocumentText,
  Feature,
  NextCharacter,
  NextRequest,
  SurprisingPart,
  Trace,
  TraceRequest,
  UnitMatch,
  UnitName,
  UnitSummary,
} from '../../protocol/inspection.ts';
import type { ModelCard } from '../../protocol/modelCard.ts';
import type {
  AdoptionRequest,
  Appraisal,
  AppraisalRequest,
  ExportRequest,
  GenerationRequest,
} from '../../protocol/models.ts';
import type { CompletionRequest, Place, ShownSuggestion } from '../../protocol/suggestions.ts';
import type { IndexReport, OpenText, SurveyRequest, WorkspaceRequest } from '../../protocol/workspace.ts';
import { generate } from '../generation/generate.ts';
import type { Inspector } from '../inspection/inspector.ts';
import { nextCharacter } from '../inspection/nextCharacter.ts';
import { surprisingParts } from '../inspection/surprisal.ts';
import type { Predictor } from '../predictor.ts';
import { ModelHost } from './modelHost.ts';
import type { InspectorOf, ModelLease } from './modelLease.ts';

type LoadedModel = Predictor & { readonly card: ModelCard };
const scrub = createScrubber();

/** What the completion worker does, apart from being one. */
export class CompletionServer implements CompletionService {
  readonly #open: (path: string) => Promise<LoadedModel>;
  readonly #host: ModelHost<LoadedModel>;
  readonly #running = new Map<number, AbortController>();
  readonly #requests = new Precedence();
  /** What is looked at once at a time: a newer request ends an older one. */
  readonly #looks = { next: new Latest(), trace: new Latest(), surprisal: new Latest(), generate: new Latest() };
  /** A document that is read ahead of requests, one at most: there is one cursor. */
  readonly #warming = new RestartableTask();

  /** @param inspectorOf without it nothing can be looked into */
  constructor(open: (path: string) => Promise<LoadedModel>, inspectorOf?: InspectorOf<LoadedModel>) {
    this.#open = open;
    this.#host = new ModelHost(inspectorOf, this.#requests.giveWay);
  }

  async load(path: string): Promise<ModelCard> {
    const model = await this.#open(path);
    await this.#host.setNetwork(model);
    return model.card;
  }

  unload(): Promise<void> {
    return this.#host.setNetwork(undefined);
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

  async indexWorkspace(request: WorkspaceRequest | undefined): Promise<IndexReport | undefined> {
    const start = performance.now();
    await this.#host.setWorkspace(request);
    const { index } = this.#host;
    if (index === undefined) return undefined;
    const { characters, notices } = index;
    return { characters, milliseconds: performance.now() - start, notices };
  }

  async refresh(): Promise<readonly string[]> {
    const { index } = this.#host;
    await index?.refresh();
    return index?.notices ?? [];
  }

  edit(text: OpenText): Promise<void> {
    return this.#host.edit(text);
  }

  closeText(path: string): Promise<void> {
    return this.#host.close(path);
  }

  async complete(request: CompletionRequest): Promise<readonly ShownSuggestion[]> {
    const abort = new AbortController();
    this.#running.set(request.id, abort);
    try {
      // What has been read until now is kept, so this goes on from there.
      await this.#warming.stop();
      const answer = ({ suggester }: ModelLease) => suggester.suggest(request.document, request, request, abort.signal);
      return (await this.#requests.first(async () => this.#lease?.use(answer))) ?? [];
    } catch (error) {
      if (abort.signal.aborted) return [];
      throw error;
    } finally {
      this.#running.delete(request.id);
    }
  }

  warm({ document, path, before }: Place): Promise<void> {
    return this.#warming.restart(async (signal) => {
      await this.#lease?.use(({ states }) => states.at(document, path, before, signal));
    });
  }

  cancel(id: number): void {
    this.#running.get(id)?.abort();
  }

  close(document: string): void {
    this.#lease?.states.forget(document);
  }

  async survey({ folders, scan: options, learnt }: SurveyRequest): Promise<number | undefined> {
    const before = await readFingerprints(learnt);
    if (before === undefined) return undefined;
    const { files } = await scan(folders, options);
    return changedPart(before, fingerprintsOf(files));
  }

  next(request: NextRequest): Promise<NextCharacter | undefined> {
    return this.#lookWith(this.#looks.next, ({ suggester }, signal) =>
      nextCharacter(suggester, request.document, request, request, signal),
    );
  }

  trace(request: TraceRequest): Promise<Trace | undefined> {
    return this.#look(this.#looks.trace, (inspector, signal) => inspector.trace(request, signal));
  }

  character(index: number): CharacterDetail | undefined {
    return this.#lease?.inspector?.character(index);
  }

  unit(unit: UnitName): readonly number[] {
    return this.#lease?.inspector?.unit(unit) ?? [];
  }

  async units(document: DocumentText): Promise<readonly UnitSummary[]> {
    return (await this.#lease?.use(async ({ inspector }) => inspector?.units(document))) ?? [];
  }

  async unitsThatFollow(feature: Feature, document: DocumentText): Promise<readonly UnitMatch[]> {
    return (await this.#lease?.use(async ({ inspector }) => inspector?.unitsThatFollow(feature, document))) ?? [];
  }

  surprisingParts(document: DocumentText): Promise<readonly SurprisingPart[] | undefined> {
    return this.#look(this.#looks.surprisal, async (inspector, signal) => {
      const { offset, bits } = await inspector.surprisals(document, signal);
      const found = surprisingParts(document.text.slice(offset), bits);
      return found.map(({ start, end, ...rest }) => ({ start: start + offset, end: end + offset, ...rest }));
    });
  }

  async generate(options: GenerationRequest): Promise<string> {
    // A prompt is text of a file, not the path of one.
    const path = options.prompt === '' ? {} : { path: 'untitled' };
    const signal = this.#looks.generate.begin();
    const written = await this.#lease?.use(
      async ({ network }) => network && generate(network, { ...options, ...path, signal }),
    );
    return written === undefined ? '' : (await scrub(written, 'untitled')).text;
  }

  /** The last thing that is asked for. */
  async shutDown(): Promise<void> {
    for (const one of [...this.#running.values(), ...Object.values(this.#looks)]) one.abort();
    await this.#warming.dispose();
    await this.#host.dispose();
  }

  #look<T>(look: Latest, at: (inspector: Inspector, signal: AbortSignal) => Promise<T>): Promise<T | undefined> {
    return this.#lookWith(look, async ({ inspector }, signal) => inspector && at(inspector, signal));
  }

  get #lease(): ModelLease | undefined {
    return this.#host.lease;
  }

  async #lookWith<T>(look: Latest, at: (lease: ModelLease, signal: AbortSignal) => Promise<T>) {
    const signal = look.begin();
    try {
      return await this.#lease?.use((lease) => at(lease, signal));
    } catch (error) {
      if (signal.aborted) return undefined;
      throw error;
    }
  }
}
