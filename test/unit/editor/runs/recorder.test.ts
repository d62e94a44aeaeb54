import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Recorder } from '../../../../src/editor/runs/recorder.ts';
import { newRunId, Runs } from '../../../../src/editor/runs/runs.ts';
import type { Beginning, TrainingOptions } from '../../../../src/protocol/training.ts';
import { TrainingServer } from '../../../../src/training/server.ts';
import { storageIn } from '../../../../src/training/storage.ts';
import { BASELINES, evaluation, progress, START } from '../../../support/trainingEvents.ts';
import { folderWith, prose } from '../../corpus/temporaryFolder.ts';
import { idOf } from './recordings.ts';

const OPTIONS: TrainingOptions = { recipe: 'default', budget: { minutes: 5 }, threads: 1, seed: 1 };

const ENGINE = {
  engine: 'onnx',
  device: 'cpu',
  title: 'ONNX Runtime',
  charactersPerSecond: 30_000,
  problem: undefined,
} as const;

describe('what is recorded of a training', () => {
  let runs: Runs;
  let recorder: Recorder;

  beforeEach(async () => {
    runs = new Runs(await folderWith({}), (error) => expect.fail(String(error)));
    recorder = new Recorder(runs, 'en');
  });

  afterEach(() => runs.flush());

  it('goes on with the engine that has taken the place of another', async () => {
    await recorder.expect(idOf(1), OPTIONS);
    recorder.onEvent({ type: 'engines', engines: [{ ...ENGINE, engine: 'tensorflow', device: 'gpu', chosen: true }] });
    recorder.onEvent({ ...START, engine: 'tensorflow', device: 'gpu' });
    for (const step of [10, 20, 30]) recorder.onEvent(progress(step));
    const engines = [
      { ...ENGINE, engine: 'tensorflow', device: 'gpu', problem: 'device lost', chosen: false },
      { ...ENGINE, chosen: true },
    ] as const;
    recorder.onEvent({ type: 'engines', engines });
    recorder.onEvent({ type: 'engine-replaced', step: 10, reason: 'device lost' });
    expect(recorder.running).toMatchObject({ engine: 'onnx', device: 'cpu', engines });
    expect((await runs.curve(idOf(1))).step).toEqual([10]);
  });

  it('is where it stands', async () => {
    expect(recorder.running).toBeUndefined();
    await recorder.expect(idOf(1), OPTIONS);
    const engines = [{ ...ENGINE, chosen: true }];
    recorder.onEvent({ type: 'engines', engines });
    recorder.onEvent(START);
    recorder.onEvent(evaluation(10, 3.5));
    recorder.onEvent(progress(20));
    expect(recorder.running).toEqual({
      id: idOf(1),
      engine: 'onnx',
      device: 'cpu',
      engines,
      threads: 2,
      hidden: 128,
      layers: 1,
      parameters: 130_000,
      batch: 32,
      timeSteps: 64,
      fraction: 0.02,
      elapsedSeconds: 2,
      remainingSeconds: 98,
      step: 20,
      epochs: 0.2,
      charactersPerSecond: 30_000,
      trainBits: 3,
      heldOutBits: 3.5,
      memory: 2e8,
    });
    await runs.flush();
  });

  it('is a run named by date and size, with what it was begun with', async () => {
    await recorder.expect(idOf(1), OPTIONS);
    const counts = { excluded: { binary: 2 }, scrubbed: {} };
    recorder.onCorpus({ folders: ['/a'], files: 9, heldOutFiles: 1, bytes: 10, characters: 11, ...counts });
    recorder.onEvent(START);
    recorder.onEvent(progress(10));
    recorder.onEvent(evaluation(10, 3.5));
    const [run] = runs.list();
    expect(run!.name).toMatch(/20\d\d.* · 1 × 128$/);
    expect(run).toMatchObject({
      recipe: 'default',
      seconds: 1,
      bits: 3.5,
      isRunning: true,
      hyperparameters: { batch: 32, learningRate: 0.02, minutes: 5, seed: 1 },
      corpus: { files: 9, excluded: { binary: 2 } },
    });
    expect(await runs.curve(idOf(1))).toEqual({
      step: [10],
      seconds: [1],
      epochs: [0.1],
      trainBits: [3],
      learningRate: [0.01],
      gradientNorm: [0.5],
      charactersPerSecond: [30_000],
    });
    expect(await runs.evaluations(idOf(1))).toEqual([
      { step: 10, seconds: 1, epochs: 0.1, heldOutBits: 3.5, isBest: true, sample: 'const' },
    ]);
    await runs.flush();
  });

  it('says how the run ended, or that it was broken off', async () => {
    await recorder.expect(idOf(1), OPTIONS);
    recorder.onEvent(START);
    recorder.onOutcome(undefined);
    expect(runs.list()).toMatchObject([{ outcome: 'broken-off', isRunning: false }]);
    await recorder.expect(idOf(2), OPTIONS);
    recorder.onEvent(START);
    recorder.onOutcome({ type: 'refused', message: 'The disk is full.' });
    expect(runs.list()[0]).toMatchObject({ outcome: 'broken-off' });
    await runs.flush();
  });

  it('is nothing for a training that does not begin', async () => {
    await recorder.expect(idOf(1), OPTIONS);
    recorder.onEvent(START);
    recorder.onEvent(progress(10));
    recorder.onOutcome(undefined);
    await recorder.expect(idOf(2), OPTIONS);
    recorder.onOutcome({ type: 'cancelled' });
    expect(runs.list().map(({ id }) => id)).toEqual([idOf(1)]);
    expect(recorder.running).toMatchObject({ id: idOf(1), step: 10 });
    await runs.flush();
  });

  it('gives baselines that come late to the run that they are of', async () => {
    await recorder.expect(idOf(1), OPTIONS);
    recorder.onEvent(START);
    recorder.onOutcome(undefined);
    await recorder.expect(idOf(2), OPTIONS);
    recorder.onEvent(BASELINES);
    recorder.onEvent(START);
    expect(runs.list().map(({ baselines }) => baselines?.brotli)).toEqual([undefined, 2]);
    await runs.flush();
  });

  it('goes back where the training goes back', async () => {
    await recorder.expect(idOf(1), OPTIONS);
    recorder.onEvent(START);
    for (const step of [10, 20, 30]) recorder.onEvent(progress(step));
    recorder.onEvent({ type: 'rollback', step: 15, learningRateScale: 0.5, attempt: 1 });
    recorder.onEvent(progress(18));
    expect((await runs.curve(idOf(1))).step).toEqual([10, 18]);
    await runs.flush();
  });

  it('is forgotten with the runs', async () => {
    await recorder.expect(idOf(1), OPTIONS);
    recorder.onEvent(START);
    await recorder.clear();
    recorder.onEvent(progress(10));
    recorder.onOutcome(undefined);
    expect(recorder.running).toBeUndefined();
    expect(runs.list()).toEqual([]);
    await runs.flush();
  });
});

describe('a training that is recorded', () => {
  it('is one run when it is paused and resumed, and another when it is continued', async () => {
    const files = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`f${index}.ts`, prose(`f${index}`)]));
    const [source, storage, cache] = [await folderWith(files), await folderWith({}), await folderWith({})];
    const runs = new Runs(storageIn(storage).runs, (error) => expect.fail(String(error)));
    const recorder = new Recorder(runs, 'en');
    let pausesAtEvaluation = true;
    const server: TrainingServer = new TrainingServer({
      onReading: async () => {},
      onCorpus: async (corpus) => recorder.onCorpus(corpus),
      onEvent: async (event) => {
        recorder.onEvent(event);
        if (event.type === 'evaluation' && pausesAtEvaluation) server.end('pause');
      },
      onLive: async () => {},
    });
    async function run(beginning: Beginning, id: string) {
      const options = { ...OPTIONS, budget: { epochs: 2 }, hidden: 16, layers: 1 };
      await recorder.expect(id, options);
      const request = {
        run: id,
        folders: [source],
        beginning,
        options,
        scan: {},
        storage,
        cache,
        tensorflowFolders: [],
      };
      const outcome = await server.run(request);
      recorder.onOutcome(outcome);
      return outcome;
    }

    const first = newRunId();
    expect(await run('new', first)).toMatchObject({ result: { reason: 'paused' } });
    expect(runs.list()).toMatchObject([{ id: first, outcome: 'paused', corpus: { files: 30 } }]);
    const before = await runs.evaluations(first);
    expect(before).toHaveLength(1);

    pausesAtEvaluation = false;
    const unfinished = await readFile(storageIn(storage).unfinished, 'utf8');
    expect(unfinished).toBe(first);
    expect(await run('resume', unfinished)).toMatchObject({ result: { reason: 'budget' } });
    const after = await runs.evaluations(first);
    expect(after.slice(0, 1)).toEqual(before);
    expect(after.length).toBeGreaterThan(1);
    expect(runs.list()).toMatchObject([{ id: first, outcome: 'budget', bits: expect.any(Number) }]);

    await run('continue', newRunId());
    expect(runs.list()).toHaveLength(2);
    await server.shutDown();
    await runs.flush();
  });
});
