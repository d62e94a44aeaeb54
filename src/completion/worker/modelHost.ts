import type { GiveWay } from '../../base/pace.ts';
import type { Vocabulary } from '../../corpus/vocabulary.ts';
import type { StatesAt } from '../context/documentStates.ts';
import type { Inspector } from '../inspection/inspector.ts';
import { MixturePredictor } from '../mixing/mixturePredictor.ts';
import type { Predictor } from '../predictor.ts';
import { WorkspaceMemory } from '../workspace/workspaceIndex.ts';
import { Serving } from './modelLease.ts';
import type { MemoryRequest, OpenText } from './protocol.ts';

/**
 * What is known of a workspace: by a model, by a memory, or by both, and what serves of it. They come and go at any time,
 * in any order. A memory is read anew when a model comes that knows other characters; until then the model serves alone.
 */
export class Knowledge<State, Network extends Predictor<State>> {
  readonly #inspectorOf: (network: Network, states: StatesAt<State>) => Inspector | undefined;
  readonly #giveWay: GiveWay;
  #network: Network | undefined;
  #serving: Serving<State> | undefined;
  #wanted: MemoryRequest | undefined;
  #memory: WorkspaceMemory | undefined;
  /** What stands in editors, by path. */
  readonly #open = new Map<string, OpenText>();
  /** Reads the memory, or teaches the gate; one at a time. */
  #reading: { readonly abort: AbortController; readonly over: Promise<void> } | undefined;

  /** @param way lets in what goes before reading and learning */
  constructor(inspectorOf: (network: Network, states: StatesAt<State>) => Inspector | undefined, way: GiveWay) {
    this.#inspectorOf = inspectorOf;
    this.#giveWay = way;
  }

  get serving(): Serving<State> | undefined {
    return this.#serving;
  }

  get memory(): WorkspaceMemory | undefined {
    return this.#memory;
  }

  /** Lets a model serve from now on; undefined: none. It is disposed of when it serves no more. */
  async setNetwork(network: Network | undefined): Promise<void> {
    this.#network = network;
    if (network === undefined) this.#memory = undefined;
    const memory = network !== undefined && this.#fits(network.vocabulary) ? this.#memory : undefined;
    const mixture = network === undefined ? undefined : new MixturePredictor<State>(network, memory?.predictor);
    await this.#serve(mixture);
    void this.#read().catch(() => {});
  }

  /**
   * Has a memory of the workspace; undefined: none. It answers when that serves.
   *
   * @throws UserFacingError when a folder cannot be read
   */
  async remember(request: MemoryRequest | undefined): Promise<void> {
    this.#wanted = request;
    this.#memory = undefined;
    if (request === undefined) {
      this.#open.clear();
      this.#serving?.mixture.remember(undefined);
      if (this.#network === undefined) await this.#serve(undefined);
    }
    await this.#read();
  }

  /** What stands in an editor has changed. */
  async edit(text: OpenText): Promise<void> {
    if (this.#wanted === undefined) return;
    this.#open.set(text.path, text);
    await this.#memory?.set(text);
  }

  async close(path: string): Promise<void> {
    if (this.#open.delete(path)) await this.#memory?.close(path);
  }

  async dispose(): Promise<void> {
    this.#wanted = undefined;
    this.#memory = undefined;
    await this.#endReading();
    await this.#serve(undefined);
  }

  /** Reads what is to be remembered, unless it is there, and lets it serve. */
  async #read(): Promise<void> {
    const abort = new AbortController();
    const before = this.#endReading();
    const over = before.then(() => this.#readNow(abort.signal));
    this.#reading = { abort, over };
    try {
      await over;
    } catch (error) {
      if (!abort.signal.aborted) throw error;
      // Somebody else does it, and better.
      if (this.#reading?.over !== over) await this.#reading?.over;
    }
  }

  async #readNow(signal: AbortSignal): Promise<void> {
    const request = this.#wanted;
    if (request === undefined) return;
    const network = this.#network;
    const isThere = this.#memory?.request === request && (network === undefined || this.#fits(network.vocabulary));
    if (!isThere) {
      const memory = await WorkspaceMemory.read(request, signal, network?.vocabulary, this.#giveWay);
      signal.throwIfAborted();
      this.#memory = memory;
      for (const text of this.#open.values()) void memory.set(text).catch(() => {});
    }
    const memory = this.#memory!;
    if (network === undefined) await this.#serve(new MixturePredictor<State>(undefined, memory.predictor));
    else {
      this.#serving!.mixture.remember(memory.predictor);
      this.#join();
    }
    void memory.teach(signal).catch(() => {});
  }

  #fits(vocabulary: Vocabulary): boolean {
    return this.#memory?.predictor.vocabulary.equals(vocabulary) === true;
  }

  async #serve(mixture: MixturePredictor<State> | undefined): Promise<void> {
    const previous = this.#serving;
    const network = this.#network;
    this.#serving =
      mixture === undefined
        ? undefined
        : new Serving(
            mixture,
            (states) => (network === undefined ? undefined : this.#inspectorOf(network, states)),
            (path) => this.#memory?.of(path),
          );
    this.#join();
    await previous?.retire();
  }

  /** The gate of what serves learns from what is typed. */
  #join(): void {
    const serving = this.#serving;
    const isHeard = serving !== undefined && serving.mixture.memory === this.#memory?.predictor;
    this.#memory?.join(isHeard ? (work) => serving.use(({ mixture }) => work(mixture)) : undefined);
  }

  async #endReading(): Promise<void> {
    this.#reading?.abort.abort();
    await this.#reading?.over.catch(() => {});
  }
}
