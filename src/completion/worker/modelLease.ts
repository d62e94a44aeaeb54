import { DocumentStates, type StatesAt } from '../context/documentStates.ts';
import type { DocumentMemory } from '../experts/documentCache.ts';
import type { Inspector } from '../inspection/inspector.ts';
import type { MixturePredictor, MixtureState } from '../mixing/mixturePredictor.ts';

/** What is known of an open document, by its path. */
export type MemoryOf = (path: string) => DocumentMemory | undefined;

/** A model, a memory or both that serve, until others do and the last request is answered. */
export class Serving<State> {
  readonly mixture: MixturePredictor<State>;
  readonly states: DocumentStates<MixtureState<State>>;
  /** Looks inside, if that is possible. */
  readonly inspector: Inspector | undefined;
  readonly #memoryOf: MemoryOf;
  #users = 0;
  #isRetired = false;

  constructor(
    mixture: MixturePredictor<State>,
    inspectorOf: (states: StatesAt<State>) => Inspector | undefined = () => undefined,
    memoryOf: MemoryOf = () => undefined,
  ) {
    this.mixture = mixture;
    this.#memoryOf = memoryOf;
    this.states = new DocumentStates(mixture);
    this.inspector = inspectorOf({ at: async (...place) => (await this.states.at(...place)).network as State });
  }

  /**
   * Where a cursor is, with all that is known of its document; for the rest see `DocumentStates`.
   *
   * @throws the signal's reason when aborted; what was read until then is kept
   */
  async stateAt(document: string, path: string, before: string, signal: AbortSignal): Promise<MixtureState<State>> {
    const state = await this.states.at(document, path, before, signal);
    const memory = this.#memoryOf(path);
    // A memory that is being read anew may know other characters already.
    const isFitting = memory?.vocabulary === this.mixture.memory?.vocabulary;
    return this.mixture.within(state, isFitting ? memory : undefined);
  }

  async use<T>(work: (serving: this) => Promise<T>): Promise<T> {
    this.#users++;
    try {
      return await work(this);
    } finally {
      this.#users--;
      await this.#disposeWhenDone();
    }
  }

  /** It is not to be used any more. */
  async retire(): Promise<void> {
    this.#isRetired = true;
    await this.#disposeWhenDone();
  }

  async #disposeWhenDone(): Promise<void> {
    if (this.#isRetired && this.#users === 0) await this.mixture.dispose();
  }
}
