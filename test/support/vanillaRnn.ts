import { InferenceSession, type Tensor } from 'onnxruntime-node';
import { stepScalars } from '../../src/lstm/optimizer.ts';
import { Graph } from '../../src/onnx/graph.ts';
import { scan } from '../../src/onnx/loops.ts';
import type { Tensor as Matrix } from '../../src/onnx/values.ts';
import type { AdamOptions } from '../../src/protocol/trainerState.ts';
import { floats, integers, randomFloats } from './numerics.ts';

export interface VanillaRnnOptions {
  readonly vocabulary: number;
  readonly hidden: number;
  readonly batch: number;
  readonly timeSteps: number;
  readonly optimizer: AdamOptions;
  /** Bound on the gradient's global norm. */
  readonly clip: number;
}

/**
 * The network that the LSTM replaced (Elman, 1990): h' = tanh(W·x + R·h + b), logits = V·h' + d. It is trained as the
 * LSTM is: with Adam, clipped by global norm, here from zero state and with loss on the last step. Initial parameters
 * are those of PyTorch's `nn.RNN`, uniform in ±1/√H.
 */
export class VanillaRnn {
  readonly #options: VanillaRnnOptions;
  readonly #session: InferenceSession;
  #parameters: Tensor;
  #moment1: Tensor;
  #moment2: Tensor;
  #steps = 0;

  static async create(options: VanillaRnnOptions, seed: number): Promise<VanillaRnn> {
    const session = await InferenceSession.create(buildVanillaRnnGraph(options), {
      intraOpNumThreads: 1,
      graphOptimizationLevel: 'disabled',
      logSeverityLevel: 3,
    });
    return new VanillaRnn(options, session, seed);
  }

  private constructor(options: VanillaRnnOptions, session: InferenceSession, seed: number) {
    const P = parameterCount(options);
    this.#options = options;
    this.#session = session;
    this.#parameters = floats(randomFloats(P, 1 / Math.sqrt(options.hidden), seed), P);
    this.#moment1 = floats(new Float32Array(P), P);
    this.#moment2 = floats(new Float32Array(P), P);
  }

  /** @returns mean loss in nats */
  async step(inputs: Int32Array, targets: Int32Array, learningRate: number): Promise<number> {
    this.#steps++;
    const outputs = await this.#run(inputs, targets, stepScalars(this.#options.optimizer, learningRate, this.#steps));
    this.#parameters = outputs['nextParameters']!;
    this.#moment1 = outputs['nextMoment1']!;
    this.#moment2 = outputs['nextMoment2']!;
    const losses = outputs['losses']!.data as Float32Array;
    return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
  }

  /** Nats [batch], of the last step; nothing is learnt. */
  async lossesAtEnd(inputs: Int32Array, targets: Int32Array): Promise<Float32Array> {
    const { losses } = await this.#run(inputs, targets, Float32Array.of(0, 1));
    return losses!.data as Float32Array;
  }

  dispose(): Promise<void> {
    return this.#session.release();
  }

  #run(inputs: Int32Array, targets: Int32Array, step: Float32Array): Promise<Record<string, Tensor>> {
    const { batch, timeSteps } = this.#options;
    return this.#session.run({
      parameters: this.#parameters,
      moment1: this.#moment1,
      moment2: this.#moment2,
      inputs: integers(inputs, timeSteps, batch),
      targets: integers(targets, batch),
      step: floats(step, 2),
    });
  }
}

function parameterShapes({ vocabulary: V, hidden: H }: VanillaRnnOptions) {
  return { w: [H, V], r: [H, H], b: [H, 1], outputW: [V, H], outputB: [V, 1] } as const;
}

function parameterSizes({ vocabulary: V, hidden: H }: VanillaRnnOptions) {
  return { w: H * V, r: H * H, b: H, outputW: V * H, outputB: V };
}

function parameterCount(options: VanillaRnnOptions): number {
  return Object.values(parameterSizes(options)).reduce((sum, size) => sum + size, 0);
}

/** One training step. As in the LSTM's graph, activations are [features, batch]. */
function buildVanillaRnnGraph(options: VanillaRnnOptions): Uint8Array {
  const { vocabulary: V, hidden: H, batch: B, timeSteps: T } = options;
  const op = new Graph('vanillaRnn');
  const parameters = op.input('parameters', 'float32', [parameterCount(options)]);
  const inputs = op.input('inputs', 'int32', [T, B]);
  const targets = op.input('targets', 'int32', [B]);
  const flat = op.split(parameters, parameterSizes(options), { axis: 0 });
  const shapes = parameterShapes(options);
  const w = op.reshape(flat.w, shapes.w);
  const r = op.reshape(flat.r, shapes.r);
  const b = op.reshape(flat.b, shapes.b);
  const outputW = op.reshape(flat.outputW, shapes.outputW);
  const outputB = op.reshape(flat.outputB, shapes.outputB);

  const characters = op.oneHot(inputs, { depth: V, axis: 1 }); // [T, V, B]
  const forward = scan(op, {
    states: { hidden: op.zeros([H, B]) },
    inputs: { x: characters },
    body: (inner, before, { x }) => {
      const z = inner.add(inner.add(inner.matMul(w, x), inner.matMul(r, before.hidden)), b);
      const hidden = inner.tanh(z);
      return { states: { hidden }, stacked: { before: inner.identity(before.hidden), after: inner.identity(hidden) } };
    },
  });
  const last = forward.states.hidden; // [H, B]
  const { before, after } = forward.stacked; // [T, H, B]

  const logits = op.add(op.matMul(outputW, last), outputB); // [V, B]
  const logProbabilities = op.logSoftmax(logits, { axis: 0 });
  const losses = op.gatherElements(logProbabilities, op.unsqueeze(targets, 0), { axis: 0 }); // [1, B]
  op.output('losses', op.squeeze(op.mul(losses, op.scalar(-1)), 0), [B]);

  const wanted = op.oneHot(targets, { depth: V, axis: 0 });
  const dLogits = op.mul(op.sub(op.exp(logProbabilities), wanted), op.scalar(1 / B)); // [V, B]
  const back = op.transpose(r, [1, 0]);
  const backward = scan(op, {
    reverse: true,
    states: { dHidden: op.matMul(op.transpose(outputW, [1, 0]), dLogits) },
    inputs: { hidden: after },
    body: (inner, { dHidden }, { hidden }) => {
      const dZ = inner.mul(dHidden, inner.sub(op.scalar(1), inner.mul(hidden, hidden)));
      return { states: { dHidden: inner.matMul(back, dZ) }, stacked: inner.identity(dZ) };
    },
  });
  const dZ = flattenTime(op, backward.stacked); // [H, T·B]
  const gradient = op.concat(
    [
      op.gemm(dZ, flattenTime(op, characters), { transB: true }),
      op.gemm(dZ, flattenTime(op, before), { transB: true }),
      op.reduceSum(dZ, { axes: [1] }),
      op.gemm(dLogits, last, { transB: true }),
      op.reduceSum(dLogits, { axes: [1] }),
    ].map((part) => op.reshape(part, [-1])),
    { axis: 0 },
  );
  applyAdam(op, options, parameters, gradient);
  return op.toModel();
}

function applyAdam(op: Graph, options: VanillaRnnOptions, parameters: Matrix, gradient: Matrix): void {
  const { beta1, beta2 } = options.optimizer;
  const P = parameterCount(options);
  const moment1 = op.input('moment1', 'float32', [P]);
  const moment2 = op.input('moment2', 'float32', [P]);
  const { rate, epsilon } = op.split(op.input('step', 'float32', [2]), { rate: 1, epsilon: 1 }, { axis: 0 });
  const norm = op.sqrt(op.reduceSumSquare(gradient));
  const scale = op.min(op.scalar(1), op.div(op.scalar(options.clip), op.add(norm, op.scalar(1e-6))));
  const clipped = op.mul(gradient, scale);
  const mixed = (old: Matrix, decay: number, fresh: Matrix) =>
    op.add(op.mul(old, op.scalar(decay)), op.mul(fresh, op.scalar(1 - decay)));
  const nextMoment1 = mixed(moment1, beta1, clipped);
  const nextMoment2 = mixed(moment2, beta2, op.mul(clipped, clipped));
  const direction = op.div(nextMoment1, op.add(op.sqrt(nextMoment2), epsilon));
  op.output('nextParameters', op.sub(parameters, op.mul(direction, rate)), [P]);
  op.output('nextMoment1', nextMoment1, [P]);
  op.output('nextMoment2', nextMoment2, [P]);
}

/** [T, features, B] → [features, T·B] */
function flattenTime(op: Graph, x: Matrix): Matrix {
  return op.reshape(op.transpose(x, [1, 0, 2]), [0, -1]);
}
