import { DocumentStates } from './documentStates.ts';
import type { Inspector } from './inspector.ts';
import type { Predictor } from './predictor.ts';

/** A model that serves, until another one does and its last request is answered. */
export class Serving<State> {
  readonly predictor: Predictor<State>;
  readonly states: DocumentStates<State>;
  /** Looks inside, if that is possible. */
  readonly inspector: Inspector | undefined;
  #users = 0;
  #isRetired = false;

  constructor(
    predictor: Predictor<State>,
    inspectorOf: (states: DocumentStates<State>) => Inspector | undefined = () => undefined,
  ) {
    this.predictor = predictor;
    this.states = new DocumentStates(predictor);
    this.inspector = inspectorOf(this.states);
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
    if (this.#isRetired && this.#users === 0) await this.predictor.dispose();
  }
}
