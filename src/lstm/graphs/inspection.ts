import { Graph } from '../../onnx/graph.ts';
import { scan } from '../../onnx/loops.ts';
import type { Tensor } from '../../onnx/values.ts';
import type { NetworkShape } from '../../protocol/trainerState.ts';
import { cell } from './cell.ts';
import { stackStates, unstackStates } from './states.ts';
import { knownIds, logitsOf, type StoredParameters, storedParameters } from './stored.ts';

/**
 * Everything that happens inside the network while it reads a text, for people to look at: the LSTM's equations written
 * out, as the `LSTM` operator keeps its gates to itself. Inputs `ids` ['time'] int64; `hidden`, `cell` [layers, 1, H].
 * Outputs, for each layer k:
 *
 * - `entering.k` ['time', 4, H]: W·x + R·h + b, for i, o, f, g
 * - `gates.k` ['time', 4, H]: i, o, f = σ(W·x + R·h + b) and g = tanh(W·x + R·h + b)
 * - `cell.k` ['time', H]: c' = f∘c + i∘g
 * - `hidden.k` ['time', H]: h' = o∘tanh(c')
 *
 * and `logits` ['time', V], `nextHidden`, `nextCell` [layers, 1, H].
 *
 * @param parameters flat, in the order of `parameterSlots`
 */
export function buildInspectionGraph(shape: NetworkShape, parameters: Float32Array): Uint8Array<ArrayBuffer> {
  const { vocabulary: V, hidden: H, layers } = shape;
  const op = new Graph('inspection');
  const ids = op.input('ids', 'int64', ['time']);
  const hidden = unstackStates(op, op.input('hidden', 'float32', [layers, 1, H]), layers); // [1, H] each
  const cells = unstackStates(op, op.input('cell', 'float32', [layers, 1, H]), layers);
  const stored = storedParameters(op, shape, parameters);
  const weights = storedWeights(op, shape, stored);

  const { states, stacked } = scan(op, {
    states: { hidden, cell: cells },
    inputs: { row: op.gather(weights.rows, knownIds(op, ids, V)) }, // [time, 4H]
    body: (inner, before, { row }) => {
      const steps: InspectedStep[] = [];
      for (let layer = 0; layer < layers; layer++) {
        const below = steps[layer - 1];
        const input = below === undefined ? row : inner.matMul(below.hidden, weights.above[layer - 1]!);
        const recurrent = inner.matMul(before.hidden[layer]!, weights.recurrent[layer]!);
        const z = inner.add(inner.add(input, recurrent), weights.bias[layer]!); // [1, 4H]
        steps.push(inspectedStep(inner, H, z, before.cell[layer]!));
      }
      return {
        states: { hidden: steps.map((step) => step.hidden), cell: steps.map((step) => step.cell) },
        stacked: steps.map(({ entering, gates, cell, hidden }) => ({
          entering,
          gates,
          cell: inner.squeeze(cell, 0),
          hidden: inner.squeeze(hidden, 0),
        })),
      };
    },
  });

  for (const [layer, { entering, gates, cell, hidden }] of stacked.entries()) {
    op.output(`entering.${layer}`, entering, ['time', 4, H]);
    op.output(`gates.${layer}`, gates, ['time', 4, H]);
    op.output(`cell.${layer}`, cell, ['time', H]);
    op.output(`hidden.${layer}`, hidden, ['time', H]);
  }
  op.output('logits', logitsOf(op, shape, stored, stacked.at(-1)!.hidden), ['time', V]);
  op.output('nextHidden', stackStates(op, states.hidden), [layers, 1, H]);
  op.output('nextCell', stackStates(op, states.cell), [layers, 1, H]);
  return op.toModel();
}

/** Weights as right factors, for activations of one row. */
interface RightFactors {
  readonly recurrent: readonly Tensor[]; // Rᵀ [H, 4H]
  readonly bias: readonly Tensor[]; // [4H]
  readonly rows: Tensor; // Wᵀ of the first layer [V, 4H], a row per character
  readonly above: readonly Tensor[]; // Wᵀ of the layers above it [H, 4H]
}

function storedWeights(
  op: Graph,
  { vocabulary: V, hidden: H, layers }: NetworkShape,
  stored: StoredParameters,
): RightFactors {
  const all = Array.from({ length: layers }, (_, layer) => layer);
  return {
    recurrent: all.map((layer) => op.transpose(stored(`lstm.${layer}.R`, [4 * H, H]), [1, 0])),
    bias: all.map((layer) => stored(`lstm.${layer}.B`, [4 * H])),
    rows: op.transpose(stored('lstm.0.W', [4 * H, V]), [1, 0]),
    above: all.slice(1).map((layer) => op.transpose(stored(`lstm.${layer}.W`, [4 * H, H]), [1, 0])),
  };
}

interface InspectedStep {
  readonly entering: Tensor; // [4, H]: what the gates i, o, f, g are made of
  readonly gates: Tensor; // [4, H]: i, o, f, g
  readonly cell: Tensor; // [1, H]
  readonly hidden: Tensor; // [1, H]
}

/** @param z [1, 4H], what enters the gates i, o, f and the candidate g */
function inspectedStep(op: Graph, H: number, z: Tensor, previousCell: Tensor): InspectedStep {
  const step = cell(op, z, previousCell, { H, axis: 1 });
  return {
    entering: op.reshape(z, [4, H]),
    gates: op.reshape(op.concat([step.sigmoids, step.g], { axis: 1 }), [4, H]),
    cell: step.cell,
    hidden: step.hidden,
  };
}
