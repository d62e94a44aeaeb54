import { DocumentStates, type StatesAt } from './documentStates.ts';
import type { Inspector } from './inspector.ts';
import type { MixturePredictor, MixtureState } from './mixturePredictor.ts';

/** A model, a memory or both that serve, until others do and the last request is answered. */
export class Serving<State> {
  readonly mixture: MixturePredictor<State>;
  readonly states: DocumentStates<MixtureState<State>>;
  /** Looks inside, if that is possible. */
  readonly inspector: Inspector | undefined;
  #users = 0;
  #isRetired = false;

  constructor(
    mixture: MixturePredictor<State>,
    inspectorOf: (states: StatesAt<State>) => Inspector | undefined = () => undefined,
  ) {
    this.mixture = mixture;
    this.states = new DocumentStates(mixture);
    this.inspector = inspectorOf({ at: async (...place) => (await this.states.at(...place)).network as State });
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
