import type { Graph } from '../../../onnx/graph.ts';
import { type Loop, type LoopResult, scan, unrolled } from '../../../onnx/loops.ts';
import type { Tree } from '../../../onnx/tree.ts';
import type { Value } from '../../../onnx/values.ts';
import type { TrainingSizes } from '../trainingStep.ts';

export type LoopOverTime = <States extends Tree<Value>, Inputs extends Tree<Value>, Stacked extends Tree<Value>>(
  loop: Loop<States, Inputs, Stacked>,
) => LoopResult<States, Stacked>;

/** A `Scan`, or every time step written out: what is read and stacked is [T, B, ·]. */
export function loopOverTime(op: Graph, { T, B }: TrainingSizes, { unroll }: { unroll: boolean }): LoopOverTime {
  return (loop) => (unroll ? unrolled(op, loop, { steps: T, rows: B }) : scan(op, loop));
}
