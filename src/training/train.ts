import { readdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { writeFileAtomically } from '../base/atomicFile.ts';
import { UserFacingError } from '../base/errors.ts';
import type { Corpus } from '../corpus/corpus.ts';
import { encodeDocument } from '../corpus/documents.ts';
import { Vocabulary } from '../corpus/vocabulary.ts';
import { type Checkpoint, readCheckpoint, writeCheckpoint } from '../lstm/checkpoint.ts';
import { initialParameters } from '../lstm/initialise.ts';
import { exportModel, type ModelCard } from '../lstm/modelFile.ts';
import { parameterCount } from '../lstm/network.ts';
import type { EngineSnapshot } from './engine.ts';
import type { TrainingEvent, TrainingOptions, TrainingResult } from './events.ts';
import { type HeldOut, HeldOutContexts, HeldOutLanes, heldOutBitsPerCharacter } from './heldOut.ts';
import { type Lessons, StreamLessons, WindowLessons } from './lessons.ts';
import { OnnxEngine } from './onnxEngine.ts';
import { CLASSIC, type Plan, planOf } from './plan.ts';
import { chooseSize } from './sizing.ts';
import { type Progress, START, Trainer } from './trainer.ts';

export interface Run {
  /** Where the exported model goes. */
  readonly modelPath: string;
  readonly checkpointPath: string;
  /** Goes on from the checkpoint instead of beginning anew. */
  readonly resume: boolean;
  /** Aborted: the run ends after the current step, and model and checkpoint are written. */
  readonly signal: AbortSignal;
  readonly onEvent: (event: TrainingEvent) => void;
  /** Lets an exported model write a sample; without it samples are empty. */
  readonly sample?: (model: Uint8Array) => Promise<string>;
}

/** What a checkpoint keeps beside tensors. */
interface TrainerState {
  readonly plan: Plan;
  readonly vocabulary: readonly string[];
  readonly progress: Progress;
}

/** Held-out text that is looked at during training; all of it is measured at the end. */
const EVALUATION_CHARACTERS = 100_000;
const LONG_DOCUMENT = 20_000;
const EVALUATION_TIME_STEPS = 64;
const EVALUATION_LANES = 32;

/**
 * Trains a network on a corpus and writes it, as a model and as a checkpoint that a later run can go on from.
 *
 * @throws UserFacingError when the files cannot be written, there is nothing to resume, or training does not converge
 */
export async function train(corpus: Corpus, options: TrainingOptions, run: Run): Promise<TrainingResult> {
  await removeStaleTemporaries(run.modelPath);
  await removeStaleTemporaries(run.checkpointPath);
  const resumed = run.resume ? await readResumable(run.checkpointPath) : undefined;
  if (resumed !== undefined) refuseOtherPlan(resumed.state.plan, options);
  const vocabulary =
    resumed === undefined
      ? Vocabulary.fromDocuments(corpus.train)
      : Vocabulary.fromJSON({ characters: resumed.state.vocabulary.join('') });
  const encoded = {
    train: corpus.train.map((document) => encodeDocument(vocabulary, document)),
    heldOut: corpus.heldOut.map((document) => encodeDocument(vocabulary, document)),
  };
  const trainCharacters = lengthOf(encoded.train);
  const plan =
    resumed === undefined
      ? planOf(options, vocabulary.size, trainCharacters, await chooseSize(options, vocabulary.size, trainCharacters))
      : { ...resumed.state.plan, budget: options.budget };

  const lanes = lanesFor(encoded.heldOut);
  const heldOut = { all: layOut(encoded.heldOut, plan, lanes), part: layOut(quickPart(encoded.heldOut), plan, lanes) };
  const parameters = resumed?.checkpoint.parameters ?? initialParameters(plan.shape, plan.seed);
  const evaluation =
    plan.context === null
      ? { batch: lanes, timeSteps: EVALUATION_TIME_STEPS }
      : { batch: plan.graph.batch, timeSteps: plan.context };
  const engine = await OnnxEngine.create({
    shape: plan.shape,
    graph: plan.graph,
    evaluation,
    threads: options.threads,
    parameters,
  });
  try {
    if (resumed !== undefined) engine.restore(snapshotOf(resumed.checkpoint));
    const card = (progress: Progress, bits: number): ModelCard => ({
      formatVersion: 1,
      vocabulary: vocabulary.characters,
      hyperparameters: { ...sizesOf(plan), context: plan.context, recipe: plan.recipe },
      corpus: { files: corpus.report.files, trainCharacters, heldOutCharacters: heldOut.all.characters },
      training: {
        epochs: progress.totalSteps / lessons.stepsPerEpoch,
        seconds: progress.seconds,
        engine: engine.name,
        device: engine.device,
        threads: engine.threads,
        seed: plan.seed,
        date: new Date().toISOString(),
      },
      heldOutBitsPerCharacter: bits,
    });
    const lessons = lessonsOf(encoded.train, plan);
    run.onEvent({
      type: 'start',
      engine: engine.name,
      device: engine.device,
      threads: engine.threads,
      hidden: plan.shape.hidden,
      layers: plan.shape.layers,
      batch: plan.graph.batch,
      timeSteps: plan.graph.timeSteps,
      learningRate: plan.learningRate,
      parameters: parameters.length,
      vocabulary: vocabulary.size,
      trainCharacters,
      heldOutCharacters: heldOut.all.characters,
      resumed: resumed !== undefined,
    });
    const trainer: Trainer = new Trainer({
      plan,
      engine,
      lessons,
      progress: resumed?.state.progress ?? START,
      best: resumed?.checkpoint.best,
      reservedSeconds: reservedSeconds(plan, heldOut.all.characters),
      signal: run.signal,
      onEvent: run.onEvent,
      evaluate: () => heldOutBitsPerCharacter(engine, heldOut.part),
      sample: async () =>
        (await run.sample?.(exportModel(plan.shape, engine.snapshot().parameters, card(trainer.progress, 0)))) ?? '',
      saveCheckpoint: async ({ progress, best }) => {
        const state: TrainerState = { plan, vocabulary: vocabulary.characters, progress };
        await writeCheckpoint(run.checkpointPath, {
          shape: plan.shape,
          batch: plan.graph.batch,
          ...engine.snapshot(),
          ...(best === undefined ? {} : { best }),
          trainer: state,
        });
        run.onEvent({ type: 'checkpoint', path: run.checkpointPath });
      },
    });
    await trainer.saveCheckpoint();
    const reason = await trainer.run();
    run.onEvent({ type: 'stop', reason });
    const seconds = trainer.progress.seconds;
    await trainer.saveCheckpoint();
    await trainer.measure();
    const best = trainer.best ?? engine.snapshot().parameters;
    const bits = await heldOutBitsPerCharacter(engine, heldOut.all, best);
    await trainer.saveCheckpoint();
    await writeFileAtomically(run.modelPath, [exportModel(plan.shape, best, card(trainer.progress, bits))]);
    return {
      reason,
      heldOutBitsPerCharacter: bits,
      trainCharacters,
      heldOutCharacters: heldOut.all.characters,
      ...sizesOf(plan),
      parameters: parameterCount(plan.shape),
      epochs: trainer.epochs,
      seconds,
      charactersPerSecond: trainer.progress.characters / Math.max(seconds, 1e-9),
      engine: engine.name,
      device: engine.device,
      threads: engine.threads,
    };
  } finally {
    await engine.dispose();
  }
}

function lessonsOf(documents: readonly Uint16Array[], plan: Plan): Lessons {
  const { batch, timeSteps } = plan.graph;
  if (plan.context === null) return new StreamLessons(documents, batch, timeSteps, plan.seed);
  return new WindowLessons(documents, { batch, length: plan.context, stride: CLASSIC.stride, seed: plan.seed });
}

function layOut(documents: readonly Uint16Array[], plan: Plan, lanes: number): HeldOut {
  if (plan.context !== null) return new HeldOutContexts(documents, plan.graph.batch, plan.context);
  return new HeldOutLanes(documents, lanes, EVALUATION_TIME_STEPS);
}

/** So many that lanes are about as long as the longest document, which no lane can be shorter than; at least 8. */
function lanesFor(documents: readonly Uint16Array[]): number {
  const longest = Math.max(...documents.map((document) => document.length));
  return Math.min(EVALUATION_LANES, Math.max(8, Math.ceil(lengthOf(documents) / longest)));
}

/**
 * A part of the held-out documents that is quick to measure: about 100 000 characters of the shorter ones, as a document
 * is read from its start to its end in one lane, and a very long one would keep everybody waiting.
 */
function quickPart(documents: readonly Uint16Array[]): readonly Uint16Array[] {
  let characters = 0;
  const bySize = [...documents].sort((a, b) => a.length - b.length);
  const short = documents.filter((document) => document.length <= Math.max(LONG_DOCUMENT, bySize[0]!.length));
  return short.filter((document) => {
    const fits = characters < EVALUATION_CHARACTERS;
    characters += document.length;
    return fits;
  });
}

function lengthOf(documents: readonly Uint16Array[]): number {
  return documents.reduce((sum, document) => sum + document.length, 0);
}

function sizesOf({ shape: { vocabulary, hidden, layers } }: Plan) {
  return { vocabulary, hidden, layers };
}

/** An estimate of how long the last measurement takes: reading is about three times as fast as training. */
function reservedSeconds(plan: Plan, heldOutCharacters: number): number {
  if ('epochs' in plan.budget) return 0;
  const share = heldOutCharacters * parameterCount(plan.shape) * 2e-11 * (plan.context ?? 1);
  return Math.min(share, plan.budget.minutes * 60 * 0.2);
}

async function readResumable(path: string): Promise<{ checkpoint: Checkpoint; state: TrainerState }> {
  const checkpoint = await readCheckpoint(path);
  const state = checkpoint.trainer as TrainerState | null;
  if (state?.plan === undefined || state.vocabulary === undefined || state.progress === undefined) {
    throw new UserFacingError(`${path} is a checkpoint without the state of a training, so it cannot be resumed.`);
  }
  return { checkpoint, state };
}

/** A run that is resumed keeps what it was begun with; only its budget may change. */
function refuseOtherPlan({ recipe, shape, graph, learningRate }: Plan, options: TrainingOptions): void {
  const begun = { recipe, ...shape, ...graph, learningRate };
  for (const name of ['recipe', 'hidden', 'layers', 'batch', 'timeSteps', 'learningRate'] as const) {
    if (options[name] === undefined || options[name] === begun[name]) continue;
    throw new UserFacingError(
      `This training was begun with ${name} ${begun[name]} and cannot be resumed with ${options[name]}. ` +
        'Leave the option out, or train anew without --resume.',
      'usage',
    );
  }
}

function snapshotOf(checkpoint: Checkpoint): EngineSnapshot {
  const { parameters, moment1, moment2, hidden, cell, optimizerSteps } = checkpoint;
  return { parameters, moment1, moment2, hidden, cell, optimizerSteps };
}

const STALE_MILLISECONDS = 60_000;

/** Temporary files that a killed process left beside `path`. */
async function removeStaleTemporaries(path: string): Promise<void> {
  const folder = dirname(path);
  const prefix = `.${basename(path)}.`;
  for (const name of await readdir(folder).catch(() => [])) {
    if (!(name.startsWith(prefix) && name.endsWith('.tmp'))) continue;
    const file = join(folder, name);
    const age = Date.now() - ((await stat(file).catch(() => undefined))?.mtimeMs ?? Date.now());
    if (age > STALE_MILLISECONDS) await rm(file, { force: true }).catch(() => {});
  }
}
