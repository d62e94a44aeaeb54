import type { Vocabulary } from '../../corpus/vocabulary.ts';
import type { Predictor } from '../predictor.ts';
import { type ContextMemory, LONGEST_CONTEXT } from './kneserNeyModel.ts';

/** Where a memory stands in a text: the last characters that were read. */
export interface MemoryState {
  readonly context: Uint16Array;
}

/** What a {@link MemoryPredictor} expects, and why. */
export interface Expectation {
  readonly probabilities: Float32Array;
  /** Length of the longest context that was seen before. */
  readonly matched: number;
}

/**
 * A memory of contexts as a predictor. What it expects changes with what the memory learns, also in a state that was
 * reached before.
 */
export class MemoryPredictor implements Predictor<MemoryState> {
  readonly vocabulary: Vocabulary;
  readonly memory: ContextMemory;

  constructor(vocabulary: Vocabulary, memory: ContextMemory) {
    this.vocabulary = vocabulary;
    this.memory = memory;
  }

  start(): MemoryState {
    return { context: new Uint16Array(0) };
  }

  async read(state: MemoryState, ids: ArrayLike<number>): Promise<MemoryState> {
    return contextAfter(state, ids);
  }

  async advance(states: readonly MemoryState[], ids: readonly number[]): Promise<MemoryState[]> {
    return states.map((state, index) => contextAfter(state, [ids[index]!]));
  }

  next(state: MemoryState): Float32Array {
    return this.expect(state).probabilities;
  }

  expect({ context }: MemoryState): Expectation {
    const probabilities = new Float32Array(this.vocabulary.size);
    const matched = this.memory.predict(context, context.length, probabilities);
    return { probabilities, matched };
  }

  async dispose(): Promise<void> {}
}

/** Where one stands after some more characters. */
export function contextAfter({ context }: MemoryState, ids: ArrayLike<number>): MemoryState {
  const kept = Math.max(0, LONGEST_CONTEXT - ids.length);
  const before = context.subarray(Math.max(0, context.length - kept));
  const added = Math.min(ids.length, LONGEST_CONTEXT);
  const after = new Uint16Array(before.length + added);
  after.set(before);
  for (let i = 0; i < added; i++) after[before.length + i] = ids[ids.length - added + i]!;
  return { context: after };
}
