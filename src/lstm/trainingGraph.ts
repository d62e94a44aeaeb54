import { Graph, type Value } from '../onnx/graph.ts';
import { type NetworkShape, parameterCount, parameterSlots } from './network.ts';
import { applyOptimizer, type OptimizerOptions } from './optimizer.ts';

type Tensor = Value<'float32'>;

export interface TrainingGraphOptions {
  readonly batch: number;
  readonly timeSteps: number;
  /** Whether every step's prediction is trained, or only that of the last step. */
  readonly loss: 'every' | 'last';
  readonly optimizer: OptimizerOptions;
  /** Bound on the gradient's global norm; null for none. */
  readonly clip: number | null;
  /**
   * Probability that the output layer does not see a hidden unit in a step of training (Srivastava et al., 2014).
   * Default: 0, for which the graph has no mask.
   */
  readonly dropout?: number;
}

/**
 * Up to this vocabulary characters enter as one-hot columns, stacked under the hidden state so that one product serves
 * both; above it, adding looked-up rows is cheaper than multiplying by mostly zeros.
 */
const ONE_HOT_LIMIT = 256;

/**
 * One training step as a graph of plain ONNX operators: forward through time, the hand-derived backward pass, clipping
 * by global norm, and the optimizer. With T = timeSteps, B = batch, H = hidden, V = vocabulary, P = parameters:
 *
 * inputs:  `parameters`, `moment1` (Adam), `moment2` [P]; `hidden`, `cell` [layers, H, B]; `inputs` [T, B] int32;
 *          `targets` [T, B] int32, or [B] for loss on the last step; `step` [2] from {@link stepScalars};
 *          with dropout, `mask` [H, B] from {@link dropoutMask}
 * outputs: `nextParameters`, `nextMoment1`, `nextMoment2` [P]; `nextHidden`, `nextCell`; `loss` [] mean nats per
 *          predicted character; `gradientNorm` [] before clipping; with `exposeGradient`, `gradient` [P]
 *
 * Activations are [features, batch]: then the large factor of the recurrent product is the weight matrix, which the
 * matrix kernels read in place, and gates are cut from their stack as contiguous blocks. It is 1.3 to 1.8 times as fast
 * as [batch, features].
 *
 * Everything in the derivative of a step that does not depend on later steps is multiplied together while the step's
 * values are still in the cache. A backward step is then one matrix product and a handful of small operations, and
 * the weights' gradients are one large product over all steps at the end.
 */
export function buildTrainingGraph(
  shape: NetworkShape,
  options: TrainingGraphOptions,
  { exposeGradient = false }: { exposeGradient?: boolean } = {},
): Uint8Array<ArrayBuffer> {
  const { layers, hidden: H } = shape;
  const { batch: B, timeSteps: T } = options;
  const P = parameterCount(shape);
  const g = new Graph('training');
  const parameters = g.input('parameters', 'float32', [P]);
  const hidden = g.input('hidden', 'float32', [layers, H, B]);
  const cell = g.input('cell', 'float32', [layers, H, B]);
  const inputs = g.input('inputs', 'int32', [T, B]);
  const targets = g.input('targets', 'int32', options.loss === 'every' ? [T, B] : [B]);
  const mask = options.dropout ? g.input('mask', 'float32', [H, B]) : undefined;

  const weights = unpackParameters(g, shape, parameters);
  const pass = forwardThroughTime(g, shape, options, weights, hidden, cell, inputs, mask);
  const output = outputLayer(g, shape, options, pass.logits, targets);
  const gateGradients = backwardThroughTime(g, shape, options, weights, pass, output.logitGradients, mask);
  const columns = pass.layers.map((layer) => flattenTime(g, layer.columns)); // [K, T·B]
  const gradient = g.concat(
    [
      ...gateGradients.flatMap((rows, layer) => layerGradient(g, shape, options, layer, rows, columns[layer]!, inputs)),
      ...outputGradient(g, shape, options, output.logitGradients, columns.at(-1)!, pass),
    ],
    0,
  );

  const norm = g.sqrt(g.reduceSumSquare(gradient));
  applyOptimizer(g, options, P, { parameters, gradient, norm });
  g.output('nextHidden', stackStates(g, pass.lastHidden), [layers, H, B]);
  g.output('nextCell', stackStates(g, pass.lastCell), [layers, H, B]);
  g.output('loss', output.loss, []);
  g.output('gradientNorm', norm, []);
  if (exposeGradient) g.output('gradient', gradient, [P]);
  return g.toModel();
}

interface LayerWeights {
  /**
   * The recurrent weights and beside them those of the input, for a product with the stacked columns [h; x]:
   * [4H, H + V] for one-hot characters, bias included; [4H, 2H] for a layer above; [4H, H] where rows are looked up.
   */
  readonly matrix: Tensor;
  /** The same, transposed, as far as gradients flow back through it. */
  readonly back: Tensor;
  /** [V, 4H], a row per character with the bias in it, where rows are looked up. */
  readonly rows?: Tensor;
  /** [4H, 1], in the layers above the first. */
  readonly bias?: Tensor;
}

interface Weights {
  readonly layers: readonly LayerWeights[];
  readonly outputW: Tensor; // [V, H]
  readonly outputB: Tensor; // [V, 1]
}

function unpackParameters(g: Graph, shape: NetworkShape, parameters: Tensor): Weights {
  const slots = parameterSlots(shape);
  const pieces = g.split(
    parameters,
    slots.map((slot) => slot.size),
    0,
  );
  const named = new Map(
    slots.map((slot, i) => [slot.name, g.reshape(pieces[i]!, [slot.shape[0], slot.shape[1] ?? 1])]),
  );
  const tensor = (name: string) => named.get(name)!;
  const layers = Array.from({ length: shape.layers }, (_, layer): LayerWeights => {
    const w = tensor(`lstm.${layer}.W`);
    const r = tensor(`lstm.${layer}.R`);
    const bias = tensor(`lstm.${layer}.B`);
    if (layer > 0) {
      const matrix = g.concat([r, w], 1);
      return { matrix, back: g.transpose(matrix, [1, 0]), bias };
    }
    const back = g.transpose(r, [1, 0]);
    const biased = g.add(w, bias); // exactly one character is on, so its column may carry the bias
    if (shape.vocabulary <= ONE_HOT_LIMIT) return { matrix: g.concat([r, biased], 1), back };
    return { matrix: r, back, rows: g.transpose(biased, [1, 0]) };
  });
  return { layers, outputW: tensor('output.W'), outputB: tensor('output.B') };
}

/** What the first layer reads at each step: one-hot columns [T, V, B], or the ids themselves [T, B]. */
function characters(g: Graph, { vocabulary }: NetworkShape, inputs: Value<'int32'>): Value {
  return vocabulary <= ONE_HOT_LIMIT ? g.oneHot(inputs, vocabulary, 1) : inputs;
}

/** One time step of one layer, all [·, B]. */
interface CellStep {
  readonly columns: Tensor; // [h; x], the right factor of the product
  readonly sigmoids: Tensor; // [3H, B]: i, o, f
  readonly i: Tensor;
  readonly o: Tensor;
  readonly f: Tensor;
  readonly candidate: Tensor; // g = tanh(z_c)
  readonly previousCell: Tensor;
  readonly cell: Tensor; // c' = f∘c + i∘g
  readonly tanhCell: Tensor;
  readonly hidden: Tensor; // h' = o∘tanh(c')
}

/** @param character a slice of {@link characters} */
function stepThroughLayers(
  g: Graph,
  { hidden: H, layers }: NetworkShape,
  weights: Weights,
  states: readonly Tensor[],
  character: Value,
): CellStep[] {
  const steps: CellStep[] = [];
  for (let layer = 0; layer < layers; layer++) {
    const { matrix, rows, bias } = weights.layers[layer]!;
    const x = layer === 0 ? (character as Tensor) : steps[layer - 1]!.hidden;
    const columns = rows === undefined ? g.concat([states[layer]!, x], 0) : g.identity(states[layer]!);
    const product = g.matMul(matrix, columns); // [4H, B]
    const lookedUp = rows === undefined ? undefined : g.transpose(g.gather(rows, character), [1, 0]);
    const added = lookedUp ?? bias;
    const [zGates, zCandidate] = g.split(added === undefined ? product : g.add(product, added), [3 * H, H], 0);
    const sigmoids = g.sigmoid(zGates!);
    const [i, o, f] = g.split(sigmoids, [H, H, H], 0) as [Tensor, Tensor, Tensor];
    const candidate = g.tanh(zCandidate!);
    const previousCell = states[layers + layer]!;
    const cell = g.add(g.mul(f, previousCell), g.mul(i, candidate));
    const tanhCell = g.tanh(cell);
    steps.push({ columns, sigmoids, i, o, f, candidate, previousCell, cell, tanhCell, hidden: g.mul(o, tanhCell) });
  }
  return steps;
}

function nextStates(steps: readonly CellStep[]): Tensor[] {
  return [...steps.map((step) => step.hidden), ...steps.map((step) => step.cell)];
}

/** What the backward pass needs of one layer, stacked over time. */
interface LayerPass {
  readonly columns: Tensor; // [T, K, B]: [h; x] before each step, h first
  /** What δc, δh, δc, δc are multiplied by to become δz of i, o, f, c. */
  readonly gateFactors: Tensor; // [T, 4H, B]
  readonly cellFactor: Tensor; // ∂h'/∂c' = o·(1 − tanh² c') [T, H, B]
  readonly forgetGate: Tensor; // ∂c'/∂c = f [T, H, B]
}

interface ForwardPass {
  readonly layers: readonly LayerPass[];
  readonly logits: Tensor; // [T, V, B], or [V, B] of the last step
  /** What the output layer read, [T, H, B] or [H, B] of the last step; undefined: h of all steps, undropped. */
  readonly read: Tensor | undefined;
  readonly lastHidden: readonly Tensor[]; // [H, B]
  readonly lastCell: readonly Tensor[];
}

function forwardThroughTime(
  g: Graph,
  shape: NetworkShape,
  { loss }: TrainingGraphOptions,
  weights: Weights,
  hidden: Tensor,
  cell: Tensor,
  inputs: Value<'int32'>,
  mask: Tensor | undefined,
): ForwardPass {
  const { layers } = shape;
  const { states, stacked } = g.scan({
    states: [...unstackStates(g, hidden, layers), ...unstackStates(g, cell, layers)],
    inputs: [characters(g, shape, inputs)],
    body: (inner, before, [character]) => {
      const steps = stepThroughLayers(inner, shape, weights, before, character!);
      const read = loss === 'every' ? letThrough(inner, mask, steps.at(-1)!.hidden) : undefined;
      const output = read === undefined ? [] : [logitsOf(inner, weights, read), ...(mask === undefined ? [] : [read])];
      return {
        states: nextStates(steps),
        stacked: [...steps.flatMap((step) => [step.columns, ...localDerivatives(inner, step)]), ...output],
      };
    },
  });
  const lastHidden = states.slice(0, layers);
  const lastRead = loss === 'last' ? letThrough(g, mask, lastHidden.at(-1)!) : undefined;
  return {
    layers: lastHidden.map((_, layer) => {
      const [columns, gateFactors, cellFactor, forgetGate] = stacked.slice(4 * layer) as [
        Tensor,
        Tensor,
        Tensor,
        Tensor,
      ];
      return { columns, gateFactors, cellFactor, forgetGate };
    }),
    logits: lastRead === undefined ? stacked[4 * layers]! : logitsOf(g, weights, lastRead),
    read: lastRead ?? stacked[4 * layers + 1],
    lastHidden,
    lastCell: states.slice(layers),
  };
}

/** Gate factors [4H, B], cell factor [H, B] and forget gate [H, B] of one step. */
function localDerivatives(g: Graph, step: CellStep): [Tensor, Tensor, Tensor] {
  const one = g.scalar(1);
  const sigmoidSlope = g.sub(step.sigmoids, g.mul(step.sigmoids, step.sigmoids)); // σ(1 − σ)
  const gated = g.concat([step.candidate, step.tanhCell, step.previousCell], 0); // what i, o and f multiply
  const candidateSlope = g.sub(one, g.mul(step.candidate, step.candidate));
  const gateFactors = g.concat([g.mul(sigmoidSlope, gated), g.mul(step.i, candidateSlope)], 0);
  const cellFactor = g.mul(step.o, g.sub(one, g.mul(step.tanhCell, step.tanhCell)));
  return [gateFactors, cellFactor, step.f];
}

/**
 * From ∂loss/∂logits to ∂loss/∂z of each layer's gates, [T, B, 4H] per layer:
 * δh = Rᵀ·δz₊₁ + (δh from above); δc = δh·o(1 − tanh² c') + δc₊₁·f₊₁; δz = (δc, δh, δc, δc)·gate factors.
 */
function backwardThroughTime(
  g: Graph,
  { hidden: H, layers }: NetworkShape,
  { loss, batch: B }: TrainingGraphOptions,
  weights: Weights,
  pass: ForwardPass,
  logitGradients: Tensor,
  mask: Tensor | undefined,
): Tensor[] {
  const outputBack = g.transpose(weights.outputW, [1, 0]); // [H, V]
  const nothing = g.zeros([H, B]);
  const fromLogits = (at: Graph, gradients: Tensor) => letThrough(at, mask, at.matMul(outputBack, gradients)); // [H, B]
  const fromLoss = loss === 'last' ? fromLogits(g, logitGradients) : nothing;
  const perLayer = <T>(of: (layer: number) => T) => Array.from({ length: layers }, (_, layer) => of(layer));
  const { stacked } = g.scan({
    reverse: true,
    states: [
      ...perLayer((layer) => (layer === layers - 1 ? fromLoss : nothing)), // δh from the step after
      ...perLayer(() => nothing), // δc from the step after
    ],
    inputs: [
      ...pass.layers.flatMap((layer) => [layer.gateFactors, layer.cellFactor, layer.forgetGate]),
      ...(loss === 'every' ? [logitGradients] : []),
    ],
    body: (inner, after, slices) => {
      const gateGradients = perLayer((): Tensor => nothing);
      const hiddenBefore = perLayer((): Tensor => nothing);
      const cellBefore = perLayer((): Tensor => nothing);
      let fromAbove = loss === 'every' ? fromLogits(inner, slices.at(-1)!) : undefined;
      for (let layer = layers - 1; layer >= 0; layer--) {
        const [gateFactors, cellFactor, forgetGate] = slices.slice(3 * layer) as [Tensor, Tensor, Tensor];
        const dHidden = fromAbove === undefined ? after[layer]! : inner.add(after[layer]!, fromAbove);
        const dCell = inner.add(inner.mul(dHidden, cellFactor), after[layers + layer]!);
        const dGates = inner.mul(inner.concat([dCell, dHidden, dCell, dCell], 0), gateFactors); // [4H, B]
        const dColumns = inner.matMul(weights.layers[layer]!.back, dGates); // [H, B], or [2H, B] with a layer below
        if (layer === 0) hiddenBefore[layer] = dColumns;
        else [hiddenBefore[layer], fromAbove] = inner.split(dColumns, [H, H], 0) as [Tensor, Tensor];
        cellBefore[layer] = inner.mul(dCell, forgetGate);
        gateGradients[layer] = inner.transpose(dGates, [1, 0]); // [B, 4H]
      }
      return { states: [...hiddenBefore, ...cellBefore], stacked: gateGradients };
    },
  });
  return stacked;
}

/**
 * Flat ∂loss/∂W, ∂loss/∂R, ∂loss/∂B of one layer, each one product over all steps at once.
 *
 * @param gateGradients [T, B, 4H]
 * @param columns [K, T·B]: h before each step, then x
 */
function layerGradient(
  g: Graph,
  { hidden: H, vocabulary: V }: NetworkShape,
  { batch: B, timeSteps: T }: TrainingGraphOptions,
  layer: number,
  gateGradients: Tensor,
  columns: Tensor,
  inputs: Value<'int32'>,
): Tensor[] {
  const rows = g.reshape(gateGradients, [T * B, 4 * H]);
  const product = g.transpose(g.matMul(columns, rows), [1, 0]); // [4H, K]
  let dR = product;
  let dW: Tensor;
  if (layer === 0 && V > ONE_HOT_LIMIT) {
    const indices = g.reshape(g.cast(inputs, 'int64'), [-1, 1]);
    dW = g.transpose(g.scatterAdd(g.zeros([V, 4 * H]), indices, rows), [1, 0]);
  } else {
    [dR, dW] = g.split(product, [H, layer === 0 ? V : H], 1) as [Tensor, Tensor];
  }
  // A character's column of dW sums δz where it stood, so layer 0's columns together sum all of it.
  const dB = layer === 0 ? g.reduceSum(dW, [1]) : g.reduceSum(rows, [0]);
  return [g.reshape(dW, [-1]), g.reshape(dR, [-1]), dB];
}

/** Flat ∂loss/∂(output weights), ∂loss/∂(output biases). */
function outputGradient(
  g: Graph,
  { hidden: H, vocabulary: V }: NetworkShape,
  { loss, batch: B, timeSteps: T }: TrainingGraphOptions,
  logitGradients: Tensor,
  columns: Tensor,
  { read, lastHidden }: ForwardPass,
): Tensor[] {
  if (loss === 'last') {
    const dW = g.gemm(logitGradients, read!, { transB: true });
    return [g.reshape(dW, [-1]), g.reduceSum(logitGradients, [1])];
  }
  const inTime = g.transpose(logitGradients, [1, 0, 2]); // [V, T, B]
  if (read !== undefined) {
    const dW = g.gemm(g.reshape(inTime, [V, T * B]), flattenTime(g, read), { transB: true });
    return [g.reshape(dW, [-1]), g.reduceSum(inTime, [1, 2])];
  }
  // The columns hold h before each step, one step behind what the output layer read: the (small) logit gradients are
  // shifted to meet them, and the last step is added by itself.
  const [early, last] = T === 1 ? [undefined, inTime] : (g.split(inTime, [T - 1, 1], 1) as [Tensor, Tensor]);
  const ofLast = g.gemm(g.reshape(last, [V, B]), lastHidden.at(-1)!, { transB: true }); // [V, H]
  if (early === undefined) return [g.reshape(ofLast, [-1]), g.reduceSum(inTime, [1, 2])];
  const shifted = g.reshape(g.concat([g.zeros([V, 1, B]), early], 1), [V, T * B]);
  const ofEarly = g.slice(g.gemm(shifted, columns, { transB: true }), 0, H, 1);
  return [g.reshape(g.add(ofEarly, ofLast), [-1]), g.reduceSum(inTime, [1, 2])];
}

/** What dropout lets through of hidden units, or of what flows back to them, [H, B]: all of it without a mask. */
function letThrough(g: Graph, mask: Tensor | undefined, x: Tensor): Tensor {
  return mask === undefined ? x : g.mul(x, mask);
}

function logitsOf(g: Graph, weights: Weights, hidden: Tensor): Tensor {
  return g.add(g.matMul(weights.outputW, hidden), weights.outputB); // [V, B]
}

/** @param targets ids with size 1 where `logProbabilities` has the vocabulary, axis 1 of 3 or 0 of 2 */
function lossesOf(g: Graph, logProbabilities: Tensor, targets: Value<'int32'>, axis = 1): Tensor {
  return g.mul(g.gatherElements(logProbabilities, targets, axis), g.scalar(-1));
}

/** Mean softmax cross-entropy and ∂loss/∂logits = (p − onehot)/N, N being the number of predicted characters. */
function outputLayer(
  g: Graph,
  { vocabulary }: NetworkShape,
  { loss, batch: B, timeSteps: T }: TrainingGraphOptions,
  logits: Tensor,
  targets: Value<'int32'>,
) {
  const axis = loss === 'every' ? 1 : 0;
  const scale = g.scalar(1 / (loss === 'every' ? T * B : B));
  const logProbabilities = g.logSoftmax(logits, axis);
  const difference = g.sub(g.exp(logProbabilities), g.oneHot(targets, vocabulary, axis));
  return {
    loss: g.mul(g.reduceSum(lossesOf(g, logProbabilities, g.unsqueeze(targets, axis), axis)), scale),
    logitGradients: g.mul(difference, scale),
  };
}

/** [T, features, B] → [features, T·B] */
function flattenTime(g: Graph, x: Tensor): Tensor {
  const inTime = g.transpose(x, [1, 0, 2]);
  return g.reshape(inTime, [0, -1]);
}

/** [layers, H, B] → one [H, B] per layer. */
function unstackStates(g: Graph, stacked: Tensor, layers: number): Tensor[] {
  return g
    .split(
      stacked,
      Array.from({ length: layers }, () => 1),
      0,
    )
    .map((state) => g.squeeze(state, 0));
}

function stackStates(g: Graph, states: readonly Tensor[]): Tensor {
  return g.concat(
    states.map((state) => g.unsqueeze(state, 0)),
    0,
  );
}
