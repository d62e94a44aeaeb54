import type { Scalar, Tensor, Tensor1D, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { dropoutMask } from '../../../lstm/dropout.ts';
import { parameterCount } from '../../../lstm/network.ts';
import { stepScalars } from '../../../lstm/optimizer.ts';
import type { Batch, EngineOptions, EngineSnapshot, StepResult, TrainingEngine } from '../engine.ts';
import { Attributes } from './attributes.ts';
import { BlockLstm } from './blockLstm.ts';
import { CudnnLstm } from './cudnnLstm.ts';
import { fromTensorflow, type Piece, piecesOf, toTensorflow, transposeEach } from './layout.ts';
import type { Tensorflow } from './library.ts';
import type { LstmKernel } from './lstmKernel.ts';

/**
 * How a layer is computed over all time steps: forward and backward by one kernel each ({@link BlockLstm}), backward a step
 * at a time, or by cuDNN ({@link CudnnLstm}, on NVIDIA's GPUs only).
 */
export type Kernels = 'block' | 'stepwise' | 'cudnn';

function kernelOf(kernels: Kernels, library: Tensorflow, { shape, graph }: EngineOptions): LstmKernel {
  if (kernels === 'cudnn') return new CudnnLstm(library);
  const size = { hidden: shape.hidden, timeSteps: graph.timeSteps };
  return new BlockLstm(library, size, kernels === 'block' ? 'fused' : 'stepwise');
}

/** Tensors that outlive a step. */
type Kept = 'parameters' | 'moment1' | 'moment2' | 'hidden' | 'cell';

/** One-hot columns are padded to a multiple of this, so that shapes, and with them buffers, stay the same. */
const COLUMNS = 16;

/**
 * Training on TensorFlow through tfjs-node. The layers are TensorFlow's fused kernels over the whole sequence; the rest of
 * the step is tfjs, differentiated by it.
 *
 * A call blocks the thread. Activations are [time, batch, features].
 */
export class TensorflowEngine implements TrainingEngine {
  readonly name = 'tensorflow';
  readonly device: 'cpu' | 'gpu';
  readonly threads: number;
  readonly options: EngineOptions;
  readonly #library: Tensorflow;
  readonly #attributes: Attributes;
  readonly #kernel: LstmKernel;
  readonly #pieces: readonly Piece[];
  readonly #kept: Record<Kept, Tensor>;
  #optimizerSteps = 0;

  /** @throws Error when the parameters do not fit the shape, or TensorFlow has no memory for them */
  static async create(
    options: EngineOptions,
    library: Tensorflow,
    kernels: Kernels = library.device === 'gpu' ? 'block' : 'stepwise',
  ): Promise<TensorflowEngine> {
    const expected = parameterCount(options.shape);
    if (options.parameters.length !== expected) {
      throw new Error(`This network has ${expected} parameters, not ${options.parameters.length}.`);
    }
    return new TensorflowEngine(options, library, kernels);
  }

  private constructor(options: EngineOptions, library: Tensorflow, kernels: Kernels) {
    this.options = options;
    this.device = library.device;
    this.threads = library.threads;
    this.#library = library;
    this.#attributes = new Attributes(library);
    this.#pieces = piecesOf(options.shape);
    const { tf } = library;
    const { layers, hidden } = options.shape;
    const { batch } = options.graph;
    const parameters = toTensorflow(options.shape, options.parameters);
    const hasMoment1 = options.graph.optimizer.kind === 'adam';
    this.#kept = {
      parameters: tf.tensor1d(parameters),
      moment1: tf.zeros([hasMoment1 ? parameters.length : 0]),
      moment2: tf.zeros([parameters.length]),
      hidden: tf.zeros([layers, batch, hidden]),
      cell: tf.zeros([layers, batch, hidden]),
    };
    this.#kernel = kernelOf(kernels, library, options);
  }

  async steps(batches: readonly Batch[], learningRates: readonly number[]): Promise<StepResult> {
    const { tf } = this.#library;
    // They are read together at the end: reading waits for the device.
    const measured = tf.tidy(() => tf.stack(batches.map((batch, index) => this.#step(batch, learningRates[index]!))));
    const numbers = (await measured.data()) as Float32Array;
    measured.dispose();
    return {
      losses: numbers.filter((_, index) => index % 2 === 0),
      gradientNorms: numbers.filter((_, index) => index % 2 === 1),
    };
  }

  resetState(): void {
    const { tf } = this.#library;
    for (const name of ['hidden', 'cell'] as const) this.#keep(name, tf.zerosLike(this.#kept[name]));
  }

  async snapshot(): Promise<EngineSnapshot> {
    const { shape, graph } = this.options;
    const read = (name: Kept) => this.#kept[name].dataSync<'float32'>();
    const states = (name: Kept) => transposeEach(read(name), shape.layers, graph.batch, shape.hidden);
    return {
      parameters: fromTensorflow(shape, read('parameters')),
      moment1: graph.optimizer.kind === 'adam' ? fromTensorflow(shape, read('moment1')) : new Float32Array(0),
      moment2: fromTensorflow(shape, read('moment2')),
      hidden: states('hidden'),
      cell: states('cell'),
      optimizerSteps: this.#optimizerSteps,
    };
  }

  restore(snapshot: EngineSnapshot): void {
    const { tf } = this.#library;
    const { shape, graph } = this.options;
    for (const name of ['parameters', 'moment1', 'moment2'] as const) {
      if (snapshot[name].length > 0) this.#keep(name, tf.tensor1d(toTensorflow(shape, snapshot[name])));
    }
    for (const name of ['hidden', 'cell'] as const) {
      const states = transposeEach(snapshot[name], shape.layers, shape.hidden, graph.batch);
      this.#keep(name, tf.tensor3d(states, [shape.layers, graph.batch, shape.hidden]));
    }
    this.#optimizerSteps = snapshot.optimizerSteps;
  }

  async dispose(): Promise<void> {
    for (const tensor of Object.values(this.#kept)) tensor.dispose();
    this.#kernel.dispose();
  }

  /** One optimizer step. @returns [loss, norm of the gradient] */
  #step(batch: Batch, learningRate: number): Tensor1D {
    const { tf } = this.#library;
    this.#optimizerSteps++;
    return tf.tidy(() => {
      const states: { hidden: Tensor[]; cell: Tensor[] } = { hidden: [], cell: [] };
      const { value, grad } = tf.valueAndGrad((parameters: Tensor) => this.#loss(parameters, batch, states))(
        this.#kept.parameters,
      );
      for (const name of ['hidden', 'cell'] as const) {
        this.#keep(name, tf.stack(states[name]));
        for (const state of states[name]) state.dispose();
      }
      const norm = tf.sqrt(tf.sum(tf.square(grad)));
      this.#optimize(grad, norm as Scalar, learningRate);
      return tf.stack([value, norm]) as Tensor1D;
    });
  }

  /** Mean loss of the batch, nats per predicted character. Adds each layer's last state, kept, to `states`. */
  #loss(parameters: Tensor, { inputs, targets }: Batch, states: { hidden: Tensor[]; cell: Tensor[] }): Scalar {
    const { tf } = this.#library;
    const { shape, graph } = this.options;
    const { hidden: H, layers, vocabulary: V } = shape;
    const { batch: B, timeSteps: T } = graph;
    const weights = tf
      .split(
        parameters,
        this.#pieces.map((piece) => piece.size),
      )
      .map((tensor, index) => tf.reshape(tensor, [...this.#pieces[index]!.shape]));
    let x: Tensor3D | undefined;
    for (let layer = 0; layer < layers; layer++) {
      const [w, b] = weights.slice(2 * layer) as [Tensor2D, Tensor1D];
      const [hidden0, cell0] = [this.#kept.hidden, this.#kept.cell].map((all) => tf.gather(all, layer)) as [
        Tensor2D,
        Tensor2D,
      ];
      const first = x === undefined ? this.#lookUp(w, inputs) : undefined;
      const output = this.#kernel.apply(first?.x ?? x!, { w: first?.w ?? w, b, hidden0, cell0 }, first === undefined);
      states.hidden.push(output.lastHidden);
      states.cell.push(output.lastCell);
      x = output.hidden;
    }
    const read = this.#letThrough(graph.loss === 'every' ? x! : tf.gather(x!, [T - 1]));
    const [outputW, outputB] = weights.slice(2 * layers) as [Tensor2D, Tensor1D];
    const logits = tf.add(tf.matMul(tf.reshape(read, [-1, H]), outputW, false, true), outputB) as Tensor2D; // [N, V]
    const labels = tf.tensor1d(targets, 'int32');
    return this.#crossEntropy(logits, labels, graph.loss === 'every' ? T * B : B, V);
  }

  /**
   * The first layer reads characters: of its weights only the rows of those that occur in the batch are looked up, and
   * the one-hot columns of the product are as many.
   *
   * @param w [V + H, 4H]
   * @returns x [T, B, U] and w [U + H, 4H]
   */
  #lookUp(w: Tensor2D, inputs: Int32Array): { x: Tensor3D; w: Tensor2D } {
    const { tf } = this.#library;
    const { hidden, vocabulary } = this.options.shape;
    const { batch, timeSteps } = this.options.graph;
    const places = new Map<number, number>();
    const columns = inputs.map((id) => {
      const place = places.get(id) ?? places.size;
      places.set(id, place);
      return place;
    });
    const rows = [...places.keys()];
    while (rows.length % COLUMNS !== 0) rows.push(rows[0]!); // never one of them
    const states = Array.from({ length: hidden }, (_, unit) => vocabulary + unit);
    const oneHot = tf.oneHot(tf.tensor2d(columns, [timeSteps, batch], 'int32'), rows.length, 1, 0, 'float32');
    return { x: oneHot as Tensor3D, w: tf.gather(w, tf.tensor1d([...rows, ...states], 'int32')) };
  }

  /** What dropout lets through of the top layer's hidden units [·, B, H]. */
  #letThrough(hidden: Tensor3D): Tensor3D {
    const { tf } = this.#library;
    const { shape, graph, seed = 0 } = this.options;
    if (!graph.dropout) return hidden;
    const mask = dropoutMask(shape.hidden, graph.batch, graph.dropout, seed, this.#optimizerSteps);
    return tf.mul(hidden, tf.transpose(tf.tensor2d(mask, [shape.hidden, graph.batch])));
  }

  /** Mean softmax cross-entropy. @param logits [N, V] @param labels [N] */
  #crossEntropy(logits: Tensor2D, labels: Tensor1D, count: number, vocabulary: number): Scalar {
    const { tf, backend } = this.#library;
    const loss = tf.customGrad((...args) => {
      const save = args.at(-1) as unknown as (tensors: Tensor[]) => void;
      const [losses, gradient] = backend.executeMultipleOutputs(
        'SparseSoftmaxCrossEntropyWithLogits',
        [this.#attributes.floatType('T'), this.#attributes.type('Tlabels', backend.binding.TF_INT32)],
        [args[0] as Tensor, labels],
        2,
      ) as [Tensor, Tensor];
      save([gradient]);
      return {
        value: tf.mul(tf.sum(losses), 1 / count),
        gradFunc: ((dy: Tensor, [saved]: Tensor[]) => tf.mul(saved!, tf.mul(dy, 1 / count))) as never,
      };
    });
    return loss(tf.reshape(logits, [-1, vocabulary])) as Scalar;
  }

  /** Clips as PyTorch's `clip_grad_norm_` does, then takes the step; the formulas are those of `lstm/optimizer.ts`. */
  #optimize(gradient: Tensor, norm: Scalar, learningRate: number): void {
    const { tf } = this.#library;
    const { optimizer, clip } = this.options.graph;
    const [rate, epsilon] = stepScalars(optimizer, learningRate, this.#optimizerSteps) as unknown as [number, number];
    const clipping = clip === null ? tf.scalar(1) : tf.minimum(1, tf.div(clip, tf.add(norm, 1e-6)));
    const clipped = tf.mul(gradient, clipping);
    const mix = (moment: Tensor, value: Tensor, decay: number) =>
      tf.add(tf.mul(moment, decay), tf.mul(value, 1 - decay));
    const decay = optimizer.kind === 'adam' ? optimizer.beta2 : optimizer.rho;
    const moment2 = mix(this.#kept.moment2, tf.square(clipped), decay);
    const direction = optimizer.kind === 'adam' ? mix(this.#kept.moment1, clipped, optimizer.beta1) : clipped;
    const denominator =
      optimizer.kind === 'rmsprop' && optimizer.epsilonInsideSqrt
        ? tf.sqrt(tf.add(moment2, epsilon))
        : tf.add(tf.sqrt(moment2), epsilon);
    const parameters = tf.sub(this.#kept.parameters, tf.mul(tf.div(direction, denominator), rate));
    this.#keep('parameters', parameters);
    this.#keep('moment2', moment2);
    if (optimizer.kind === 'adam') this.#keep('moment1', direction);
  }

  /** Puts a tensor in the place of another, which is let go. */
  #keep(name: Kept, tensor: Tensor): void {
    this.#kept[name].dispose();
    this.#kept[name] = this.#library.tf.keep(tensor);
  }
}
