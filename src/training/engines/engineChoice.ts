import * as l10n from '@vscode/l10n';
import { reasonOf } from '../../base/errors.ts';
import type { EngineReport } from '../../protocol/trainingEvents.ts';
import type { EngineOptions, EngineSnapshot, TrainingEngine } from './engine.ts';
import { check, type EngineCandidate, type EnginePreference, isPreferred, madeUpBatch, REFERENCE } from './engines.ts';
import { isDeviceLost, isOutOfMemory } from './faults.ts';
import type { Probes } from './probes.ts';
import type { Network, Speeds } from './speeds.ts';

/** Fewer streams than this are not tried where memory does not suffice. */
const SMALLEST_BATCH = 8;

/** An engine, and what it was made for: fewer streams than asked for, where memory did not suffice. */
export interface Chosen {
  readonly engine: TrainingEngine;
  readonly batch: number;
}

/**
 * Chooses among the ways to train: the fastest one that works. What does not work, or is wrong, is left out from then
 * on, with its reason; the processor is always there to fall back to.
 */
export class EngineChoice {
  readonly #candidates: readonly EngineCandidate[];
  readonly #speeds: Pick<Speeds, 'of'>;
  readonly #probes: Probes;
  readonly #onReport: (reports: readonly EngineReport[]) => void;
  readonly #measured = new Map<EngineCandidate, number>();
  readonly #problems = new Map<EngineCandidate, string>();
  readonly #checked = new Set<EngineCandidate>([REFERENCE]);
  #chosen: EngineCandidate | undefined;

  /**
   * @param candidates all that was found, the reference among them
   * @param onReport told what is known of all of them, whenever an engine was chosen
   */
  constructor(
    candidates: readonly EngineCandidate[],
    wish: EnginePreference,
    speeds: Pick<Speeds, 'of'>,
    probes: Probes,
    onReport: (reports: readonly EngineReport[]) => void = () => {},
  ) {
    const wished = candidates.filter((candidate) => isPreferred(wish, candidate));
    this.#candidates = wished.length > 0 ? wished : [REFERENCE];
    this.#speeds = speeds;
    this.#probes = probes;
    this.#onReport = onReport;
  }

  /** Characters per second that the fastest of them would train a network with. */
  async of(network: Network): Promise<number> {
    const [fastest] = await this.#ranked(network);
    return this.#measured.get(fastest!)!;
  }

  /**
   * The fastest engine that works for a network. Where its device has not enough memory, one for fewer streams.
   *
   * @param fixedBatch the number of streams must stay as it is
   */
  async create(options: EngineOptions, { fixedBatch = false } = {}): Promise<Chosen> {
    const ranked = this.#usable.length > 1 ? await this.#ranked(options) : this.#usable;
    for (const candidate of ranked) {
      const chosen = await this.#attempt(candidate, options, fixedBatch);
      if (chosen === undefined) continue;
      this.#chosen = candidate;
      this.#report();
      return chosen;
    }
    return this.#fallBack(options);
  }

  /** The one that was chosen has failed: another one in its place, for as many streams. */
  async replace(options: EngineOptions, error: unknown): Promise<TrainingEngine> {
    if (this.#chosen !== undefined) this.#drop(this.#chosen, error);
    return (await this.create(options, { fixedBatch: true })).engine;
  }

  /** The engine chosen last is not the last resort. */
  get canBeReplaced(): boolean {
    return this.#chosen !== undefined && this.#chosen !== REFERENCE;
  }

  get #usable(): EngineCandidate[] {
    return this.#candidates.filter((candidate) => !this.#problems.has(candidate));
  }

  /** Those that can be used, the fastest first. Whatever has to be timed is checked before. */
  async #ranked(network: Network): Promise<EngineCandidate[]> {
    for (const candidate of this.#usable) {
      try {
        const speed = await this.#speeds.of(network, candidate, () => this.#check(candidate));
        this.#measured.set(candidate, speed);
      } catch (error) {
        this.#drop(candidate, error);
      }
    }
    if (this.#usable.length === 0) this.#measured.set(REFERENCE, await this.#speeds.of(network, REFERENCE));
    const ranked = this.#usable.length > 0 ? this.#usable : [REFERENCE];
    return ranked.sort((a, b) => this.#measured.get(b)! - this.#measured.get(a)!);
  }

  /** Undefined when it does not work. */
  async #attempt(candidate: EngineCandidate, options: EngineOptions, fixedBatch: boolean): Promise<Chosen | undefined> {
    const { batch } = options.graph;
    try {
      await this.#check(candidate);
      const make = () => createTried(candidate, options);
      const engine = await (candidate === REFERENCE ? make() : this.#probes.attempt(candidate.identity, make));
      return { engine, batch };
    } catch (error) {
      const half = batch >> 1;
      if (!fixedBatch && candidate !== REFERENCE && isOutOfMemory(error) && half >= SMALLEST_BATCH) {
        return this.#attempt(candidate, { ...options, graph: { ...options.graph, batch: half } }, false);
      }
      if (candidate === REFERENCE) throw error;
      this.#drop(candidate, error);
      return undefined;
    }
  }

  async #fallBack(options: EngineOptions): Promise<Chosen> {
    this.#chosen = REFERENCE;
    this.#report();
    return { engine: await REFERENCE.create(options), batch: options.graph.batch };
  }

  /** Once for each. */
  async #check(candidate: EngineCandidate): Promise<void> {
    if (this.#checked.has(candidate)) return;
    await this.#probes.attempt(candidate.identity, () => check(candidate));
    this.#checked.add(candidate);
  }

  #drop(candidate: EngineCandidate, error: unknown): void {
    this.#problems.set(candidate, problemOf(error).split('\n')[0]!.slice(0, 300));
  }

  #report(): void {
    const all = this.#chosen === undefined ? this.#candidates : [...new Set([...this.#candidates, this.#chosen])];
    this.#onReport(
      all.map((candidate) => ({
        engine: candidate.engine,
        device: candidate.device,
        title: candidate.title,
        charactersPerSecond: this.#measured.get(candidate),
        problem: this.#problems.get(candidate),
        chosen: candidate === this.#chosen,
      })),
    );
  }
}

/** Why a device is not used, as a part of a sentence. */
function problemOf(error: unknown): string {
  if (isOutOfMemory(error)) return l10n.t('its memory does not suffice');
  if (isDeviceLost(error)) return l10n.t('its driver was reset, or it was taken away');
  return reasonOf(error);
}

/** An engine has failed, and can be replaced. */
export class EngineFailure extends Error {
  override readonly name = 'EngineFailure';
}

/** An engine in whose place another one comes when it fails. */
export class ReplaceableEngine implements TrainingEngine {
  readonly #choice: EngineChoice;
  #engine: TrainingEngine;

  constructor(choice: EngineChoice, engine: TrainingEngine) {
    this.#choice = choice;
    this.#engine = engine;
  }

  get name() {
    return this.#engine.name;
  }

  get device() {
    return this.#engine.device;
  }

  get threads() {
    return this.#engine.threads;
  }

  get options() {
    return this.#engine.options;
  }

  /** Comes up anew after an {@link EngineFailure}, with the parameters it was made with: restore it. */
  async replace(failure: EngineFailure): Promise<void> {
    await this.#engine.dispose().catch(() => {}); // it does not work any more
    this.#engine = await this.#choice.replace(this.options, failure.cause);
  }

  /** @throws EngineFailure */
  async steps(...args: Parameters<TrainingEngine['steps']>) {
    try {
      return await this.#engine.steps(...args);
    } catch (error) {
      throw this.#failure(error);
    }
  }

  resetState(): void {
    this.#attempt(() => this.#engine.resetState());
  }

  /** @throws EngineFailure */
  async snapshot() {
    try {
      return await this.#engine.snapshot();
    } catch (error) {
      throw this.#failure(error);
    }
  }

  restore(snapshot: EngineSnapshot): void {
    this.#attempt(() => this.#engine.restore(snapshot));
  }

  async dispose(): Promise<void> {
    await this.#engine.dispose();
  }

  #attempt<T>(action: () => T): T {
    try {
      return action();
    } catch (error) {
      throw this.#failure(error);
    }
  }

  #failure(error: unknown): unknown {
    return this.#choice.canBeReplaced ? new EngineFailure(reasonOf(error), { cause: error }) : error;
  }
}

/** An engine that has taken a step already, so that memory suffices, and has forgotten it again. */
async function createTried(candidate: EngineCandidate, options: EngineOptions): Promise<TrainingEngine> {
  const engine = await candidate.create(options);
  if (candidate === REFERENCE) return engine;
  try {
    const before = await engine.snapshot();
    await engine.steps([madeUpBatch(options)], [0]);
    engine.restore(before);
    return engine;
  } catch (error) {
    await engine.dispose().catch(() => {});
    throw error;
  }
}
