import { readFileSync } from 'node:fs';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect } from 'vitest';
import { random } from '../../src/base/random.ts';
import { parameterCount, parameterSlots } from '../../src/lstm/network.ts';
import type { NetworkShape } from '../../src/protocol/trainerState.ts';

/** Runs a graph once in onnxruntime, as the engines do: without its rewriting. */
export async function runGraph(
  model: Uint8Array,
  feeds: Readonly<Record<string, Tensor>>,
): Promise<Record<string, Float32Array>> {
  const session = await InferenceSession.create(model, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'disabled',
    logSeverityLevel: 3,
  });
  try {
    const outputs = await session.run(feeds);
    return Object.fromEntries(Object.entries(outputs).map(([name, { data }]) => [name, data as Float32Array]));
  } finally {
    await session.release();
  }
}

export function floats(data: Float32Array, ...dims: number[]): Tensor {
  return new Tensor('float32', data, dims);
}

export function integers(data: Int32Array, ...dims: number[]): Tensor {
  return new Tensor('int32', data, dims);
}

/** Uniform in ±`bound`. */
export function randomFloats(count: number, bound: number, seed: number): Float32Array {
  const uniform = random(seed);
  return Float32Array.from({ length: count }, () => (2 * uniform() - 1) * bound);
}

/** Ids below `vocabulary`. */
export function randomIds(count: number, vocabulary: number, seed: number): Int32Array {
  const uniform = random(seed);
  return Int32Array.from({ length: count }, () => Math.floor(uniform() * vocabulary));
}

/** Large enough that gates leave the middle of their range. */
export function randomParameters(shape: NetworkShape, seed: number): Float32Array {
  return randomFloats(parameterCount(shape), 0.8, seed);
}

/** A fixture of test/fixtures/numerics. */
export function readFixture<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../fixtures/numerics/${name}`, import.meta.url), 'utf8'));
}

/** Named tensors of a fixture as one flat vector in the order of `parameterSlots`. */
export function flatParameters(
  shape: NetworkShape,
  tensors: Readonly<Record<string, readonly number[]>>,
): Float32Array {
  return Float32Array.from(parameterSlots(shape).flatMap(({ name }) => tensors[name]!));
}

/** The largest distance between two lists of numbers of one length; NaN when there is one among them. */
export function largestDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(actual.length).toBe(expected.length);
  return Array.from(actual).reduce((largest, value, index) => Math.max(largest, Math.abs(value - expected[index]!)), 0);
}
