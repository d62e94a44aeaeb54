import { afterEach, describe, expect, it } from 'vitest';
import { initialParameters } from '../../../../src/lstm/initialise.ts';
import type { OptimizerOptions } from '../../../../src/protocol/trainerState.ts';
import type { Batch, EngineOptions, EngineSnapshot } from '../../../../src/training/engines/engine.ts';
import { OnnxEngine } from '../../../../src/training/engines/onnxEngine.ts';
import { largestDifference, randomIds } from '../../../support/numerics.ts';

const shape = { vocabulary: 12, hidden: 16, layers: 2 };
const [batch, timeSteps] = [4, 8];
const adam: OptimizerOptions = { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
const rmsprop: OptimizerOptions = { kind: 'rmsprop', rho: 0.9, epsilon: 1e-7, epsilonInsideSqrt: true };

const created: OnnxEngine[] = [];

afterEach(async () => {
  for (const engine of created.splice(0)) await engine.dispose();
});

describe.each([
  ['Adam', { optimizer: adam }],
  ['RMSprop', { optimizer: rmsprop }],
  ['dropout', { optimizer: adam, dropout: 0.3 }],
])('the onnx engine with %s', (_, variation) => {
  it('ends with the same bits when it starts with the same', async () => {
    const [one, other] = [await engineWith(variation), await engineWith(variation)];
    const results = [await train(one, 0, 20), await train(other, 0, 20)];
    expect(results[0]).toEqual(results[1]);
    expect(await one.snapshot()).toEqual(await other.snapshot());
  });

  it('goes on from a snapshot as if nothing had been between, itself and another engine alike', async () => {
    const engine = await engineWith(variation);
    await train(engine, 0, 7);
    const snapshot = await engine.snapshot();
    const result = await train(engine, 7, 6);
    const end = await engine.snapshot();

    engine.restore(snapshot);
    expect(await engine.snapshot()).toEqual(snapshot);
    expect(await train(engine, 7, 6)).toEqual(result);
    expect(await engine.snapshot()).toEqual(end);

    const other = await engineWith({ ...variation, seed: 99 });
    other.restore(snapshot);
    expect(await train(other, 7, 6)).toEqual(result);
    expect(await other.snapshot()).toEqual(end);
  });

  it('learns what it is shown over and over', async () => {
    const engine = await engineWith(variation);
    const repeated = Array.from({ length: 250 }, () => batchAt(0));
    const { losses } = await engine.steps(
      repeated,
      repeated.map(() => 1e-2),
    );
    expect(losses.at(-1)!).toBeLessThan(losses[0]! / 4);
  });
});

describe('the onnx engine', () => {
  it('has no first moment with RMSprop', async () => {
    const engine = await engineWith({ optimizer: rmsprop });
    await train(engine, 0, 2);
    expect((await engine.snapshot()).moment1).toHaveLength(0);
    expect((await engine.snapshot()).moment2).toHaveLength(engine.options.parameters.length);
  });

  it('computes the same numbers, but for rounding, with two threads', async () => {
    const [one, two] = [await engineWith({ threads: 1 }), await engineWith({ threads: 2 })];
    await train(one, 0, 10);
    await train(two, 0, 10);
    expect(largestDifference((await two.snapshot()).parameters, (await one.snapshot()).parameters)).toBeLessThan(1e-4);
  });

  it('gives the same steps one call at a time or all in one', async () => {
    const [one, other] = [await engineWith({}), await engineWith({})];
    const together = await train(one, 0, 5);
    const apart: number[] = [];
    for (let step = 0; step < 5; step++) apart.push(...(await train(other, step, 1)).losses);
    expect(apart).toEqual([...together.losses]);
    expect(await one.snapshot()).toEqual(await other.snapshot());
  });

  it('drops other units in each step and for each seed, and nothing without dropout', async () => {
    const losses = async (variation: Variation) => {
      const engine = await engineWith(variation);
      const first = await engine.steps([batchAt(0)], [0]);
      engine.resetState();
      return [...first.losses, ...(await engine.steps([batchAt(0)], [0])).losses];
    };
    const [without, withOne, withAnother] = [
      await losses({}),
      await losses({ dropout: 0.3 }),
      await losses({ dropout: 0.3, maskSeed: 2 }),
    ];
    expect(without[1]).toBe(without[0]);
    expect(new Set([...without, ...withOne, ...withAnother]).size).toBe(5);
  });

  it('counts its steps', async () => {
    const engine = await engineWith({});
    await train(engine, 0, 3);
    expect((await engine.snapshot()).optimizerSteps).toBe(3);
  });

  it('hands out copies: neither snapshots nor the parameters it was given change with it', async () => {
    const engine = await engineWith({});
    const before = await engine.snapshot();
    const kept = structuredClone(before);
    await train(engine, 0, 2);
    expect(before).toEqual(kept);
    expect(engine.options.parameters).toEqual(initialParameters(shape, 1));
    expect((await engine.snapshot()).parameters).not.toEqual(kept.parameters);
  });

  it('carries its state from step to step until told to begin anew', async () => {
    const engine = await engineWith({});
    const isZero = ({ hidden, cell }: EngineSnapshot) => [...hidden, ...cell].every((value) => value === 0);
    expect(isZero(await engine.snapshot())).toBe(true);
    await train(engine, 0, 1);
    expect(isZero(await engine.snapshot())).toBe(false);
    engine.resetState();
    expect(isZero(await engine.snapshot())).toBe(true);
  });

  it('refuses parameters that do not fit its network', async () => {
    await expect(OnnxEngine.create({ ...optionsFor({}), parameters: new Float32Array(3) })).rejects.toThrow('not 3');
  });
});

interface Variation {
  readonly optimizer?: OptimizerOptions;
  readonly threads?: number;
  readonly seed?: number;
  readonly dropout?: number;
  readonly maskSeed?: number;
}

function optionsFor({ optimizer = adam, threads = 1, seed = 1, dropout = 0, maskSeed = 1 }: Variation): EngineOptions {
  return {
    shape,
    graph: { batch, timeSteps, loss: 'every', optimizer, clip: 1, dropout },
    threads,
    parameters: initialParameters(shape, seed),
    seed: maskSeed,
  };
}

async function engineWith(variation: Variation): Promise<OnnxEngine> {
  const engine = await OnnxEngine.create(optionsFor(variation));
  created.push(engine);
  return engine;
}

function batchAt(step: number): Batch {
  const inputs = randomIds(timeSteps * batch, shape.vocabulary, 2 * step);
  return { inputs, targets: randomIds(timeSteps * batch, shape.vocabulary, 2 * step + 1) };
}

function train(engine: OnnxEngine, from: number, count: number) {
  const steps = Array.from({ length: count }, (_, index) => from + index);
  return engine.steps(
    steps.map(batchAt),
    steps.map((step) => 1e-3 * (1 + step / 10)),
  );
}
