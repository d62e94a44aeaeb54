import { describe, expect, it } from 'vitest';
import { Graph } from '../../../src/onnx/graph.ts';
import { floats, runGraph } from '../../support/numerics.ts';

describe('a graph', () => {
  it('cuts a tensor into pieces of the names or places that their sizes have', async () => {
    const op = new Graph('pieces');
    const x = op.input('x', 'float32', [6]);
    const pieces = op.split(x, { first: 1, rest: [2, { last: 3 }] }, { axis: 0 });
    op.output('first', pieces.first);
    op.output('middle', pieces.rest[0]);
    op.output('last', pieces.rest[1].last);
    // @ts-expect-error no piece has this name
    expect(pieces.second).toBeUndefined();
    const outputs = await runGraph(op.toModel(), { x: floats(Float32Array.of(1, 2, 3, 4, 5, 6), 6) });
    expect(outputs).toEqual({
      first: Float32Array.of(1),
      middle: Float32Array.of(2, 3),
      last: Float32Array.of(4, 5, 6),
    });
  });

  it('cuts into more pieces than one operator may write in two goes', async () => {
    const sizes = [1, 2, 1, 1, 2, 1, 1];
    const op = new Graph('pieces', { maximumPieces: 3 });
    for (const [index, piece] of op.split(op.input('x', 'float32', [9]), sizes, { axis: 0 }).entries()) {
      op.output(`piece${index}`, piece);
    }
    const outputs = await runGraph(op.toModel(), { x: floats(Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9), 9) });
    const pieces = sizes.map((_, index) => [...outputs[`piece${index}`]!]);
    expect(pieces).toEqual([[1], [2, 3], [4], [5], [6, 7], [8], [9]]);
  });

  it('declares a value twice, and an input, as outputs', async () => {
    const op = new Graph('copies');
    const x = op.input('x', 'float32', [2]);
    const sum = op.add(x, x);
    op.output('once', sum);
    op.output('again', sum);
    op.output('same', x);
    const outputs = await runGraph(op.toModel(), { x: floats(Float32Array.of(1, 2), 2) });
    const twice = Float32Array.of(2, 4);
    expect(outputs).toEqual({ once: twice, again: twice, same: Float32Array.of(1, 2) });
  });

  it('stores equal short constants once', () => {
    const op = new Graph('constants');
    expect(op.scalar(2)).toBe(op.scalar(2));
    expect(op.scalar(2)).not.toBe(op.scalar(3));
    expect(op.integers(1, 2)).not.toBe(op.integers(12));
  });
});
