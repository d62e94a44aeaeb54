import type { TrainingController } from './trainingController.ts';

const INTERVAL_MILLISECONDS = 30_000;

export interface PowerOptions {
  readonly training: Pick<TrainingController, 'state' | 'isRunning' | 'onDidChange' | 'pause' | 'run'>;
  readonly isOnBattery: () => Promise<boolean | undefined>;
  /** Whether the settings want it. */
  readonly isWanted: () => boolean;
  /** Says that training pauses; resolves to whether it shall go on all the same. */
  readonly tellOfPause: () => Thenable<boolean>;
  /** Default: half a minute. */
  readonly intervalMilliseconds?: number;
}

/**
 * Pauses training while the machine runs on its battery, and resumes it when it does no more. Whoever wants to train all
 * the same is left alone until the machine was plugged in again.
 */
export class Power {
  readonly #options: PowerOptions;
  readonly #watching: { dispose(): void };
  #timer: NodeJS.Timeout | undefined;
  #isAsking = false;
  /** It was paused here, and is to be resumed. */
  #hasPaused = false;
  #isLeftAlone = false;
  /** As soon as it has come to rest. */
  #isToGoOn = false;
  #before = '';

  constructor(options: PowerOptions) {
    this.#options = options;
    this.#watching = options.training.onDidChange(() => this.#onChange());
  }

  dispose(): void {
    this.#watching.dispose();
    clearInterval(this.#timer);
  }

  #onChange(): void {
    const { state, isRunning } = this.#options.training;
    if (state.type === 'reading' && this.#hasPaused) {
      // Somebody has resumed it by hand.
      this.#hasPaused = false;
      this.#isLeftAlone = true;
    }
    if (state.type === 'idle') this.#hasPaused = false;
    if (state.type === 'paused' && this.#isToGoOn) {
      this.#resume(); // which changes it again
      return;
    }
    const isNeeded = isRunning || this.#hasPaused;
    if (isNeeded && this.#timer === undefined) {
      this.#timer = setInterval(() => void this.#look(), this.#options.intervalMilliseconds ?? INTERVAL_MILLISECONDS);
      this.#timer.unref();
    } else if (!isNeeded) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
    const hasBegun = state.type === 'training' && this.#before !== 'training';
    this.#before = state.type;
    if (hasBegun) void this.#look();
  }

  async #look(): Promise<void> {
    const { training, isOnBattery, isWanted } = this.#options;
    if (this.#isAsking || !isWanted()) return;
    this.#isAsking = true;
    const isDischarging = await isOnBattery().finally(() => {
      this.#isAsking = false;
    });
    if (isDischarging === undefined) return;
    if (!isDischarging) this.#isLeftAlone = false;
    if (isDischarging && !this.#isLeftAlone && training.state.type === 'training') await this.#pause();
    else if (!isDischarging && this.#hasPaused && training.state.type === 'paused') this.#resume();
  }

  async #pause(): Promise<void> {
    this.#hasPaused = true;
    this.#options.training.pause();
    if (!(await this.#options.tellOfPause()) || !this.#hasPaused) return;
    this.#isLeftAlone = true;
    if (this.#options.training.state.type === 'paused') this.#resume();
    else this.#isToGoOn = true;
  }

  #resume(): void {
    this.#hasPaused = false;
    this.#isToGoOn = false;
    void this.#options.training.run('resume');
  }
}
