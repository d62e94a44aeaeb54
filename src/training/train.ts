import packageJson from '../../package.json' with { type: 'json' };
import { removeStaleTemporaries, writeFileAtomically } from '../base/atomicFile.ts';
import type { Corpus } from '../corpus/corpus.ts';
import { encodeDocument } from '../corpus/documents.ts';
import { Vocabulary } from '../corpus/vocabulary.ts';
import { writeCheckpoint } from '../lstm/checkpoint.ts';
import { initialParameters } from '../lstm/initialise.ts';
import { exportModel, type Model } from '../lstm/modelFile.ts';
import { parameterCount } from '../lstm/network.ts';
import type { ModelCard } from '../protocol/modelCard.ts';
import type { TrainingResult } from '../protocol/runs.ts';
import type { Plan, Progress, TrainerState } from '../protocol/trainerState.ts';
import type { Beginning, TrainingOptions } from '../protocol/training.ts';
import type { TrainingEvent } from '../protocol/trainingEvents.ts';
import { type BatchSource, StreamBatches, WindowBatches } from './batchSource.ts';
import type { TrainingEngine } from './engines/engine.ts';
import { EngineChoice, EngineFailure, ReplaceableEngine } from './engines/engineChoice.ts';
import { type EngineCandidate, REFERENCE } from './engines/engines.ts';
import { Probes } from './engines/probes.ts';
import { Speeds } from './engines/speeds.ts';
import { HeldOut, lengthOf } from './heldOut.ts';
import { CLASSIC, continuingPlan, planOf } from './plan.ts';
import { type Resumable, readResumable } from './resume.ts';
import { chooseSize } from './sizing.ts';
import { START, Trainer } from './trainer.ts';

/** The signal's reason to end a run without a model, to be resumed later. */
export const PAUSE = 'pause';

export interface Run {
  /** Where the exported model goes. */
  readonly modelPath: string;
  readonly checkpointPath: string;
  /** An existing folder where measured speeds of this machine are kept for the next run; undefined: nowhere. */
  readonly cacheFolder?: string | undefined;
  /** What there is to train with; the fastest that works is used. Default: the processor. */
  readonly candidates?: readonly EngineCandidate[];
  /** `resume` and `continue` go on from the checkpoint. */
  readonly beginning: Beginning;
  /** What to `continue` with where there is no checkpoint: a model, which came from somewhere else. */
  readonly foreignModel?: Model | undefined;
  /**
   * Aborted: the run ends after the current step, and model and checkpoint are written; with {@link PAUSE} as the reason
   * only the checkpoint is.
   */
  readonly signal: AbortSignal;
  readonly onEvent: (event: TrainingEvent) => void;
  /** Lets an exported model write a sample; without it samples are empty. */
  readonly sample?: ((model: Uint8Array) => Promise<string>) | undefined;
  /** Waits after so many seconds of computing; see {@link politeness}. Default: not at all. */
  readonly rest?: ((seconds: number) => Promise<void>) | undefined;
  /** Gets the model whenever it is the best one so far on the part of the held-out files measured while training. */
  readonly publish?: (model: Uint8Array, bits: number) => Promise<void>;
}

/**
 * Trains a network on a corpus and writes it, as a model and as a checkpoint that a later run can go on from.
 *
 * @throws UserFacingError when the files cannot be written, there is nothing to resume, or training does not converge
 */
export async function train(corpus: Corpus, options: TrainingOptions, run: Run): Promise<TrainingResult> {
  await removeStaleTemporaries(run.modelPath);
  await removeStaleTemporaries(run.checkpointPath);
  const { chosen, ...prepared } = await prepare(corpus, options, run);
  const { engine } = chosen;
  try {
    const task = taskOf(prepared, chosen.batch);
    const { resumed } = task;
    if (resumed !== undefined) engine.restore(resumed.snapshot);
    const trainer = trainerOf(task, engine, run);
    run.onEvent(startEvent(task, engine, trainer));
    await trainer.saveCheckpoint();
    const reason = await trainer.run();
    run.onEvent({ type: 'stop', reason });
    if (reason === 'interrupted' && run.signal.reason === PAUSE) return await pause(task, engine, trainer);
    return await finish(task, engine, trainer, reason, run);
  } finally {
    await engine.dispose();
  }
}

/** What a run is to do. */
interface Prepared {
  readonly plan: Plan;
  readonly vocabulary: Vocabulary;
  readonly texts: readonly Uint16Array[];
  readonly heldOut: HeldOut;
  readonly files: number;
  readonly trainCharacters: number;
  readonly resumed: Resumable | undefined;
}

/** All that is known before the first step. */
interface Task extends Prepared {
  readonly source: BatchSource;
}

/** @param batch streams that the engine has memory for */
function taskOf(prepared: Prepared, batch: number): Task {
  const plan = { ...prepared.plan, graph: { ...prepared.plan.graph, batch } };
  return { ...prepared, plan, source: batchSourceOf(prepared.texts, plan) };
}

async function prepare(
  corpus: Corpus,
  options: TrainingOptions,
  run: Run,
): Promise<Prepared & { readonly chosen: { readonly engine: ReplaceableEngine; readonly batch: number } }> {
  const foreign = run.beginning === 'continue' ? run.foreignModel : undefined;
  const resumed =
    run.beginning === 'new' || foreign !== undefined
      ? undefined
      : await readResumable(run.checkpointPath, options, run.beginning);
  const characters = resumed?.vocabulary ?? foreign?.card.vocabulary;
  const vocabulary =
    characters === undefined
      ? Vocabulary.fromDocuments(corpus.train)
      : Vocabulary.fromJSON({ characters: characters.join('') });
  const [texts, heldOut] = [corpus.train, corpus.heldOut].map((documents) =>
    documents.map((document) => encodeDocument(vocabulary, document)),
  ) as [Uint16Array[], Uint16Array[]];
  const trainCharacters = lengthOf(texts);
  const choice = new EngineChoice(
    run.candidates ?? [REFERENCE],
    options,
    await Speeds.open(options.threads, run.cacheFolder),
    new Probes(run.cacheFolder),
    (engines) => run.onEvent({ type: 'engines', engines }),
  );
  const plan =
    resumed?.plan ??
    (foreign === undefined
      ? await newPlan(options, vocabulary.size, trainCharacters, choice)
      : continuingPlan(foreign.card, options, trainCharacters));
  const prepared: Prepared = {
    plan,
    vocabulary,
    texts,
    heldOut: new HeldOut(heldOut, { shape: plan.shape, context: plan.context, threads: options.threads }),
    files: corpus.report.files,
    trainCharacters,
    resumed,
  };
  const { engine, batch } = await choice.create(
    {
      shape: plan.shape,
      graph: plan.graph,
      threads: options.threads,
      parameters: resumed?.snapshot.parameters ?? foreign?.parameters ?? initialParameters(plan.shape, plan.seed),
      seed: plan.seed,
    },
    { fixedBatch: resumed !== undefined }, // the checkpoint has a state for each stream
  );
  return { ...prepared, chosen: { engine: new ReplaceableEngine(choice, engine), batch } };
}

async function newPlan(options: TrainingOptions, vocabulary: number, trainCharacters: number, choice: EngineChoice) {
  return planOf(options, vocabulary, trainCharacters, await chooseSize(options, vocabulary, trainCharacters, choice));
}

function batchSourceOf(texts: readonly Uint16Array[], plan: Plan): BatchSource {
  const { batch, timeSteps } = plan.graph;
  if (plan.context === null) return new StreamBatches(texts, batch, timeSteps, plan.seed);
  return new WindowBatches(texts, { batch, length: plan.context, stride: CLASSIC.stride, seed: plan.seed });
}

function trainerOf(task: Task, engine: ReplaceableEngine, run: Run): Trainer {
  const { plan, vocabulary, source, heldOut, resumed } = task;
  const trainer: Trainer = new Trainer({
    plan,
    engine,
    source,
    progress: resumed?.progress ?? START,
    best: resumed?.best,
    finalSeconds: () => heldOut.expectedSeconds,
    signal: run.signal,
    onEvent: run.onEvent,
    evaluate: async () => heldOut.measurePart((await engine.snapshot()).parameters),
    onBest: async (bits) => {
      if (run.publish === undefined) return;
      const { parameters } = await engine.snapshot();
      await run.publish(exportModel(plan.shape, parameters, cardOf(task, engine, trainer.progress, bits)), bits);
    },
    sample: async () => {
      if (run.sample === undefined) return '';
      const { parameters } = await engine.snapshot();
      return run.sample(exportModel(plan.shape, parameters, cardOf(task, engine, trainer.progress, 0)));
    },
    saveCheckpoint: async ({ progress, best }) => {
      const state: TrainerState = { plan, vocabulary: vocabulary.characters, progress };
      await writeCheckpoint(run.checkpointPath, {
        shape: plan.shape,
        batch: plan.graph.batch,
        ...(await engine.snapshot()),
        ...(best === undefined ? {} : { best }),
        trainer: state,
      });
      run.onEvent({ type: 'checkpoint', path: run.checkpointPath });
    },
    rest: run.rest,
    replaceEngine: async (error) => {
      if (!(error instanceof EngineFailure)) return false;
      await engine.replace(error);
      return true;
    },
  });
  return trainer;
}

/** Leaves a checkpoint, and says how far it came. */
async function pause(task: Task, engine: TrainingEngine, trainer: Trainer): Promise<TrainingResult> {
  await trainer.saveCheckpoint();
  return resultOf(task, engine, trainer, 'paused', trainer.progress.best ?? Number.NaN);
}

/** Measures the best model on all the held-out files and writes it. */
async function finish(
  task: Task,
  engine: TrainingEngine,
  trainer: Trainer,
  reason: TrainingResult['reason'],
  run: Run,
): Promise<TrainingResult> {
  const { plan, heldOut } = task;
  const { progress } = trainer;
  await trainer.saveCheckpoint();
  await trainer.measure();
  await trainer.saveCheckpoint();
  const best = trainer.best ?? (await engine.snapshot()).parameters;
  const bits =
    heldOut.isQuick && progress.best !== null
      ? progress.best
      : await heldOut.measureAll(best, (fraction) => run.onEvent({ type: 'measuring', fraction }));
  await writeFileAtomically(run.modelPath, [exportModel(plan.shape, best, cardOf(task, engine, progress, bits))]);
  return resultOf(task, engine, trainer, reason, bits);
}

function resultOf(
  { plan, trainCharacters, heldOut }: Task,
  engine: TrainingEngine,
  { progress, epochs, stepSeconds }: Trainer,
  reason: TrainingResult['reason'],
  bits: number,
): TrainingResult {
  return {
    reason,
    heldOutBitsPerCharacter: bits,
    trainCharacters,
    heldOutCharacters: heldOut.characters,
    ...sizesOf(plan),
    parameters: parameterCount(plan.shape),
    epochs,
    seconds: stepSeconds,
    charactersPerSecond: progress.characters / Math.max(stepSeconds, 1e-9),
    engine: engine.name,
    device: engine.device,
    threads: engine.threads,
  };
}

function startEvent(task: Task, engine: TrainingEngine, { progress, epochs }: Trainer): TrainingEvent {
  const { plan } = task;
  return {
    type: 'start',
    recipe: plan.recipe,
    engine: engine.name,
    device: engine.device,
    threads: engine.threads,
    hidden: plan.shape.hidden,
    layers: plan.shape.layers,
    batch: plan.graph.batch,
    timeSteps: plan.graph.timeSteps,
    learningRate: plan.learningRate,
    dropout: plan.graph.dropout ?? 0,
    parameters: parameterCount(plan.shape),
    vocabulary: plan.shape.vocabulary,
    trainCharacters: task.trainCharacters,
    heldOutCharacters: task.heldOut.characters,
    resumed: task.resumed !== undefined,
    step: progress.totalSteps,
    epochs,
    elapsedSeconds: progress.seconds,
  };
}

function cardOf(task: Task, engine: TrainingEngine, progress: Progress, bits: number): ModelCard {
  const { plan, source, heldOut } = task;
  return {
    formatVersion: 1,
    vocabulary: task.vocabulary.characters,
    hyperparameters: {
      ...sizesOf(plan),
      context: plan.context,
      recipe: plan.recipe,
      dropout: plan.graph.dropout ?? 0,
    },
    corpus: { files: task.files, trainCharacters: task.trainCharacters, heldOutCharacters: heldOut.characters },
    training: {
      epochs: progress.totalSteps / source.stepsPerEpoch,
      seconds: progress.seconds,
      engine: engine.name,
      device: engine.device,
      threads: engine.threads,
      seed: plan.seed,
      date: new Date().toISOString(),
      inklingVersion: packageJson.version,
    },
    heldOutBitsPerCharacter: bits,
  };
}

function sizesOf({ shape: { vocabulary, hidden, layers } }: Plan) {
  return { vocabulary, hidden, layers };
}
