import { Graph, type ScanLoop, type Value } from '../onnx/graph.ts';
import { type NetworkShape, parameterCount, parameterSlots } from './network.ts';
import { applyOptimizer } from './optimizer.ts';
import type { TrainingGraphOptions } from './trainingGraph.ts';

type Tensor = Value<'float32'>;

export interface LayerwiseGraphOptions {
  /** Adds the output `gradient` [P]. */
  readonly exposeGradient?: boolean;
  /** Time steps are written out instead of being a `Scan`. */
  readonly unroll?: boolean;
}

/** With the tensor that is cut, nine storage buffers of a shader; WebGPU devices of today have ten or more. */
const MAXIMUM_PIECES = 8;

/**
 * The training step of `buildTrainingGraph`, with its inputs and outputs, for devices where starting an operator is what
 * costs, not what it computes: a GPU.
 *
 * It goes layer by layer over all time steps. Whatever is not recurrent is one large operator over all of them: the
 * products with the inputs, the output layer, the derivatives of the gates. What remains of a time step are ten small
 * operators forward and seven backward. Only operators that onnxruntime's WebGPU provider has are used, as anything
 * else would be computed on the processor, with copies there and back.
 *
 * Activations are [time, batch, features].
 */
export function buildLayerwiseGraph(
  shape: NetworkShape,
  options: TrainingGraphOptions,
  { exposeGradient = false, unroll = false }: LayerwiseGraphOptions = {},
): Uint8Array<ArrayBuffer> {
  const { layers, hidden: H } = shape;
  const { batch: B, timeSteps: T, loss } = options;
  const P = parameterCount(shape);
  const g = new Graph('training', { maximumPieces: MAXIMUM_PIECES });
  const parameters = g.input('parameters', 'float32', [P]);
  const hidden0 = unstackStates(g, g.input('hidden', 'float32', [layers, H, B]), layers);
  const cell0 = unstackStates(g, g.input('cell', 'float32', [layers, H, B]), layers);
  const inputs = g.input('inputs', 'int32', [T, B]);
  const targets = g.input('targets', 'int32', loss === 'every' ? [T, B] : [B]);
  const mask = options.dropout ? g.transpose(g.input('mask', 'float32', [H, B]), [1, 0]) : undefined;
  const loop = (over: ScanLoop) => (unroll ? g.unroll(over, T, B) : g.scan(over));
  const { layers: weights, outputW, outputB } = unpackParameters(g, shape, parameters);

  const passes: LayerPass[] = [];
  for (const [layer, of] of weights.entries()) {
    const below = passes[layer - 1]?.hidden;
    passes.push(forward(g, loop, shape, options, of, below ?? g.reshape(inputs, [-1]), hidden0[layer]!, cell0[layer]!));
  }
  const top = passes.at(-1)!;
  const unmasked = loss === 'every' ? top.hidden : top.lastHidden;
  const read = g.reshape(mask === undefined ? unmasked : g.mul(unmasked, mask), [-1, H]); // [N, H]
  const logits = g.gemm(read, outputW, { transB: true, c: outputB }); // [N, V]
  const output = crossEntropy(g, shape, logits, g.reshape(targets, [-1]), loss === 'every' ? T * B : B);
  const dRead = g.matMul(output.logitGradients, outputW);
  const dTop = g.reshape(dRead, loss === 'every' ? [T, B, H] : [B, H]);
  let above = mask === undefined ? dTop : g.mul(dTop, mask);
  const gradients: Tensor[] = [
    g.reshape(g.gemm(output.logitGradients, read, { transA: true }), [-1]),
    g.reduceSum(output.logitGradients, [0]),
  ];
  for (let layer = layers - 1; layer >= 0; layer--) {
    const isLast = loss === 'last' && layer === layers - 1; // its gradient comes to the last step alone
    const dGates = backward(g, loop, shape, options, weights[layer]!, passes[layer]!, above, isLast); // [T, B, 4H]
    const rows = g.reshape(dGates, [T * B, 4 * H]);
    const x = layer === 0 ? oneHot(g, g.reshape(inputs, [-1]), shape) : g.reshape(passes[layer - 1]!.hidden, [-1, H]);
    gradients.unshift(
      g.reshape(g.gemm(rows, x, { transA: true }), [-1]),
      g.reshape(g.gemm(rows, g.reshape(passes[layer]!.hiddenBefore, [-1, H]), { transA: true }), [-1]),
      g.reduceSum(rows, [0]),
    );
    if (layer > 0) above = g.matMul(dGates, weights[layer]!.w);
  }
  const gradient = g.concat(gradients, 0);
  const norm = g.sqrt(g.reduceSumSquare(gradient));
  applyOptimizer(g, options, P, { parameters, gradient, norm });
  const stack = (states: readonly Tensor[]) =>
    g.concat(
      states.map((state) => g.unsqueeze(g.transpose(state, [1, 0]), 0)),
      0,
    );
  g.output('nextHidden', stack(passes.map((pass) => pass.lastHidden)), [layers, H, B]);
  g.output('nextCell', stack(passes.map((pass) => pass.lastCell)), [layers, H, B]);
  g.output('loss', output.loss, []);
  g.output('gradientNorm', norm, []);
  if (exposeGradient) g.output('gradient', gradient, [P]);
  return g.toModel();
}

/**
 * Hands tensors on as they are, from the device that they are on: each input `x` is the output `xRead`.
 *
 * @param tensors names and shapes
 */
export function buildReadingGraph(tensors: readonly (readonly [string, readonly number[]])[]): Uint8Array<ArrayBuffer> {
  const g = new Graph('reading');
  for (const [name, shape] of tensors) g.output(`${name}Read`, g.identity(g.input(name, 'float32', shape)), shape);
  return g.toModel();
}

interface LayerWeights {
  readonly w: Tensor; // [4H, I]
  readonly r: Tensor; // [4H, H]
  readonly b: Tensor; // [4H]
}

function unpackParameters(g: Graph, shape: NetworkShape, parameters: Tensor) {
  const slots = parameterSlots(shape);
  const pieces = g
    .split(
      parameters,
      slots.map((slot) => slot.size),
      0,
    )
    .map((piece, i) => (slots[i]!.shape.length === 1 ? piece : g.reshape(piece, slots[i]!.shape)));
  const layers = Array.from({ length: shape.layers }, (_, layer): LayerWeights => {
    const [w, r, b] = pieces.slice(3 * layer) as [Tensor, Tensor, Tensor];
    return { w, r, b };
  });
  const [outputW, outputB] = pieces.slice(3 * shape.layers) as [Tensor, Tensor];
  return { layers, outputW, outputB };
}

/** A layer's activations [T, B, H]. */
interface LayerPass {
  readonly hidden: Tensor;
  readonly hiddenBefore: Tensor;
  readonly lastHidden: Tensor; // [B, H]
  readonly lastCell: Tensor;
  /** What δc, δh, δc, δc are multiplied by to become δz of i, o, f, c [T, B, 4H]. */
  readonly gateFactors: Tensor;
  readonly cellFactor: Tensor; // ∂h'/∂c' = o·(1 − tanh² c')
  readonly forgetGate: Tensor;
}

type Loop = (over: ScanLoop) => ReturnType<Graph['scan']>;

/** @param x the layer below [T, B, H], or the characters' ids [T·B] */
function forward(
  g: Graph,
  loop: Loop,
  { hidden: H }: NetworkShape,
  { batch: B, timeSteps: T }: TrainingGraphOptions,
  { w, r, b }: LayerWeights,
  x: Value,
  hidden0: Tensor,
  cell0: Tensor,
): LayerPass {
  const wT = g.transpose(w, [1, 0]);
  const product = x.type === 'int32' ? g.reshape(g.gather(wT, x), [T, B, 4 * H]) : g.matMul(x as Tensor, wT); // [T, B, 4H]
  const fromInput = g.add(product, b);
  const rT = g.transpose(r, [1, 0]);
  const { states, stacked } = loop({
    states: [hidden0, cell0],
    inputs: [fromInput],
    body: (inner, [h, c], [slice]) => {
      const z = inner.gemm(h!, rT, { c: slice! }); // [B, 4H]
      const [zGates, zCandidate] = inner.split(z, [3 * H, H], 1) as [Tensor, Tensor];
      const sigmoids = inner.sigmoid(zGates);
      const [i, o, f] = inner.split(sigmoids, [H, H, H], 1) as [Tensor, Tensor, Tensor];
      const candidate = inner.tanh(zCandidate);
      const cell = inner.add(inner.mul(f, c!), inner.mul(i, candidate));
      const tanhCell = inner.tanh(cell);
      const hidden = inner.mul(o, tanhCell);
      return { states: [hidden, cell], stacked: [sigmoids, candidate, cell, tanhCell, hidden] };
    },
  });
  const [sigmoids, candidate, cells, tanhCell, hidden] = stacked as [Tensor, Tensor, Tensor, Tensor, Tensor];
  const [i, o, f] = g.split(sigmoids, [H, H, H], 2) as [Tensor, Tensor, Tensor];
  const slope = (gate: Tensor) => g.sub(gate, g.mul(gate, gate)); // σ(1 − σ)
  const tanhSlope = (value: Tensor) => g.sub(g.scalar(1), g.mul(value, value));
  const before = (first: Tensor, sequence: Tensor) => {
    const start = g.unsqueeze(first, 0);
    return T === 1 ? start : g.concat([start, g.slice(sequence, 0, T - 1, 0)], 0);
  };
  const [si, so, sf] = g.split(slope(sigmoids), [H, H, H], 2) as [Tensor, Tensor, Tensor];
  return {
    hidden,
    hiddenBefore: before(hidden0, hidden),
    lastHidden: states[0]!,
    lastCell: states[1]!,
    gateFactors: g.concat(
      [g.mul(candidate, si), g.mul(tanhCell, so), g.mul(before(cell0, cells), sf), g.mul(i, tanhSlope(candidate))],
      2,
    ),
    cellFactor: g.mul(o, tanhSlope(tanhCell)),
    forgetGate: f,
  };
}

/**
 * From ∂loss/∂h of a layer to ∂loss/∂z of its gates [T, B, 4H]; the formulas are those of `buildTrainingGraph`.
 *
 * @param above ∂loss/∂h from above [T, B, H]; with `isLast`, that of the last step [B, H]
 */
function backward(
  g: Graph,
  loop: Loop,
  { hidden: H }: NetworkShape,
  { batch: B }: TrainingGraphOptions,
  { r }: LayerWeights,
  { gateFactors, cellFactor, forgetGate }: LayerPass,
  above: Tensor,
  isLast: boolean,
): Tensor {
  const nothing = g.constant(new Float32Array(B * H), [B, H]);
  const { stacked } = loop({
    reverse: true,
    states: [isLast ? above : nothing, nothing],
    inputs: [gateFactors, cellFactor, forgetGate, ...(isLast ? [] : [above])],
    body: (inner, [hiddenAfter, cellAfter], [factors, factor, forget, fromAbove]) => {
      const dHidden = fromAbove === undefined ? hiddenAfter! : inner.add(hiddenAfter!, fromAbove);
      const dCell = inner.add(inner.mul(dHidden, factor!), cellAfter!);
      const dGates = inner.mul(inner.concat([dCell, dHidden, dCell, dCell], 1), factors!);
      return { states: [inner.matMul(dGates, r), inner.mul(dCell, forget!)], stacked: [dGates] };
    },
  });
  return stacked[0]!;
}

/** Mean softmax cross-entropy, and ∂loss/∂logits. @param logits [N, V] @param targets [N] */
function crossEntropy(g: Graph, shape: NetworkShape, logits: Tensor, targets: Value<'int32'>, count: number) {
  const shifted = g.sub(logits, g.reduceMax(logits, [1], true));
  const logProbabilities = g.sub(shifted, g.log(g.reduceSum(g.exp(shifted), [1], true)));
  const wanted = oneHot(g, targets, shape);
  return {
    loss: g.mul(g.reduceSum(g.mul(logProbabilities, wanted)), g.scalar(-1 / count)),
    logitGradients: g.mul(g.sub(g.exp(logProbabilities), wanted), g.scalar(1 / count)),
  };
}

/** [N] → [N, V]. The WebGPU provider has no `OneHot`. */
function oneHot(g: Graph, ids: Value<'int32'>, { vocabulary: V }: NetworkShape): Tensor {
  const all = g.constant(
    Int32Array.from({ length: V }, (_, id) => id),
    [1, V],
  );
  return g.cast(g.equal(g.unsqueeze(ids, 1), all), 'float32');
}

/** [layers, H, B] → one [B, H] per layer. */
function unstackStates(g: Graph, stacked: Tensor, layers: number): Tensor[] {
  return g
    .split(
      stacked,
      Array.from({ length: layers }, () => 1),
      0,
    )
    .map((state) => g.transpose(g.squeeze(state, 0), [1, 0]));
}
