import type * as v from 'valibot';
import { accepts, objectOf, within } from '../../base/schema.ts';
import { USUAL_WRONG_COST } from './policy.ts';

/** What an older suggestion counts beside the next one: half after 70. */
const DECAY = 0.99;
/** Keystrokes. */
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

/** How many of the suggestions that are right somebody accepts, learnt from what became of the last ones. */
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

  /** Accepted of those expected; more than 1 where more are accepted than were thought to be right. */
  get rate(): number {
    return (this.#accepted + this.#prior.accepted) / (this.#expected + this.#prior.expected);
  }

  /** One more suggestion, with the probability that it is right: 1 where that has turned out. */
  expect(probability: number): void {
    this.#expected = this.#expected * DECAY + probability;
    this.#accepted *= DECAY;
  }

  /** The suggestion that was expected last, or one before, was accepted. */
  accept(): void {
    this.#accepted++;
  }
}

/**
 * How probably somebody accepts a suggestion that has turned out right, one half at first: whoever does so always says of
 * one that is typed past that it is wrong somewhere, and whoever types without looking says nothing.
 */
export function rateOfRight(counts?: unknown): AcceptanceRate {
  return new AcceptanceRate({ expected: 4, accepted: 2 }, counts);
}

/** How many of all that are shown are accepted, beside those that should be right; as many at first. */
export function rateOfShown(counts?: unknown): AcceptanceRate {
  return new AcceptanceRate({ expected: 10, accepted: 10 }, counts);
}

/**
 * Keystrokes that it costs to show somebody a wrong character: whoever accepts fewer suggestions than are right is disturbed
 * by the others, and is shown less; whoever accepts more is shown more. Within bounds.
 */
export function wrongCost(ofShown: AcceptanceRate): number {
  return Math.min(WRONG_COST.maximum, Math.max(WRONG_COST.minimum, USUAL_WRONG_COST / ofShown.rate));
}
