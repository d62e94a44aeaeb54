import * as l10n from '@vscode/l10n';
import trainingDefaults from '../../interop/pytorch/trainingDefaults.json' with { type: 'json' };
import { UserFacingError } from '../base/errors.ts';
import type { Plan, Progress } from '../protocol/trainerState.ts';
import type { TrainingEvent } from '../protocol/trainingEvents.ts';
import type { BatchSource } from './batchSource.ts';
import type { EngineSnapshot, TrainingEngine } from './engines/engine.ts';
import { warmUpCosine } from './schedule.ts';

/** Progress while it is made. */
type Advancing = { -readonly [Name in keyof Progress]: Progress[Name] };

export const START: Progress = {
  epoch: 0,
  step: 0,
  totalSteps: 0,
  characters: 0,
  seconds: 0,
  best: null,
  sinceBest: 0,
  evaluations: 0,
  learningRateScale: 1,
  rollbacks: 0,
};

export interface TrainerOptions {
  readonly plan: Plan;
  readonly engine: TrainingEngine;
  readonly source: BatchSource;
  readonly progress: Progress;
  /** The best model of an earlier sitting, if it is not the engine's. */
  readonly best: Float32Array | undefined;
  /** Seconds to keep for what happens after the last step, as far as is known. */
  readonly finalSeconds: () => number;
  readonly signal: AbortSignal;
  readonly onEvent: (event: TrainingEvent) => void;
  /** Held-out bits per character of the engine's parameters. */
  readonly evaluate: () => Promise<number>;
  /** Told when the engine's parameters are the best so far. */
  readonly onBest: (bits: number) => Promise<void>;
  /** Text that the engine's parameters write. */
  readonly sample: () => Promise<string>;
  readonly saveCheckpoint: (trainer: Trainer) => Promise<void>;
  /** Waits after so many seconds of computing, for others to have the processor. Default: not at all. */
  readonly rest?: ((seconds: number) => Promise<void>) | undefined;
  /** Puts another engine in the place of one that has failed. False: that is not what the error is about. */
  readonly replaceEngine: (error: unknown) => Promise<boolean>;
}

/** Where the text is shorter now than it was when the run was paused, and its epochs with it, the next one begins. */
function withinEpoch(progress: Progress, stepsPerEpoch: number): Advancing {
  return progress.step < stepsPerEpoch ? { ...progress } : { ...progress, epoch: progress.epoch + 1, step: 0 };
}

const CHECKPOINT_SECONDS = 20;
const CALL_SECONDS = 0.25;
/** Where there are rests between calls. */
const SHORT_CALL_SECONDS = 0.05;
const PROGRESS_SECONDS = 0.25;
const EVALUATIONS = trainingDefaults.evaluations;
/** Whoever waits for a first model need not wait longer. */
const FIRST_EVALUATION_SECONDS = 18;
/** Where time is the budget, evaluations may take this much of it, or there will be fewer of them. */
const EVALUATION_SHARE = 0.06;
/** At most so much of the budget is kept for what happens after the last step. */
const LONGEST_FINAL_SHARE = 0.25;
const PATIENCE = 3;
const MAXIMUM_ROLLBACKS = 3;

/** The training loop. It knows no engine: when to step, how fast, when to look, when to stop. */
export class Trainer {
  readonly progress: Advancing;
  /** The best parameters so far; undefined while the engine's own are the best. */
  best: Float32Array | undefined;
  readonly #options: TrainerOptions;
  /** The last state that was seen to be sound; set before the first step. */
  #good!: EngineSnapshot;
  #goodProgress: Progress;
  #startedAt = performance.now();
  #secondsBefore: number;
  #secondsPerStep = 0;
  #evaluationSeconds = 0;
  /** Seconds from the first to the last step, evaluations in between included, over all the sittings. */
  stepSeconds = 0;

  constructor(options: TrainerOptions) {
    this.#options = options;
    this.progress = withinEpoch(options.progress, options.source.stepsPerEpoch);
    this.best = options.best;
    this.#goodProgress = { ...this.progress };
    this.#secondsBefore = this.progress.seconds;
    this.stepSeconds = this.progress.seconds;
  }

  /** @throws UserFacingError when the loss stays non-finite at ever smaller learning rates */
  async run(): Promise<'budget' | 'early-stop' | 'interrupted'> {
    const { signal } = this.#options;
    this.#startedAt = performance.now();
    await this.#remember();
    let checkpointAt = this.#elapsed;
    let report = new Report(this.#elapsed);
    while (this.fraction < 1) {
      if (signal.aborted) return 'interrupted';
      try {
        const taken = await this.#steps();
        if (taken === undefined) {
          this.#rollBack();
          report = new Report(this.#elapsed);
          continue;
        }
        report.add(taken);
        if (this.#elapsed - report.since >= PROGRESS_SECONDS) {
          this.#tell(report);
          report = new Report(this.#elapsed);
        }
        if (this.#isEvaluationDue()) {
          await this.#evaluate();
          if (this.progress.sinceBest >= PATIENCE && this.fraction > 0.5) return 'early-stop';
        }
        if (this.#elapsed - checkpointAt >= CHECKPOINT_SECONDS) {
          await this.saveCheckpoint();
          checkpointAt = this.#elapsed;
        }
      } catch (error) {
        if (!(await this.#options.replaceEngine(error))) throw error;
        this.#goBack(error as Error);
        report = new Report(this.#elapsed);
      }
    }
    return 'budget';
  }

  /** Part of the budget that is used up. */
  get fraction(): number {
    const { plan, source, finalSeconds } = this.#options;
    if ('epochs' in plan.budget) {
      return this.progress.totalSteps / Math.max(1, Math.round(plan.budget.epochs * source.stepsPerEpoch));
    }
    const seconds = plan.budget.minutes * 60;
    return this.#elapsed / (seconds - Math.min(finalSeconds(), seconds * LONGEST_FINAL_SHARE));
  }

  get epochs(): number {
    return this.progress.totalSteps / this.#options.source.stepsPerEpoch;
  }

  get #elapsed(): number {
    return this.#secondsBefore + this.#sitting;
  }

  /** Seconds since this sitting began. */
  get #sitting(): number {
    return (performance.now() - this.#startedAt) / 1000;
  }

  /** Some steps, a call's worth; undefined when the loss was not finite. */
  async #steps(): Promise<Taken | undefined> {
    const { engine, source, rest } = this.#options;
    const { progress } = this;
    const count = this.#stepsPerCall();
    const learningRates = Array.from({ length: count }, (_, i) => this.#learningRate(i));
    const batches = learningRates.map((_, i) => source.batch(progress.epoch, progress.step + i));
    const before = performance.now();
    if (!source.carriesState) engine.resetState();
    const { losses, gradientNorms } = await engine.steps(batches, learningRates);
    const computing = (performance.now() - before) / 1000;
    this.#secondsPerStep = computing / count;
    await rest?.(computing);
    const seconds = (performance.now() - before) / 1000;
    if (!(losses.every(Number.isFinite) && gradientNorms.every(Number.isFinite))) return undefined;
    progress.step += count;
    progress.totalSteps += count;
    progress.characters += count * source.charactersPerStep;
    progress.seconds = this.#elapsed;
    this.stepSeconds = progress.seconds;
    if (progress.step >= source.stepsPerEpoch) {
      progress.epoch++;
      progress.step = 0;
    }
    return { losses, gradientNorms, learningRate: learningRates.at(-1)!, seconds };
  }

  /** How many steps fit a call: state that begins anew each step is reset between calls. */
  #stepsPerCall(): number {
    const { source, plan, rest } = this.#options;
    if (!source.carriesState || this.#secondsPerStep === 0) return 1;
    const fitting = Math.max(
      1,
      Math.floor((rest === undefined ? CALL_SECONDS : SHORT_CALL_SECONDS) / this.#secondsPerStep),
    );
    const inEpoch = source.stepsPerEpoch - this.progress.step;
    if (!('epochs' in plan.budget)) return Math.min(fitting, inEpoch);
    const all = Math.max(1, Math.round(plan.budget.epochs * source.stepsPerEpoch));
    return Math.min(fitting, inEpoch, all - this.progress.totalSteps);
  }

  #learningRate(stepsAhead: number): number {
    const { plan, source } = this.#options;
    const scaled = plan.learningRate * this.progress.learningRateScale;
    if (plan.schedule === 'constant') return scaled;
    if (!('epochs' in plan.budget)) return warmUpCosine(scaled, this.fraction);
    const all = Math.max(1, Math.round(plan.budget.epochs * source.stepsPerEpoch));
    return warmUpCosine(scaled, (this.progress.totalSteps + stepsAhead) / all);
  }

  #tell(report: Report): void {
    const { onEvent } = this.#options;
    const { fraction } = this;
    const elapsed = this.#elapsed;
    onEvent({
      type: 'progress',
      step: this.progress.totalSteps,
      fraction: Math.min(1, fraction),
      epochs: this.epochs,
      trainBitsPerCharacter: report.meanLoss / Math.LN2,
      learningRate: report.learningRate,
      gradientNorm: report.gradientNorm,
      charactersPerSecond: (report.steps * this.#options.source.charactersPerStep) / report.seconds,
      elapsedSeconds: elapsed,
      remainingSeconds: fraction > 0 ? Math.max(0, (elapsed * (1 - fraction)) / fraction) : 0,
      memory: process.memoryUsage.rss(),
    });
  }

  #isEvaluationDue(): boolean {
    if (this.progress.best === null && this.#sitting > FIRST_EVALUATION_SECONDS) return true;
    const isDue = this.fraction < 1 && Math.floor(this.fraction * EVALUATIONS) > this.progress.evaluations;
    return (
      isDue && ('epochs' in this.#options.plan.budget || this.#evaluationSeconds < EVALUATION_SHARE * this.#sitting)
    );
  }

  /** Measures the model as it is; the best one is remembered. */
  async #evaluate(): Promise<void> {
    this.progress.evaluations = Math.floor(this.fraction * EVALUATIONS);
    await this.measure();
    await this.#remember();
  }

  async measure(): Promise<number> {
    const { engine, evaluate, onBest, sample, onEvent } = this.#options;
    const before = this.#sitting;
    const bits = await evaluate();
    const isBest = this.progress.best === null || bits < this.progress.best;
    if (isBest) {
      this.progress.best = bits;
      this.best = (await engine.snapshot()).parameters;
      await onBest(bits);
    }
    this.progress.sinceBest = isBest ? 0 : this.progress.sinceBest + 1;
    onEvent({
      type: 'evaluation',
      step: this.progress.totalSteps,
      epochs: this.epochs,
      heldOutBitsPerCharacter: bits,
      best: isBest,
      sample: await sample(),
      elapsedSeconds: this.#elapsed,
    });
    this.#evaluationSeconds += this.#sitting - before;
    this.progress.seconds = this.#elapsed;
    return bits;
  }

  /** Writes a checkpoint; what it holds is also where a rollback goes back to. */
  async saveCheckpoint(): Promise<void> {
    await this.#options.saveCheckpoint(this);
    await this.#remember();
  }

  async #remember(): Promise<void> {
    this.#good = await this.#options.engine.snapshot();
    this.#goodProgress = { ...this.progress };
  }

  /** Back to the last good state, with another engine. */
  #goBack(failure: Error): void {
    this.#options.engine.restore(this.#good);
    Object.assign(this.progress, this.#goodProgress);
    this.#secondsPerStep = 0;
    this.#options.onEvent({ type: 'engine-replaced', step: this.progress.totalSteps, reason: failure.message });
  }

  /** Back to the last good state, at half the learning rate. */
  #rollBack(): void {
    const attempt = this.progress.rollbacks + 1;
    if (attempt > MAXIMUM_ROLLBACKS) {
      throw new UserFacingError(
        l10n.t(
          'Training does not converge: the loss stopped being a number {0} times, though the learning rate was halved each time. Try a smaller network or learning rate.',
          attempt,
        ),
      );
    }
    const learningRateScale = this.progress.learningRateScale / 2;
    this.#options.engine.restore(this.#good);
    Object.assign(this.progress, this.#goodProgress, { rollbacks: attempt, learningRateScale });
    this.#options.onEvent({ type: 'rollback', step: this.progress.totalSteps, learningRateScale, attempt });
  }
}

/** The steps of a call. */
interface Taken {
  readonly losses: Float32Array;
  readonly gradientNorms: Float32Array;
  /** Of the last one. */
  readonly learningRate: number;
  readonly seconds: number;
}

/** What happened since the last progress event. */
class Report {
  readonly since: number;
  learningRate = 0;
  gradientNorm = 0;
  steps = 0;
  /** Spent in these steps, and in resting from them. */
  seconds = 0;
  #loss = 0;

  constructor(since: number) {
    this.since = since;
  }

  get meanLoss(): number {
    return this.#loss / this.steps;
  }

  add({ losses, gradientNorms, learningRate, seconds }: Taken): void {
    for (const loss of losses) this.#loss += loss;
    this.steps += losses.length;
    this.seconds += seconds;
    this.gradientNorm = gradientNorms.at(-1)!;
    this.learningRate = learningRate;
  }
}
