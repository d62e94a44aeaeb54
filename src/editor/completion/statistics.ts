import { channel } from 'node:diagnostics_channel';
import * as v from 'valibot';
import * as vscode from 'vscode';
import { Throttler } from '../../base/async/throttler.ts';
import { Amount, accepts, objectOf } from '../../base/schema.ts';
import {
  type AcceptanceCounts,
  type AcceptanceRate,
  type Outcome,
  rateOfRight,
  rateOfShown,
  wrongCost,
} from '../../completion/worker/client.ts';

const Counts = objectOf({
  shown: Amount,
  accepted: Amount,
  dismissed: Amount,
  /** Characters that were not typed. */
  saved: Amount,
});
type Counts = v.InferOutput<typeof Counts>;

const Stored = objectOf({ day: v.string(), today: Counts, total: Counts });
type Stored = v.InferOutput<typeof Stored>;

/** Of suggestions that were right. */
const StoredRight = objectOf({ accepted: Amount, typedOut: Amount });
type StoredRight = v.InferOutput<typeof StoredRight>;

const KEY = 'inkling.statistics';
const SHOWN_KEY = 'inkling.acceptance';
/** As it was called first: what is kept under it goes on to count. */
const RIGHT_KEY = 'inkling.attention';
/** VS Code writes a file whenever something is stored. */
const STORE_MILLISECONDS = 5000;
/** Tells whoever measures what becomes of each suggestion. */
const OUTCOMES = channel('inkling:outcome');
const NONE: Counts = { shown: 0, accepted: 0, dismissed: 0, saved: 0 };

/** What became of suggestions, counted on this machine and told to nobody. */
export class Statistics implements vscode.Disposable {
  readonly #memory: vscode.Memento;
  readonly #changed = new vscode.EventEmitter<void>();
  #ofShown: AcceptanceRate;
  #ofRight: AcceptanceRate;
  /** Counted since it was last stored. */
  #since: Counts = NONE;
  readonly #storing = new Throttler(() => this.store(), { delay: STORE_MILLISECONDS });

  readonly onDidChange = this.#changed.event;

  constructor(memory: vscode.Memento) {
    this.#memory = memory;
    this.#ofShown = rateOfShown(memory.get<unknown>(SHOWN_KEY));
    const right = memory.get<unknown>(RIGHT_KEY);
    this.#ofRight = rateOfRight(accepts(StoredRight, right) ? countsOf(right) : undefined);
  }

  get today(): Counts {
    return sum(this.#stored().today, this.#since);
  }

  get total(): Counts {
    return sum(this.#stored().total, this.#since);
  }

  /** Keystrokes that a wrong character costs whoever works here. */
  get wrongCost(): number {
    return wrongCost(this.#ofShown);
  }

  /** How probably whoever works here accepts a suggestion that is right. */
  get acceptanceRate(): number {
    return this.#ofRight.rate;
  }

  /** @param outcomes in their order */
  count(outcomes: readonly Outcome[]): void {
    for (const outcome of outcomes) {
      OUTCOMES.publish(outcome);
      this.#countOne(outcome);
    }
  }

  async store(): Promise<void> {
    this.#storing.cancel();
    if (this.#since === NONE) return;
    const { day, today, total } = this.#stored();
    const all: Stored = { day, today: sum(today, this.#since), total: sum(total, this.#since) };
    this.#since = NONE;
    await this.#memory.update(KEY, all);
    await this.#memory.update(SHOWN_KEY, this.#ofShown.counts);
    await this.#memory.update(RIGHT_KEY, storedOf(this.#ofRight.counts));
  }

  /** Counts from the beginning. */
  async forget(): Promise<void> {
    this.#storing.cancel();
    this.#since = NONE;
    this.#ofShown = rateOfShown();
    this.#ofRight = rateOfRight();
    for (const key of [KEY, SHOWN_KEY, RIGHT_KEY]) await this.#memory.update(key, undefined);
    this.#changed.fire();
  }

  dispose(): void {
    this.#storing.dispose();
    this.#changed.dispose();
  }

  #countOne(outcome: Outcome): void {
    switch (outcome.type) {
      case 'shown':
        this.#ofShown.expect(outcome.probability);
        this.#add({ shown: 1 });
        break;
      case 'accepted':
        this.#ofShown.accept();
        this.#ofRight.expect(1);
        this.#ofRight.accept();
        this.#add({ accepted: 1, saved: outcome.characters - 1 });
        void this.store();
        break;
      case 'typedOut':
        this.#ofRight.expect(1);
        this.#add({});
        break;
      case 'dismissed':
        this.#add({ dismissed: 1 });
    }
  }

  #add(more: Partial<Counts>): void {
    this.#since = sum(this.#since, more);
    this.#storing.schedule();
    this.#changed.fire();
  }

  #stored(): Stored {
    const day = new Date().toISOString().slice(0, 10);
    const stored = this.#memory.get<unknown>(KEY);
    if (!accepts(Stored, stored)) return { day, today: NONE, total: NONE };
    return { day, today: stored.day === day ? stored.today : NONE, total: stored.total };
  }
}

function sum(counts: Counts, more: Partial<Counts>): Counts {
  return {
    shown: counts.shown + (more.shown ?? 0),
    accepted: counts.accepted + (more.accepted ?? 0),
    dismissed: counts.dismissed + (more.dismissed ?? 0),
    saved: counts.saved + (more.saved ?? 0),
  };
}

function countsOf({ accepted, typedOut }: StoredRight): AcceptanceCounts {
  return { expected: accepted + typedOut, accepted };
}

function storedOf({ expected, accepted }: AcceptanceCounts): StoredRight {
  return { accepted, typedOut: Math.max(0, expected - accepted) };
}
