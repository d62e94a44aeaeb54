import { InferenceSession, type Tensor } from 'onnxruntime-node';
import { type AdamOptions, stepScalars } from '../../src/lstm/optimizer.ts';
import { Graph, type Value } from '../../src/onnx/graph.ts';
import { floats, integers, randomFloats } from './numerics.ts';

type Matrix = Value<'float32'>;

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

/** W [H, V], R [H, H], b [H, 1], and of the output layer [V, H] and [V, 1]. */
function parameterShapes({ vocabulary: V, hidden: H }: VanillaRnnOptions): [number, number][] {
  return [
    [H, V],
    [H, H],
    [H, 1],
    [V, H],
    [V, 1],
  ];
}

function parameterCount(options: VanillaRnnOptions): number {
  return parameterShapes(options).reduce((sum, [rows, columns]) => sum + rows * columns, 0);
}

/** One training step. As in the LSTM's graph, activations are [features, batch]. */
function buildVanillaRnnGraph(options: VanillaRnnOptions): Uint8Array {
  const { vocabulary: V, hidden: H, batch: B, timeSteps: T } = options;
  const g = new Graph('vanillaRnn');
  const parameters = g.input('parameters', 'float32', [parameterCount(options)]);
  const inputs = g.input('inputs', 'int32', [T, B]);
  const targets = g.input('targets', 'int32', [B]);
  const shapes = parameterShapes(options);
  const sizes = shapes.map(([rows, columns]) => rows * columns);
  const pieces = g.split(parameters, sizes, 0);
  const [w, r, b, outputW, outputB] = pieces.map((piece, index) => g.reshape(piece, shapes[index]!)) as [
    Matrix,
    Matrix,
    Matrix,
    Matrix,
    Matrix,
  ];

  const characters = g.oneHot(inputs, V, 1); // [T, V, B]
  const forward = g.scan({
    states: [g.zeros([H, B])],
    inputs: [characters],
    body: (inner, [before], [x]) => {
      const z = inner.add(inner.add(inner.matMul(w, x!), inner.matMul(r, before!)), b);
      const after = inner.tanh(z);
      return { states: [after], stacked: [inner.identity(before!), inner.identity(after)] };
    },
  });
  const last = forward.states[0]!; // [H, B]
  const [before, after] = forward.stacked as [Matrix, Matrix]; // [T, H, B]

  const logProbabilities = g.logSoftmax(g.add(g.matMul(outputW, last), outputB), 0); // [V, B]
  const losses = g.gatherElements(logProbabilities, g.unsqueeze(targets, 0), 0); // [1, B]
  g.output('losses', g.squeeze(g.mul(losses, g.scalar(-1)), 0), [B]);

  const dLogits = g.mul(g.sub(g.exp(logProbabilities), g.oneHot(targets, V, 0)), g.scalar(1 / B)); // [V, B]
  const back = g.transpose(r, [1, 0]);
  const backward = g.scan({
    reverse: true,
    states: [g.matMul(g.transpose(outputW, [1, 0]), dLogits)],
    inputs: [after],
    body: (inner, [dHidden], [hidden]) => {
      const dZ = inner.mul(dHidden!, inner.sub(g.scalar(1), inner.mul(hidden!, hidden!)));
      return { states: [inner.matMul(back, dZ)], stacked: [inner.identity(dZ)] };
    },
  });
  const dZ = flattenTime(g, backward.stacked[0]!); // [H, T·B]
  const gradient = g.concat(
    [
      g.gemm(dZ, flattenTime(g, characters), { transB: true }),
      g.gemm(dZ, flattenTime(g, before), { transB: true }),
      g.reduceSum(dZ, [1]),
      g.gemm(dLogits, last, { transB: true }),
      g.reduceSum(dLogits, [1]),
    ].map((part) => g.reshape(part, [-1])),
    0,
  );
  applyAdam(g, options, parameters, gradient);
  return g.toModel();
}

function applyAdam(g: Graph, options: VanillaRnnOptions, parameters: Matrix, gradient: Matrix): void {
  const { beta1, beta2 } = options.optimizer;
  const P = parameterCount(options);
  const moment1 = g.input('moment1', 'float32', [P]);
  const moment2 = g.input('moment2', 'float32', [P]);
  const [rate, epsilon] = g.split(g.input('step', 'float32', [2]), [1, 1], 0) as [Matrix, Matrix];
  const norm = g.sqrt(g.reduceSumSquare(gradient));
  const clipped = g.mul(gradient, g.min(g.scalar(1), g.div(g.scalar(options.clip), g.add(norm, g.scalar(1e-6)))));
  const mixed = (old: Matrix, decay: number, fresh: Matrix) =>
    g.add(g.mul(old, g.scalar(decay)), g.mul(fresh, g.scalar(1 - decay)));
  const nextMoment1 = mixed(moment1, beta1, clipped);
  const nextMoment2 = mixed(moment2, beta2, g.mul(clipped, clipped));
  const direction = g.div(nextMoment1, g.add(g.sqrt(nextMoment2), epsilon));
  g.output('nextParameters', g.sub(parameters, g.mul(direction, rate)), [P]);
  g.output('nextMoment1', nextMoment1, [P]);
  g.output('nextMoment2', nextMoment2, [P]);
}

/** [T, features, B] → [features, T·B] */
function flattenTime(g: Graph, x: Matrix): Matrix {
  return g.reshape(g.transpose(x, [1, 0, 2]), [0, -1]);
}
