import type { Scalar, Tensor, Tensor1D, Tensor2D, Tensor3D, TensorInfo } from '@tensorflow/tfjs-core';
import { dropoutMask } from '../../lstm/dropout.ts';
import { parameterCount } from '../../lstm/network.ts';
import { stepScalars } from '../../lstm/optimizer.ts';
import type { Batch, EngineOptions, EngineSnapshot, StepResult, TrainingEngine } from './engine.ts';
import type { Attribute, Tensorflow } from './tensorflow.ts';
import { fromTensorflow, type Piece, piecesOf, toTensorflow, transposeEach } from './tensorflowLayout.ts';

/**
 * How a layer is computed over all time steps.
 *
 * - `block`: forward and backward by one kernel each, TensorFlow's `BlockLSTMV2` and `BlockLSTMGradV2`.
 * - `stepwise`: forward likewise, backward a step at a time from here. The kernel multiplies each step's weight gradients
 *   by themselves; one product over all steps makes up for many small calls on a processor (1.5 times as fast as a
 *   whole), not on a GPU, where calls are what costs.
 * - `cudnn`: by cuDNN, `CudnnRNNV3`, on NVIDIA's GPUs only.
 */
export type Kernels = 'block' | 'stepwise' | 'cudnn';

/** Tensors that outlive a step. */
type Kept = 'parameters' | 'moment1' | 'moment2' | 'hidden' | 'cell';

/** One-hot columns are padded to a multiple of this, so that shapes, and with them buffers, stay the same. */
const COLUMNS = 16;

/**
 * Training on TensorFlow through tfjs-node. The layers are TensorFlow's fused `BlockLSTMV2` over the whole sequence; the
 * rest of the step is tfjs, differentiated by it.
 *
 * A call blocks the thread. Activations are [time, batch, features].
 */
export class TensorflowEngine implements TrainingEngine {
  readonly name = 'tensorflow';
  readonly device: 'cpu' | 'gpu';
  readonly threads: number;
  readonly options: EngineOptions;
  readonly #library: Tensorflow;
  readonly #kernels: Kernels;
  readonly #pieces: readonly Piece[];
  readonly #kept: Record<Kept, Tensor>;
  /** T as TensorFlow's int64, which tfjs has no tensors of. */
  readonly #timeSteps: TensorInfo;
  /** Peephole weights, which are not used but must be there [H]. */
  readonly #noPeepholes: Tensor1D;
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
    this.#kernels = kernels;
    this.#pieces = piecesOf(options.shape);
    const { tf, backend } = library;
    const { layers, hidden } = options.shape;
    const { batch, timeSteps } = options.graph;
    const parameters = toTensorflow(options.shape, options.parameters);
    const hasMoment1 = options.graph.optimizer.kind === 'adam';
    this.#kept = {
      parameters: tf.tensor1d(parameters),
      moment1: tf.zeros([hasMoment1 ? parameters.length : 0]),
      moment2: tf.zeros([parameters.length]),
      hidden: tf.zeros([layers, batch, hidden]),
      cell: tf.zeros([layers, batch, hidden]),
    };
    this.#noPeepholes = tf.zeros([hidden]);
    // The library's own Int64Scalar makes a native tensor at every use and frees none of them.
    const { binding } = backend;
    this.#timeSteps = { dataId: {}, shape: [], dtype: 'int32' };
    backend.tensorMap.set(this.#timeSteps.dataId, {
      shape: [],
      dtype: binding.TF_INT64,
      id: binding.createTensor([], binding.TF_INT64, Int32Array.of(timeSteps, 0)),
      values: null,
      refCount: 1,
    });
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
    for (const tensor of [...Object.values(this.#kept), this.#noPeepholes]) tensor.dispose();
    const { backend } = this.#library;
    if (backend.tensorMap.has(this.#timeSteps.dataId)) backend.disposeData(this.#timeSteps.dataId);
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
      const lstm = this.#kernels === 'cudnn' ? this.#cudnn : this.#lstm;
      const output = lstm.call(this, first?.x ?? x!, first?.w ?? w, b, hidden0, cell0, first === undefined);
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

  /**
   * One layer over all time steps. The state that it begins with is given: no gradient flows there.
   *
   * @param x [T, B, I]
   * @param w [I + H, 4H]
   * @param b [4H]
   * @returns hidden [T, B, H]; its last step and that of the cell [B, H], kept
   */
  #lstm(x: Tensor3D, w: Tensor2D, b: Tensor1D, hidden0: Tensor2D, cell0: Tensor2D, passOn: boolean) {
    const { tf, backend } = this.#library;
    const T = this.options.graph.timeSteps;
    const peepholes = [this.#noPeepholes, this.#noPeepholes, this.#noPeepholes];
    const last = (sequence: Tensor) => tf.keep(tf.gather(sequence, T - 1));
    let lastHidden: Tensor | undefined;
    let lastCell: Tensor | undefined;
    const layer = tf.customGrad((...args) => {
      const save = args.at(-1) as unknown as (tensors: Tensor[]) => void;
      const [x, w, b] = args as unknown as [Tensor3D, Tensor2D, Tensor1D];
      const given = [x, cell0, hidden0, w, ...peepholes, b];
      const outputs = backend.executeMultipleOutputs(
        'BlockLSTMV2',
        [this.#float('cell_clip', 0), this.#bool('use_peephole', false), this.#floatType('T')],
        [this.#timeSteps, ...given],
        7,
      );
      lastHidden = last(outputs[6]!);
      lastCell = last(outputs[1]!);
      save([x, w, b, cell0, hidden0, ...outputs]);
      const gradFunc = (dHidden: Tensor, saved: Tensor[]): Tensor[] =>
        this.#kernels === 'block'
          ? this.#fusedBackward(dHidden, saved)
          : this.#stepwiseBackward(dHidden as Tensor3D, saved as Tensor3D[], passOn);
      return { value: outputs[6]!, gradFunc: gradFunc as (dy: Tensor, saved: Tensor[]) => Tensor[] };
    });
    const hidden = layer(x, w, b) as Tensor3D;
    return { hidden, lastHidden: lastHidden!, lastCell: lastCell! };
  }

  #fusedBackward(dHidden: Tensor, saved: readonly Tensor[]): Tensor[] {
    const { tf, backend } = this.#library;
    const [x, w, b, cell0, hidden0, ...outputs] = saved as [Tensor, Tensor, Tensor, Tensor, Tensor, ...Tensor[]];
    const peepholes = [this.#noPeepholes, this.#noPeepholes, this.#noPeepholes];
    const gradients = backend.executeMultipleOutputs(
      'BlockLSTMGradV2',
      [this.#bool('use_peephole', false), this.#floatType('T')],
      [this.#timeSteps, x, cell0, hidden0, w, ...peepholes, b, ...outputs, tf.zerosLike(dHidden), dHidden],
      8,
    );
    return [gradients[0]!, gradients[3]!, gradients[7]!];
  }

  /**
   * All that does not depend on later steps is multiplied for all steps at once; what remains of a step is a product
   * with the recurrent weights and some small operations. With f, i, o, g the gates and candidate:
   * δc = δh·o(1 − tanh² c) + δc₊₁·f₊₁; δz = (δc, δc, δc, δh)·factors; δh₋₁ = δz·Rᵀ + (δh from above).
   */
  #stepwiseBackward(dHidden: Tensor3D, saved: readonly Tensor3D[], passOn: boolean): Tensor[] {
    const { tf } = this.#library;
    const { hidden: H } = this.options.shape;
    const T = this.options.graph.timeSteps;
    const [x, w, , cell0, hidden0, i, cell, f, o, g, tanhCell, hidden] = saved as unknown as [
      Tensor3D,
      Tensor2D,
      Tensor1D,
      Tensor2D,
      Tensor2D,
      ...Tensor3D[],
    ];
    const I = x.shape[2];
    const before = (first: Tensor2D, sequence: Tensor3D) =>
      T === 1
        ? tf.expandDims<Tensor3D>(first)
        : tf.concat3d([tf.expandDims<Tensor3D>(first), tf.slice(sequence, [0, 0, 0], [T - 1, -1, -1])], 0);
    const slope = (gate: Tensor) => tf.sub(gate, tf.square(gate)); // σ(1 − σ)
    const tanhSlope = (value: Tensor) => tf.sub(1, tf.square(value));
    const factors = tf.unstack(
      tf.concat(
        [
          tf.mul(g!, slope(i!)),
          tf.mul(before(cell0, cell!), slope(f!)),
          tf.mul(i!, tanhSlope(g!)),
          tf.mul(tanhCell!, slope(o!)),
        ],
        2,
      ),
    ); // T of [B, 4H]
    const cellFactors = tf.unstack(tf.mul(o!, tanhSlope(tanhCell!)));
    const forget = tf.unstack(f!);
    const fromAbove = tf.unstack(dHidden);
    const recurrent = tf.slice(w, [I, 0], [H, -1]);
    const gates: Tensor[] = new Array(T);
    let fromLater: Tensor | undefined;
    let cellFromLater: Tensor | undefined;
    for (let t = T - 1; t >= 0; t--) {
      const dh: Tensor = fromLater === undefined ? fromAbove[t]! : tf.add(fromLater, fromAbove[t]!);
      const here = tf.mul(dh, cellFactors[t]!);
      const dc: Tensor = cellFromLater === undefined ? here : tf.add(here, cellFromLater);
      const dz = tf.mul(tf.concat([dc, dc, dc, dh], 1), factors[t]!);
      gates[t] = dz;
      if (t === 0) break;
      fromLater = tf.matMul(dz, recurrent, false, true);
      cellFromLater = tf.mul(dc, forget[t]!);
    }
    const dZ = tf.concat(gates, 0); // [T·B, 4H]
    const columns = tf.reshape(tf.concat([x, before(hidden0, hidden!)], 2), [-1, I + H]);
    const dX = passOn ? tf.reshape(tf.matMul(dZ, tf.slice(w, [0, 0], [I, -1]), false, true), x.shape) : tf.zerosLike(x);
    return [dX, tf.matMul(columns, dZ, true, false), tf.sum(dZ, 0)];
  }

  /**
   * The same by cuDNN. It has its weights in one vector: those of the input [4H, I], the recurrent ones [4H, H], and a
   * bias for each of both products [4H] [4H], gates in the order i, f, c, o.
   */
  #cudnn(x: Tensor3D, w: Tensor2D, b: Tensor1D, hidden0: Tensor2D, cell0: Tensor2D) {
    const { tf, backend } = this.#library;
    const { hidden: H } = this.options.shape;
    const B = this.options.graph.batch;
    const [I, T] = [x.shape[2], this.options.graph.timeSteps];
    const [ofInput, recurrent] = tf.split(tf.transpose(w), [I, H], 1) as [Tensor2D, Tensor2D];
    const flat = (tensor: Tensor) => tf.reshape(tensor, [-1]) as Tensor1D;
    const weights = tf.concat1d([flat(ofInput), flat(recurrent), b, tf.zerosLike(b)]);
    const lengths = tf.fill([B], T, 'int32');
    const common: Attribute[] = [
      this.#floatType('T'),
      ...[
        ['rnn_mode', 'lstm'],
        ['input_mode', 'linear_input'],
        ['direction', 'unidirectional'],
      ].map(([name, value]) => ({ name: name!, type: backend.binding.TF_ATTR_STRING, value: value! })),
      this.#float('dropout', 0),
      ...['seed', 'seed2', 'num_proj'].map((name) => ({ name, type: backend.binding.TF_ATTR_INT, value: 0 })),
      this.#bool('time_major', true),
    ];
    let states: { hidden: Tensor; cell: Tensor } | undefined;
    const layer = tf.customGrad((...args) => {
      const save = args.at(-1) as unknown as (tensors: Tensor[]) => void;
      const [x, weights] = args as unknown as [Tensor3D, Tensor1D];
      const [h0, c0] = [tf.expandDims(hidden0), tf.expandDims(cell0)];
      const given = [x, h0, c0, weights, lengths];
      const results = backend.binding.executeOp(
        'CudnnRNNV3',
        [...common, this.#bool('is_training', true)],
        backend.getInputTensorIds(given),
        5,
      );
      const [hidden, lastHidden, lastCell, reserved] = results
        .slice(0, 4)
        .map((one) => backend.createOutputTensor(one));
      const onHost = results[4]!.id; // int8, which tfjs has no tensors of
      states = { hidden: tf.keep(tf.squeeze(lastHidden!, [0])), cell: tf.keep(tf.squeeze(lastCell!, [0])) };
      save([...given, hidden!, lastHidden!, lastCell!, reserved!]);
      const gradFunc = (dHidden: Tensor, saved: Tensor[]): Tensor[] => {
        const [outputs, nothing] = [saved.slice(5, 8), tf.zerosLike(saved[6]!)];
        const inputs = [...saved.slice(0, 5), ...outputs, dHidden, nothing, nothing, saved[8]!];
        const gradients = backend.binding.executeOp(
          'CudnnRNNBackpropV3',
          common,
          [...backend.getInputTensorIds(inputs), onHost],
          4,
        );
        backend.binding.deleteTensor(onHost);
        const [dX, , , dWeights] = gradients.map((one) => backend.createOutputTensor(one));
        return [dX!, dWeights!];
      };
      return { value: hidden!, gradFunc: gradFunc as (dy: Tensor, saved: Tensor[]) => Tensor[] };
    });
    const hidden = layer(x, weights) as Tensor3D;
    return { hidden, lastHidden: states!.hidden, lastCell: states!.cell };
  }

  /** Mean softmax cross-entropy. @param logits [N, V] @param labels [N] */
  #crossEntropy(logits: Tensor2D, labels: Tensor1D, count: number, vocabulary: number): Scalar {
    const { tf, backend } = this.#library;
    const loss = tf.customGrad((...args) => {
      const save = args.at(-1) as unknown as (tensors: Tensor[]) => void;
      const [losses, gradient] = backend.executeMultipleOutputs(
        'SparseSoftmaxCrossEntropyWithLogits',
        [this.#floatType('T'), this.#type('Tlabels', backend.binding.TF_INT32)],
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

  #float(name: string, value: number): Attribute {
    return { name, type: this.#library.backend.binding.TF_ATTR_FLOAT, value };
  }

  #bool(name: string, value: boolean): Attribute {
    return { name, type: this.#library.backend.binding.TF_ATTR_BOOL, value };
  }

  #type(name: string, value: number): Attribute {
    return { name, type: this.#library.backend.binding.TF_ATTR_TYPE, value };
  }

  #floatType(name: string): Attribute {
    return this.#type(name, this.#library.backend.binding.TF_FLOAT);
  }
}
