/** Counted on top of both, so that the first suggestions decide nothing. */
const PRIOR = 2;
/** What an older suggestion counts beside the next one: half after 70. */
const DECAY = 0.99;

/** What is kept. */
export interface AttentionCounts {
  /** Suggestions that were right and accepted. */
  readonly accepted: number;
  /** Suggestions that were right and typed out all the same. */
  readonly typedOut: number;
}

/**
 * How probably somebody accepts a suggestion that is right, learnt from what became of those: whoever does so always says
 * of one that is typed past that it is wrong somewhere, and whoever types without looking says nothing.
 */
export class Attention {
  #accepted: number;
  #typedOut: number;

  /** @param counts what was kept */
  constructor({ accepted, typedOut }: AttentionCounts = { accepted: 0, typedOut: 0 }) {
    this.#accepted = accepted;
    this.#typedOut = typedOut;
  }

  get counts(): AttentionCounts {
    return { accepted: this.#accepted, typedOut: this.#typedOut };
  }

  /** Between 0 and 1, one half at first. */
  get probability(): number {
    return (this.#accepted + PRIOR) / (this.#accepted + this.#typedOut + 2 * PRIOR);
  }

  accepted(): void {
    this.#count(1, 0);
  }

  typedOut(): void {
    this.#count(0, 1);
  }

  #count(accepted: number, typedOut: number): void {
    this.#accepted = this.#accepted * DECAY + accepted;
    this.#typedOut = this.#typedOut * DECAY + typedOut;
  }
}
