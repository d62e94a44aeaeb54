import type { Graph } from './graph.ts';
import { leavesOf, type Tree, withLeaves } from './tree.ts';
import type { Value } from './values.ts';

/** A loop over time: what it carries from step to step, what it reads and what it stacks, each under its names. */
export interface Loop<States extends Tree<Value>, Inputs extends Tree<Value>, Stacked extends Tree<Value>> {
  /** Initial values of what is carried from one step to the next. */
  readonly states: States;
  /** Tensors read one slice of the first axis per step. */
  readonly inputs: Inputs;
  /** Runs over time backwards; what is stacked keeps its place in time. */
  readonly reverse?: boolean;
  /** One step: the next states and what is stacked along a new first axis. May use values of the outer graph. */
  readonly body: (
    op: Graph,
    states: States,
    slices: Inputs,
  ) => { readonly states: NoInfer<States>; readonly stacked: Stacked };
}

/** The states after the last step, and what was stacked. */
export interface LoopResult<States, Stacked> {
  readonly states: States;
  readonly stacked: Stacked;
}

/** The loop as the operator `Scan`. */
export function scan<States extends Tree<Value>, Inputs extends Tree<Value>, Stacked extends Tree<Value>>(
  op: Graph,
  { states, inputs, reverse = false, body }: Loop<States, Inputs, Stacked>,
): LoopResult<States, Stacked> {
  const inner = op.inner('scan');
  const { name } = inner;
  const [initial, read] = [leavesOf<Value>(states), leavesOf<Value>(inputs)];
  const before = initial.map(({ type }, i) => inner.input(`${name}/state${i}`, type));
  const slices = read.map(({ type }, i) => inner.input(`${name}/slice${i}`, type));
  const step = body(inner, withLeaves<Value, States>(states, before), withLeaves<Value, Inputs>(inputs, slices));
  const after = leavesOf<Value>(step.states, states);
  const stacked = leavesOf<Value>(step.stacked);
  for (const [i, value] of after.entries()) inner.output(`${name}/nextState${i}`, value);
  for (const [i, value] of stacked.entries()) inner.output(`${name}/stacked${i}`, value);

  const outputs = [...after, ...stacked].map(({ type }): Value => op.value('scanned', type));
  const direction = reverse ? 1 : 0;
  op.node('Scan', {
    inputs: [...initial, ...read],
    outputs,
    attributes: {
      body: inner,
      num_scan_inputs: read.length,
      scan_input_directions: read.map(() => direction),
      ...(stacked.length > 0 ? { scan_output_directions: stacked.map(() => direction) } : {}),
    },
  });
  return {
    states: withLeaves<Value, States>(states, outputs.slice(0, after.length)),
    stacked: withLeaves<Value, Stacked>(step.stacked, outputs.slice(after.length)),
  };
}

/**
 * The same loop, written out: a node for each operator of each step, and none of a loop.
 *
 * @param steps T
 * @param rows R; inputs and what is stacked are [T, R, ·]
 */
export function unrolled<States extends Tree<Value>, Inputs extends Tree<Value>, Stacked extends Tree<Value>>(
  op: Graph,
  { states, inputs, reverse = false, body }: Loop<States, Inputs, Stacked>,
  { steps, rows }: { readonly steps: number; readonly rows: number },
): LoopResult<States, Stacked> {
  const sizes = Array.from({ length: steps }, () => rows);
  const slices = leavesOf<Value>(inputs).map((input) => op.split(op.flatten(input, { axis: 2 }), sizes, { axis: 0 }));
  const stacked: Stacked[] = []; // by place in time
  let carried = states;
  for (let step = 0; step < steps; step++) {
    const place = reverse ? steps - 1 - step : step;
    const read = slices.map((parts) => parts[place]!);
    const result = body(op, carried, withLeaves<Value, Inputs>(inputs, read));
    carried = withLeaves<Value, States>(states, leavesOf<Value>(result.states, states));
    stacked[place] = result.stacked;
  }
  const first = stacked[0]!;
  const leaves = stacked.map((ofStep) => leavesOf<Value>(ofStep, first));
  const sequences = leavesOf<Value>(first).map((_, leaf) => {
    const parts = leaves.map((ofStep) => ofStep[leaf]!);
    return op.reshape(op.concat(parts, { axis: 0 }), [steps, rows, -1]);
  });
  return { states: carried, stacked: withLeaves<Value, Stacked>(first, sequences) };
}
