import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { random } from '../../../src/base/random.ts';
import type { Corpus } from '../../../src/corpus/corpus.ts';
import { splitDocuments } from '../../../src/corpus/split.ts';
import { bitsPerCharacter } from '../../../src/evaluation/bitsPerCharacter.ts';
import { readModelFile } from '../../../src/lstm/modelFile.ts';
import type { TrainingOptions } from '../../../src/protocol/training.ts';
import type { TrainingEvent } from '../../../src/protocol/trainingEvents.ts';
import { findCandidates, REFERENCE } from '../../../src/training/engines/engines.ts';
import { type Run, train } from '../../../src/training/train.ts';
import { TENSORFLOW_FOLDERS, tensorflowForTests } from '../../support/tensorflow.ts';
import { gpu } from './engines/madeUpGpu.ts';

const { missing } = tensorflowForTests(1);
const WORDS = ['const', 'value', 'return', 'function', 'index', 'of', 'length', '=>', '{', '}', '(x)', ';'];

/** A folder's worth of text that has something to learn in it. */
function makeCorpus(files = 24, words = 220): Corpus {
  const uniform = random(7);
  const documents = Array.from({ length: files }, (_, i) => ({
    path: `lib/file${i}.ts`,
    text: Array.from({ length: words }, () => WORDS[Math.floor(uniform() ** 2 * WORDS.length)]).join(' '),
  }));
  const { train: trained, heldOut } = splitDocuments(documents);
  const report = { files, bytes: 0, characters: 0, excluded: {}, scrubbed: {}, notices: [] };
  return { train: trained, heldOut, report, excludedNames: {}, fingerprints: new Map() };
}

const OPTIONS: TrainingOptions = {
  recipe: 'default',
  budget: { epochs: 4 },
  hidden: 24,
  layers: 1,
  batch: 8,
  timeSteps: 32,
  learningRate: 0.01,
  threads: 1,
  seed: 3,
};

describe('a training run', () => {
  let folder: string;
  let events: TrainingEvent[];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'inkling-train-'));
    events = [];
  });
  afterEach(() => rm(folder, { recursive: true }));

  function runIn(name: string, overrides: Partial<Run> = {}): Run {
    return {
      modelPath: join(folder, `${name}.onnx`),
      checkpointPath: join(folder, `${name}.safetensors`),
      beginning: 'new',
      signal: new AbortController().signal,
      onEvent: (event) => events.push(event),
      ...overrides,
    };
  }

  const bitsOfEvents = () =>
    events.flatMap((event) => (event.type === 'evaluation' ? [event.heldOutBitsPerCharacter] : []));

  test('rests between short calls where it is told to', async () => {
    const calls: number[] = [];
    const rest = async (seconds: number) => void calls.push(seconds);
    const rested = await train(makeCorpus(), OPTIONS, runIn('rested', { rest }));
    expect(calls.length).toBeGreaterThan(4);
    expect(calls.every((seconds) => seconds > 0)).toBe(true);
    const restless = await train(makeCorpus(), OPTIONS, runIn('restless'));
    expect(rested.heldOutBitsPerCharacter).toBeCloseTo(restless.heldOutBitsPerCharacter, 5);
  });

  test('learns, and reports what the exported model measures', async () => {
    const corpus = makeCorpus();
    const result = await train(corpus, OPTIONS, runIn('model'));
    const bits = bitsOfEvents();
    expect(bits.at(-1)).toBeLessThan(bits[0]! * 0.9);
    const model = await readModelFile(join(folder, 'model.onnx'));
    const measured = await bitsPerCharacter(model, corpus.heldOut);
    expect(measured.bitsPerCharacter).toBeCloseTo(result.heldOutBitsPerCharacter, 4);
    expect(model.card.heldOutBitsPerCharacter).toBe(result.heldOutBitsPerCharacter);
    expect(measured.characters).toBe(result.heldOutCharacters);
  });

  test('goes on with the processor where a GPU breaks down, and learns no less', async () => {
    const corpus = makeCorpus();
    const calm = await train(corpus, OPTIONS, runIn('calm', { candidates: [gpu()] }));
    expect([calm.engine, calm.device]).toEqual(['tensorflow', 'gpu']);
    events = [];
    const breaksDown = gpu({
      steps: ({ shape }, call) => {
        if (shape.hidden === 24 && call > 4) throw new Error('device lost');
      },
    });
    const result = await train(corpus, OPTIONS, runIn('model', { candidates: [breaksDown] }));
    expect([result.engine, result.device]).toEqual(['onnx', 'cpu']);
    expect(result.heldOutBitsPerCharacter).toBeCloseTo(calm.heldOutBitsPerCharacter, 2);
    const kinds = events.map((event) => event.type);
    expect(kinds.filter((type) => type === 'engines' || type === 'engine-replaced' || type === 'start')).toEqual([
      'engines',
      'start',
      'engines',
      'engine-replaced',
    ]);
    expect(events.find((event) => event.type === 'engine-replaced')).toMatchObject({ reason: 'device lost' });
  });

  test.skipIf(missing)(`goes on in one engine where it was paused in the other${missing}`, async () => {
    const corpus = makeCorpus();
    const tensorflow = findCandidates(TENSORFLOW_FOLDERS, 1).filter(({ engine }) => engine === 'tensorflow');
    const whole = await train(corpus, OPTIONS, runIn('whole'));
    for (const [first, second] of [
      [tensorflow, [REFERENCE]],
      [[REFERENCE], tensorflow],
    ] as const) {
      const half = { ...OPTIONS, dropout: 0, budget: { epochs: 2 } };
      await train(corpus, half, runIn('model', { candidates: first }));
      const resumed = runIn('model', { candidates: second, beginning: 'resume' });
      const result = await train(corpus, { ...OPTIONS, dropout: 0 }, resumed);
      expect(result.engine).toBe(second[0]!.engine);
      expect(result.epochs).toBeCloseTo(4, 1);
      expect(result.heldOutBitsPerCharacter).toBeLessThan(whole.heldOutBitsPerCharacter * 1.1);
    }
  });

  test('takes fewer streams where the memory of a GPU does not suffice for all', async () => {
    const small = gpu({
      create: ({ graph }) => {
        if (graph.batch > 8) throw new Error('OOM when allocating tensor');
      },
    });
    await train(makeCorpus(), { ...OPTIONS, batch: 16 }, runIn('model', { candidates: [small] }));
    expect(events.find((event) => event.type === 'start')).toMatchObject({ device: 'gpu', batch: 8 });
  });

  test('looks at a part of much held-out text while training, and measures all of it at the end', async () => {
    const corpus = makeCorpus(60, 4000);
    const result = await train(corpus, { ...OPTIONS, budget: { epochs: 0.02 } }, runIn('model'));
    expect(result.heldOutCharacters).toBeGreaterThan(105_000);
    const measured = await bitsPerCharacter(await readModelFile(join(folder, 'model.onnx')), corpus.heldOut);
    expect(measured.characters).toBe(result.heldOutCharacters);
    expect(measured.bitsPerCharacter).toBeCloseTo(result.heldOutBitsPerCharacter, 4);
  });

  test('of the classic recipe reports what its exported model measures from the last 40 characters', async () => {
    const corpus = makeCorpus(12, 60);
    const options: TrainingOptions = { recipe: 'classic', budget: { epochs: 1 }, hidden: 16, threads: 1, seed: 3 };
    const result = await train(corpus, options, runIn('model'));
    const model = await readModelFile(join(folder, 'model.onnx'));
    expect(model.card.hyperparameters.context).toBe(40);
    const measured = await bitsPerCharacter(model, corpus.heldOut);
    expect(measured.bitsPerCharacter).toBeCloseTo(result.heldOutBitsPerCharacter, 4);
  });

  test('gives the same model for the same seed, and another for another', async () => {
    const corpus = makeCorpus();
    await train(corpus, OPTIONS, runIn('a'));
    await train(corpus, OPTIONS, runIn('b'));
    await train(corpus, { ...OPTIONS, seed: 4 }, runIn('c'));
    const [a, b, c] = await Promise.all(
      ['a', 'b', 'c'].map(async (name) => (await readModelFile(join(folder, `${name}.onnx`))).parameters),
    );
    expect(b).toEqual(a);
    expect(c).not.toEqual(a);
  });

  test.each([
    ['', 0],
    [' with dropout', 0.3],
  ])(
    'that was interrupted leaves model and checkpoint, and resumed%s ends where an unbroken one does',
    async (_, dropout) => {
      const corpus = makeCorpus();
      const options = { ...OPTIONS, dropout };
      const abort = new AbortController();
      const interrupted = await train(
        corpus,
        options,
        runIn('broken', {
          signal: abort.signal,
          onEvent: (event) => {
            if (event.type === 'evaluation') abort.abort();
          },
        }),
      );
      expect(interrupted.reason).toBe('interrupted');
      expect(interrupted.epochs).toBeLessThan(4);
      await readModelFile(join(folder, 'broken.onnx'));
      const resumed = await train(corpus, options, runIn('broken', { beginning: 'resume' }));
      expect(resumed.reason).toBe('budget');
      expect(resumed.epochs).toBe(4);
      const unbroken = await train(corpus, options, runIn('unbroken'));
      // Where calls are cut differs, and with it nothing that is computed.
      expect(resumed.heldOutBitsPerCharacter).toBeCloseTo(unbroken.heldOutBitsPerCharacter, 5);
    },
  );

  test('tells all that a curve is drawn from', async () => {
    await train(makeCorpus(60, 4000), { ...OPTIONS, budget: { epochs: 0.2 } }, runIn('model'));
    const start = events.find((event) => event.type === 'start');
    expect(start).toMatchObject({ type: 'start', recipe: 'default', step: 0, epochs: 0, elapsedSeconds: 0 });
    const told = events.flatMap((event) => (event.type === 'progress' ? [event] : []));
    expect(told.length).toBeGreaterThan(0);
    for (const event of told) {
      expect(event.charactersPerSecond).toBeGreaterThan(100);
      expect(event.gradientNorm).toBeGreaterThan(0);
      expect(event.learningRate).toBeGreaterThan(0);
      expect(event.memory).toBeGreaterThan(20e6);
    }
    const steps = told.map(({ step }) => step);
    expect(steps).toEqual(steps.toSorted((a, b) => a - b));
  });

  test('goes on with the next epoch when the text has become shorter than it had read', async () => {
    const options: TrainingOptions = { ...OPTIONS, batch: 1, timeSteps: 8, hidden: 64 };
    const stopping = new AbortController();
    const onEvent = (event: TrainingEvent) => {
      if (event.type === 'progress' && event.epochs > 0.2) stopping.abort('pause');
    };
    const paused = await train(makeCorpus(), options, runIn('model', { signal: stopping.signal, onEvent }));
    expect(paused.reason).toBe('paused');
    expect(paused.epochs).toBeLessThan(1);
    const shorter = { ...options, budget: { minutes: 0.03 } };
    const resumed = await train(makeCorpus(6, 60), shorter, runIn('model', { beginning: 'resume' }));
    expect(resumed.epochs).toBeGreaterThan(paused.epochs);
  });

  test('that is resumed says from where it goes on', async () => {
    const corpus = makeCorpus();
    await train(corpus, { ...OPTIONS, budget: { epochs: 1 } }, runIn('model'));
    const evaluation = events.findLast((event) => event.type === 'evaluation');
    events = [];
    await train(corpus, OPTIONS, runIn('model', { beginning: 'resume' }));
    const start = events.find((event) => event.type === 'start');
    expect(start).toMatchObject({ resumed: true, step: evaluation!.step, epochs: 1 });
    expect(start).toHaveProperty('elapsedSeconds', expect.closeTo(evaluation!.elapsedSeconds, 1));
  });

  test('that is continued begins with the learning rate asked for, or half of its own', async () => {
    const corpus = makeCorpus();
    const options = { ...OPTIONS, budget: { epochs: 0.1 } };
    const { learningRate: _, ...chosen } = options;
    await train(corpus, options, runIn('model'));
    await train(corpus, chosen, runIn('model', { beginning: 'continue' }));
    await train(corpus, { ...options, learningRate: 0.003 }, runIn('model', { beginning: 'continue' }));
    await train(corpus, { ...options, learningRate: 0.003 }, runIn('model', { beginning: 'resume' }));
    const rates = events.flatMap((event) => (event.type === 'start' ? [event.learningRate] : []));
    expect(rates).toEqual([0.01, 0.005, 0.003, 0.003]);
  });

  test('goes back to the last good state when the loss is no number, and says so', async () => {
    const corpus = makeCorpus();
    const hopeless = { ...OPTIONS, learningRate: Number.MAX_VALUE };
    await expect(train(corpus, hopeless, runIn('model'))).rejects.toThrow(
      /does not converge.*smaller network or learning rate/,
    );
    const rollbacks = events.flatMap((event) => (event.type === 'rollback' ? [event.learningRateScale] : []));
    expect(rollbacks).toEqual([0.5, 0.25, 0.125]);
    expect(await readdir(folder)).toEqual(['model.safetensors']); // no model that learnt nothing
  });

  test('chooses its dropout by how often the text is read, and says it in the card', async () => {
    const corpus = makeCorpus(12, 60);
    const dropoutAfter = async (epochs: number) => {
      await train(corpus, { ...OPTIONS, budget: { epochs } }, runIn('model'));
      return (await readModelFile(join(folder, 'model.onnx'))).card.hyperparameters.dropout;
    };
    expect(await dropoutAfter(1)).toBe(0);
    expect(await dropoutAfter(30)).toBeGreaterThan(0);
    expect(events.flatMap((event) => (event.type === 'start' ? [event.dropout > 0] : []))).toEqual([false, true]);
  });

  test('is not resumed with another network or dropout than it was begun with', async () => {
    const corpus = makeCorpus();
    await train(corpus, { ...OPTIONS, dropout: 0.1, budget: { epochs: 1 } }, runIn('model'));
    const resumedWith = (options: Partial<TrainingOptions>) =>
      train(corpus, { ...OPTIONS, ...options }, runIn('model', { beginning: 'resume' }));
    await expect(resumedWith({ hidden: 32 })).rejects.toThrow(/begun with hidden 24 and cannot be resumed with 32/);
    await expect(resumedWith({ dropout: 0 })).rejects.toThrow(/begun with dropout 0.1 and cannot be resumed with 0\./);
  });

  test('continues a model that came without its checkpoint, and makes it better', async () => {
    const corpus = makeCorpus();
    const first = await train(corpus, OPTIONS, runIn('first'));
    const foreignModel = await readModelFile(join(folder, 'first.onnx'));
    const options = { ...OPTIONS, hidden: undefined };
    const second = await train(corpus, options, runIn('second', { beginning: 'continue', foreignModel }));
    expect(second.hidden).toBe(24);
    expect(second.heldOutBitsPerCharacter).toBeLessThan(first.heldOutBitsPerCharacter);
    expect(bitsOfEvents()[4]).toBeLessThan(bitsOfEvents()[0]!);
  });

  test('without a checkpoint to resume says so', async () => {
    await expect(train(makeCorpus(), OPTIONS, runIn('none', { beginning: 'resume' }))).rejects.toThrow(
      /none\.safetensors/,
    );
  });

  test('removes what a killed one left half-written, but not what another may be writing', async () => {
    const stale = join(folder, '.model.onnx.0123456789ab.tmp');
    const fresh = join(folder, '.model.onnx.ba9876543210.tmp');
    await writeFile(stale, 'half');
    await writeFile(fresh, 'half');
    await utimes(stale, new Date(0), new Date(0));
    await train(makeCorpus(), { ...OPTIONS, budget: { epochs: 1 } }, runIn('model'));
    expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual(['.model.onnx.ba9876543210.tmp']);
    await readFile(fresh);
  });
});
