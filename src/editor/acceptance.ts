import { USUAL_WRONG_COST } from '../completion/worker/client.ts';

const BOUNDS = { minimum: 0.05, maximum: 0.5 };
/** What is counted on top of both, so that the first suggestions decide nothing. */
const PRIOR = 10;
/** What an older suggestion counts beside the next one: half after 70. */
const DECAY = 0.99;

/** What is kept. */
export interface AcceptanceCounts {
  /** Sum of the probabilities of suggestions, which is how many should have been right. */
  readonly expected: number;
  readonly accepted: number;
}

/**
 * What it costs to show somebody wrong characters, learnt from what became of suggestions: whoever accepts fewer than are
 * right is disturbed by the others, and is shown less; whoever accepts more is shown more. Within bounds.
 */
export class Acceptance {
  #expected: number;
  #accepted: number;

  /** @param counts what was kept, if it makes sense */
  constructor(counts?: unknown) {
    const { expected, accepted } = (counts ?? {}) as Partial<Record<keyof AcceptanceCounts, unknown>>;
    this.#expected = countOf(expected);
    this.#accepted = countOf(accepted);
  }

  get counts(): AcceptanceCounts {
    return { expected: this.#expected, accepted: this.#accepted };
  }

  /** Keystrokes. */
  get wrongCost(): number {
    const cost = (USUAL_WRONG_COST * (this.#expected + PRIOR)) / (this.#accepted + PRIOR);
    return Math.min(BOUNDS.maximum, Math.max(BOUNDS.minimum, cost));
  }

  /** @param probability that all of it is right */
  shown(probability: number): void {
    this.#expected = this.#expected * DECAY + probability;
    this.#accepted *= DECAY;
  }

  accepted(): void {
    this.#accepted++;
  }
}

function countOf(value: unknown): number {
  return typeof value === 'number' && value >= 0 && value < 1e6 ? value : 0;
}
