import type { RunningState } from '../../protocol/page.ts';
import type { CorpusSummary, KeptRun, Outcome } from '../../protocol/runs.ts';
import type { TrainingOptions, TrainingOutcome } from '../../protocol/training.ts';
import type { EngineReport, TrainingEvent } from '../../protocol/trainingEvents.ts';
import type { Runs } from './runs.ts';

type StartEvent = Extract<TrainingEvent, { type: 'start' }>;

/** A run that was asked for. */
interface AskedFor {
  readonly id: string;
  readonly options: TrainingOptions;
  corpus?: CorpusSummary;
}

/** Records what a training tells: into {@link Runs}, and where it stands. */
export class Recorder {
  readonly #runs: Runs;
  readonly #language: string;
  #askedFor: AskedFor | undefined;
  #running: RunningState | undefined;
  /** Found for the run that is about to start, or goes on. */
  #engines: readonly EngineReport[] = [];

  /** @param language that dates in the names of runs are written in */
  constructor(runs: Runs, language: string) {
    this.#runs = runs;
    this.#language = language;
  }

  /** Of the run that goes on or was the last. */
  get running(): RunningState | undefined {
    return this.#running;
  }

  /** A run was asked for. What is told until it starts, is told of the one before. */
  async expect(id: string, options: TrainingOptions): Promise<void> {
    this.#askedFor = { id, options };
    await this.#runs.recall(id);
  }

  onCorpus({ folders, files, heldOutFiles, bytes, characters, excluded, scrubbed }: CorpusSummary): void {
    if (this.#askedFor === undefined) return;
    this.#askedFor.corpus = { folders, files, heldOutFiles, bytes, characters, excluded, scrubbed };
  }

  onEvent(event: TrainingEvent): void {
    if (event.type === 'start') {
      this.#start(event);
      return;
    }
    if (event.type === 'engines') {
      this.#engines = event.engines;
      // One has taken the place of another in the middle of a run.
      const chosen = event.engines.find((engine) => engine.chosen);
      if (this.#askedFor === undefined && this.#running !== undefined && chosen !== undefined) {
        this.#running = { ...this.#running, engine: chosen.engine, device: chosen.device, engines: event.engines };
      }
      return;
    }
    const running = this.#running;
    if (running === undefined) return;
    const { id } = running;
    switch (event.type) {
      case 'progress': {
        const { step, epochs, charactersPerSecond, elapsedSeconds: seconds, trainBitsPerCharacter: trainBits } = event;
        const { learningRate, gradientNorm, fraction, remainingSeconds, memory } = event;
        const state = { fraction, elapsedSeconds: seconds, remainingSeconds, step, epochs, charactersPerSecond };
        this.#running = { ...running, ...state, trainBits, memory };
        this.#runs.append(id, { step, seconds, epochs, trainBits, learningRate, gradientNorm, charactersPerSecond });
        break;
      }
      case 'evaluation': {
        const { step, epochs, elapsedSeconds: seconds, heldOutBitsPerCharacter: heldOutBits, best, sample } = event;
        this.#running = { ...running, step, epochs, elapsedSeconds: seconds, heldOutBits };
        this.#runs.evaluate(id, { step, seconds, epochs, heldOutBits, isBest: best, sample });
        break;
      }
      case 'rollback':
      case 'engine-replaced':
        this.#runs.cutAfter(id, event.step);
        break;
      case 'baselines': {
        const { type: _, ...baselines } = event;
        void this.#runs.note(id, { baselines });
        break;
      }
      case 'checkpoint':
      case 'stop':
      case 'measuring':
        break;
    }
  }

  /** The run is over; undefined: it failed. */
  onOutcome(outcome: TrainingOutcome | undefined): void {
    const hasStarted = this.#askedFor === undefined;
    this.#askedFor = undefined;
    if (!hasStarted || this.#running === undefined) return;
    const { id } = this.#running;
    void this.#runs.note(id, outcome?.type === 'done' ? ended(outcome) : { outcome: 'broken-off' });
  }

  /** Everything is to be forgotten. */
  async clear(): Promise<void> {
    this.#running = undefined;
    await this.#runs.clear();
  }

  #start(event: StartEvent): void {
    const asked = this.#askedFor;
    if (asked === undefined) return;
    this.#askedFor = undefined;
    const { engine, device, threads, hidden, layers, parameters, batch, timeSteps, step, epochs } = event;
    const size = { engine, device, threads, hidden, layers, parameters, batch, timeSteps };
    const { heldOutBits } = this.#running?.id === asked.id ? this.#running : {};
    this.#running = {
      id: asked.id,
      ...size,
      engines: this.#engines,
      fraction: 0,
      elapsedSeconds: event.elapsedSeconds,
      step,
      epochs,
      ...(heldOutBits === undefined ? {} : { heldOutBits }),
    };
    this.#runs.begin(this.#keptRun(asked, event), step);
  }

  #keptRun({ id, options, corpus = NO_CORPUS }: AskedFor, event: StartEvent): KeptRun {
    const { recipe, hidden, layers, batch, timeSteps, learningRate, parameters, vocabulary } = event;
    const { trainCharacters, heldOutCharacters, engine, device, threads } = event;
    const date = new Date();
    const shownDate = date.toLocaleString(this.#language, { dateStyle: 'medium', timeStyle: 'short' });
    return {
      id,
      name: `${shownDate} · ${layers} × ${hidden}`,
      date: date.toISOString(),
      recipe,
      hidden,
      layers,
      seconds: event.elapsedSeconds,
      hyperparameters: {
        batch,
        timeSteps,
        learningRate,
        parameters,
        vocabulary,
        trainCharacters,
        heldOutCharacters,
        engine,
        device,
        threads,
        seed: options.seed,
        minutes: 'minutes' in options.budget ? options.budget.minutes : 0,
      },
      corpus,
      outcome: 'running',
    };
  }
}

const NO_CORPUS: CorpusSummary = {
  folders: [],
  files: 0,
  heldOutFiles: 0,
  bytes: 0,
  characters: 0,
  excluded: {},
  scrubbed: {},
};

function ended({ result }: Extract<TrainingOutcome, { type: 'done' }>): Partial<KeptRun> & { outcome: Outcome } {
  const { reason, seconds, heldOutBitsPerCharacter: bits } = result;
  // One that was paused has not been measured as a whole.
  return reason === 'paused' ? { outcome: reason, seconds } : { outcome: reason, seconds, bits, result };
}
