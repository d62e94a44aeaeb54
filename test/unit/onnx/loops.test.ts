import { describe, expect, it } from 'vitest';
import { Graph } from '../../../src/onnx/graph.ts';
import { type Loop, scan, unrolled } from '../../../src/onnx/loops.ts';
import type { Tensor } from '../../../src/onnx/values.ts';
import { floats, runGraph } from '../../support/numerics.ts';

const [STEPS, ROWS] = [3, 2];

type States = { readonly sum: Tensor; readonly last: Tensor };
type Inputs = { readonly x: Tensor; readonly nothing: undefined };
type Stacked = { readonly sums: readonly Tensor[]; readonly nothing: undefined };

/** Sums up x [STEPS, ROWS, 1]; the states come back in another order than they went in. */
function sums(op: Graph, { reverse = false } = {}): Loop<States, Inputs, Stacked> {
  return {
    reverse,
    states: { sum: op.zeros([ROWS, 1]), last: op.zeros([ROWS, 1]) },
    inputs: { x: op.input('x', 'float32', [STEPS, ROWS, 1]), nothing: undefined },
    body: (inner, before, { x }) => {
      const sum = inner.add(before.sum, x);
      const last = inner.identity(x);
      return { states: { last, sum }, stacked: { sums: [inner.mul(sum, inner.scalar(1))], nothing: undefined } };
    },
  };
}

describe.each([
  ['scan', (op: Graph, loop: Loop<States, Inputs, Stacked>) => scan(op, loop)],
  ['unrolled', (op: Graph, loop: Loop<States, Inputs, Stacked>) => unrolled(op, loop, { steps: STEPS, rows: ROWS })],
])('%s', (_, run) => {
  async function outputsOf(options: { reverse?: boolean } = {}) {
    const op = new Graph('sums');
    const { states, stacked } = run(op, sums(op, options));
    op.output('sum', states.sum);
    op.output('last', states.last);
    op.output('sums', stacked.sums[0]!);
    return runGraph(op.toModel(), { x: floats(Float32Array.of(1, 10, 2, 20, 3, 30), STEPS, ROWS, 1) });
  }

  it('carries states by their names and stacks in the order of time', async () => {
    expect(await outputsOf()).toEqual({
      sum: Float32Array.of(6, 60),
      last: Float32Array.of(3, 30),
      sums: Float32Array.of(1, 10, 3, 30, 6, 60),
    });
  });

  it('goes backwards, and what is stacked keeps its place', async () => {
    expect(await outputsOf({ reverse: true })).toEqual({
      sum: Float32Array.of(6, 60),
      last: Float32Array.of(1, 10),
      sums: Float32Array.of(6, 60, 5, 50, 3, 30),
    });
  });

  it('refuses states that are not those it began with', () => {
    const op = new Graph('wrong');
    const state = op.zeros([ROWS, 1]);
    const states: readonly Tensor[] = [state, state];
    const loop = { states, inputs: { x: state }, body: () => ({ states: [state], stacked: state }) };
    expect(() => scan(op, loop)).toThrow('not alike');
    // @ts-expect-error the next states lack one that is carried
    const body: Loop<States, Inputs, Tensor>['body'] = () => ({ states: { sum: state }, stacked: state });
    expect(() => scan(op, { ...sums(op), body })).toThrow('not alike');
  });
});
