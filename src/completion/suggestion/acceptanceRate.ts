import type * as v from 'valibot';
import { accepts, objectOf, within } from '../../base/schema.ts';
import { USUAL_WRONG_COST } from './policy.ts';

/** Weight of a suggestion beside the next one: half after 70. */
const DECAY = 0.99;
/** Bounds of the cost of a wrong character, in keystrokes. */
const WRONG_COST = { minimum: 0.05, maximum: 0.5 };

const Sum = within(0, 1000);

/** Sums in which older suggestions count less and less, so that none comes to more than a hundred or so. */
const AcceptanceCounts = objectOf({
  /** Sum of the probabilities that suggestions are right, which is how many should have been accepted. */
  expected: Sum,
  accepted: Sum,
});
export type AcceptanceCounts = v.InferOutput<typeof AcceptanceCounts>;

const NONE: AcceptanceCounts = { expected: 0, accepted: 0 };

/** Rate of accepted suggestions among expected ones, learnt from what became of the last ones. */
export class AcceptanceRate {
  readonly #prior: AcceptanceCounts;
  #expected: number;
  #accepted: number;

  /**
   * @param prior counted on top, so that the first suggestions decide nothing
   * @param counts what was kept, if it makes sense
   */
  constructor(prior: AcceptanceCounts, counts?: unknown) {
    const { expected, accepted } = accepts(AcceptanceCounts, counts) ? counts : NONE;
    this.#prior = prior;
    this.#expected = expected;
    this.#accepted = accepted;
  }

  get counts(): AcceptanceCounts {
    return { expected: this.#expected, accepted: this.#accepted };
  }

  /** Accepted of those expected; more than 1 where more are accepted than were predicted to be right. */
  get rate(): number {
    return (this.#accepted + this.#prior.accepted) / (this.#expected + this.#prior.expected);
  }

  /** Counts one more suggestion, with the probability that it is right: 1 where that has turned out. */
  expect(probability: number): void {
    this.#expected = this.#expected * DECAY + probability;
    this.#accepted *= DECAY;
  }

  /** Counts the suggestion that was expected last, or one before, as accepted. */
  accept(): void {
    this.#accepted++;
  }
}

/**
 * Rate at which somebody accepts suggestions that turn out right, one half at first. For whoever always does, one that is
 * typed past is known to be wrong somewhere; for whoever types without looking, nothing follows from that.
 */
export function rateOfRight(counts?: unknown): AcceptanceRate {
  return new AcceptanceRate({ expected: 4, accepted: 2 }, counts);
}

/** Rate of accepted suggestions, of those shown, to those that should be right; 1 at first. */
export function rateOfShown(counts?: unknown): AcceptanceRate {
  return new AcceptanceRate({ expected: 10, accepted: 10 }, counts);
}

/**
 * Cost of showing somebody a wrong character, in keystrokes: whoever accepts fewer suggestions than are right is disturbed
 * by the others, and is shown less; whoever accepts more is shown more. Within bounds.
 */
export function wrongCost(ofShown: AcceptanceRate): number {
  return Math.min(WRONG_COST.maximum, Math.max(WRONG_COST.minimum, USUAL_WRONG_COST / ofShown.rate));
}
