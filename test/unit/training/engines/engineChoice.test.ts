import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { initialParameters } from '../../../../src/lstm/initialise.ts';
import type { EngineReport } from '../../../../src/protocol/trainingEvents.ts';
import type { EngineOptions } from '../../../../src/training/engines/engine.ts';
import { EngineChoice, EngineFailure, ReplaceableEngine } from '../../../../src/training/engines/engineChoice.ts';
import {
  type EngineCandidate,
  type EnginePreference,
  madeUpBatch,
  REFERENCE,
} from '../../../../src/training/engines/engines.ts';
import { Probes } from '../../../../src/training/engines/probes.ts';
import { folderWith } from '../../corpus/temporaryFolder.ts';
import { type Fault, gpu } from './madeUpGpu.ts';

const SHAPE = { vocabulary: 20, hidden: 8, layers: 1 };
const OPTIONS: EngineOptions = {
  shape: SHAPE,
  graph: {
    batch: 32,
    timeSteps: 4,
    loss: 'every',
    clip: 1,
    optimizer: { kind: 'adam', beta1: 0.9, beta2: 0.99, epsilon: 1e-8 },
  },
  threads: 1,
  parameters: initialParameters(SHAPE, 1),
};

/** Speeds that are known without timing, after the check that timing begins with. */
const speeds = (known: ReadonlyMap<EngineCandidate, number>) => ({
  of: async (_: unknown, candidate: EngineCandidate = REFERENCE, before?: () => Promise<void>) => {
    await before?.();
    return known.get(candidate) ?? 100;
  },
});

function choiceOf(
  candidate: EngineCandidate,
  { speed = 1000, wish = {} as EnginePreference, probes = new Probes(undefined) } = {},
) {
  const told: EngineReport[][] = [];
  const choice = new EngineChoice(
    [REFERENCE, candidate],
    wish,
    speeds(new Map([[candidate, speed]])),
    probes,
    (reports) => told.push([...reports]),
  );
  return { choice, told };
}

const failed = (message: string) => () => {
  throw new Error(message);
};
const OUT_OF_MEMORY = 'OOM when allocating tensor with shape[2048]';
const isReal = ({ shape }: EngineOptions) => shape.hidden === SHAPE.hidden;

describe('The choice of an engine', () => {
  it('is the fastest', async () => {
    const { choice, told } = choiceOf(gpu());
    const { engine, batch } = await choice.create(OPTIONS);
    expect([engine.device, batch]).toEqual(['gpu', 32]);
    expect(told).toEqual([
      [
        expect.objectContaining({ device: 'cpu', charactersPerSecond: 100, chosen: false, problem: undefined }),
        expect.objectContaining({ device: 'gpu', charactersPerSecond: 1000, chosen: true, problem: undefined }),
      ],
    ]);
    await engine.dispose();
  });

  it('is the processor where that is faster', async () => {
    const { choice } = choiceOf(gpu(), { speed: 10 });
    const { engine } = await choice.create(OPTIONS);
    expect(engine.device).toBe('cpu');
    await engine.dispose();
  });

  it.each<[string, EnginePreference, string]>([
    ['the processor', { device: 'cpu' }, 'cpu'],
    ['ONNX Runtime', { engine: 'onnx' }, 'cpu'],
    ['a GPU', { device: 'gpu' }, 'gpu'],
    ['TensorFlow', { engine: 'tensorflow' }, 'gpu'],
    ['what is not there', { engine: 'tensorflow', device: 'cpu' }, 'cpu'],
  ])('is among those asked for: %s', async (_, wish, device) => {
    const { choice } = choiceOf(gpu(), { wish });
    const { engine } = await choice.create(OPTIONS);
    expect(engine.device).toBe(device);
    await engine.dispose();
  });

  it('takes no step with the parameters, whatever was tried', async () => {
    const { choice } = choiceOf(gpu());
    const { engine } = await choice.create(OPTIONS);
    expect(await engine.snapshot()).toMatchObject({ parameters: OPTIONS.parameters, optimizerSteps: 0 });
    await engine.dispose();
  });

  it.each<[string, Fault, RegExp]>([
    ['cannot be had', { create: failed('no adapter was found') }, /^no adapter was found$/],
    ['fails', { steps: failed('something broke\nsomewhere') }, /^something broke$/],
    ['is lost', { steps: failed('[Device] is lost.') }, /^its driver was reset/],
    ['is wrong', { off: 0.01 }, /losses are wrong \(by 0.0\d+ nats/],
    ['computes no numbers', { off: Number.NaN }, /losses are wrong/],
  ])('leaves out a device that %s, and says why', async (_, fault, reason) => {
    for (const wish of [{}, { device: 'gpu' }] as const) {
      const { choice, told } = choiceOf(gpu(fault), { wish });
      const { engine } = await choice.create(OPTIONS);
      expect(engine.device).toBe('cpu');
      expect(told.at(-1)!.find((report) => report.device === 'gpu')!.problem).toMatch(reason);
      await engine.dispose();
    }
  });

  it('is not a device that has ended the process twice', async () => {
    const folder = await folderWith({ 'probes.json': '{ "a GPU": 1 }' });
    const once = choiceOf(gpu(), { probes: new Probes(folder) });
    const { engine } = await once.choice.create(OPTIONS);
    expect(engine.device).toBe('gpu');
    await engine.dispose();
    expect(await readFile(join(folder, 'probes.json'), 'utf8')).toBe('{}');

    let pending: Record<string, number> = {};
    const look = async () => {
      pending = JSON.parse(await readFile(join(folder, 'probes.json'), 'utf8'));
      throw new Error('stopped here');
    };
    await expect(new Probes(folder).attempt('a GPU', look)).rejects.toThrow('stopped here');
    expect(pending).toEqual({ 'a GPU': 1 });

    await writeFile(join(folder, 'probes.json'), '{ "a GPU": 2 }');
    const twice = choiceOf(gpu(), { probes: new Probes(folder) });
    const other = (await twice.choice.create(OPTIONS)).engine;
    expect(other.device).toBe('cpu');
    expect(twice.told.at(-1)![1]!.problem).toMatch(/^the process ended when it was last tried/);
    await other.dispose();
  });

  it('has fewer streams where memory does not suffice', async () => {
    const candidate = gpu({
      steps: (options) => {
        if (isReal(options) && options.graph.batch > 8) throw new Error(OUT_OF_MEMORY);
      },
    });
    const { choice } = choiceOf(candidate);
    const { engine, batch } = await choice.create(OPTIONS);
    expect([engine.device, batch, engine.options.graph.batch]).toEqual(['gpu', 8, 8]);
    await engine.dispose();
  });

  it('is the processor where fewer streams do not help, or must not be', async () => {
    const candidate = () => gpu({ create: (options) => isReal(options) && failed(OUT_OF_MEMORY)() });
    for (const fixedBatch of [false, true]) {
      const { choice, told } = choiceOf(candidate());
      const { engine, batch } = await choice.create(OPTIONS, { fixedBatch });
      expect([engine.device, batch]).toEqual(['cpu', 32]);
      expect(told.at(-1)![1]!.problem).toBe('its memory does not suffice');
      await engine.dispose();
    }
  });
});

describe('An engine that can be replaced', () => {
  it('goes on with the processor, where it was', async () => {
    const candidate = gpu({ steps: (options, call) => isReal(options) && call > 4 && failed('device lost')() });
    const { choice, told } = choiceOf(candidate);
    const engine = new ReplaceableEngine(choice, (await choice.create(OPTIONS)).engine);
    const batch = madeUpBatch(OPTIONS);
    await engine.steps([batch], [1e-3]);
    const good = await engine.snapshot();
    let failure: unknown;
    while (failure === undefined) await engine.steps([batch], [1e-3]).catch((error) => (failure = error));
    expect(failure).toBeInstanceOf(EngineFailure);
    await engine.replace(failure as EngineFailure);
    engine.restore(good);
    expect(engine.device).toBe('cpu');
    expect(await engine.snapshot()).toEqual(good);
    expect(told.at(-1)).toEqual([
      expect.objectContaining({ device: 'cpu', chosen: true }),
      expect.objectContaining({ device: 'gpu', chosen: false, problem: 'its driver was reset, or it was taken away' }),
    ]);
    await engine.steps([batch], [1e-3]);
    await engine.dispose();
  });

  it('does not hide what the last one failed of', async () => {
    const { choice } = choiceOf(gpu(), { wish: { device: 'cpu' } });
    const engine = new ReplaceableEngine(choice, (await choice.create(OPTIONS)).engine);
    const wrong = { inputs: new Int32Array(3), targets: new Int32Array(3) };
    const failure = await engine.steps([wrong], [1e-3]).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Error);
    expect(failure).not.toBeInstanceOf(EngineFailure);
    await engine.dispose();
  });
});
