import type { Tensor, Tensor1D, Tensor2D, Tensor3D, TensorInfo } from '@tensorflow/tfjs-core';
import { Attributes } from './attributes.ts';
import type { Tensorflow } from './library.ts';
import type { LstmKernel, LstmLayer, LstmOutput } from './lstmKernel.ts';

/**
 * Layers by TensorFlow's fused `BlockLSTMV2`, one call for all time steps. Backwards likewise, by `BlockLSTMGradV2`, or a
 * step at a time from here: that kernel multiplies each step's weight gradients by themselves; one product over all steps
 * makes up for many small calls on a processor (1.5 times as fast as a whole), not on a GPU, where calls are what costs.
 */
export class BlockLstm implements LstmKernel {
  readonly #library: Tensorflow;
  readonly #attributes: Attributes;
  readonly #backward: 'fused' | 'stepwise';
  readonly #hidden: number;
  readonly #timeSteps: number;
  /** T as TensorFlow's int64, which tfjs has no tensors of. */
  readonly #int64TimeSteps: TensorInfo;
  /** Peephole weights, which are not used but must be there: three times the same [H]. */
  readonly #peepholes: readonly Tensor1D[];

  constructor(
    library: Tensorflow,
    size: { readonly hidden: number; readonly timeSteps: number },
    backward: 'fused' | 'stepwise',
  ) {
    this.#library = library;
    this.#attributes = new Attributes(library);
    this.#backward = backward;
    this.#hidden = size.hidden;
    this.#timeSteps = size.timeSteps;
    this.#peepholes = new Array<Tensor1D>(3).fill(library.tf.zeros([size.hidden]));
    // The library's own Int64Scalar makes a native tensor at every use and frees none of them.
    const { backend } = library;
    const { binding } = backend;
    this.#int64TimeSteps = { dataId: {}, shape: [], dtype: 'int32' };
    backend.tensorMap.set(this.#int64TimeSteps.dataId, {
      shape: [],
      dtype: binding.TF_INT64,
      id: binding.createTensor([], binding.TF_INT64, Int32Array.of(size.timeSteps, 0)),
      values: null,
      refCount: 1,
    });
  }

  apply(x: Tensor3D, { w, b, hidden0, cell0 }: LstmLayer, hasLayerBelow: boolean): LstmOutput {
    const { tf, backend } = this.#library;
    const attributes = this.#attributes;
    const last = (sequence: Tensor) => tf.keep(tf.gather(sequence, this.#timeSteps - 1));
    let lastHidden: Tensor | undefined;
    let lastCell: Tensor | undefined;
    const layer = tf.customGrad((...args) => {
      const save = args.at(-1) as unknown as (tensors: Tensor[]) => void;
      const [x, w, b] = args as unknown as [Tensor3D, Tensor2D, Tensor1D];
      const outputs = backend.executeMultipleOutputs(
        'BlockLSTMV2',
        [attributes.float('cell_clip', 0), attributes.bool('use_peephole', false), attributes.floatType('T')],
        [this.#int64TimeSteps, x, cell0, hidden0, w, ...this.#peepholes, b],
        7,
      );
      lastHidden = last(outputs[6]!);
      lastCell = last(outputs[1]!);
      save([x, w, b, cell0, hidden0, ...outputs]);
      const gradFunc = (dHidden: Tensor, saved: Tensor[]): Tensor[] =>
        this.#backward === 'fused'
          ? this.#fusedBackward(dHidden, saved)
          : this.#stepwiseBackward(dHidden as Tensor3D, saved as Tensor3D[], hasLayerBelow);
      return { value: outputs[6]!, gradFunc: gradFunc as (dy: Tensor, saved: Tensor[]) => Tensor[] };
    });
    const hidden = layer(x, w, b) as Tensor3D;
    return { hidden, lastHidden: lastHidden!, lastCell: lastCell! };
  }

  dispose(): void {
    this.#peepholes[0]!.dispose();
    const { backend } = this.#library;
    if (backend.tensorMap.has(this.#int64TimeSteps.dataId)) backend.disposeData(this.#int64TimeSteps.dataId);
  }

  #fusedBackward(dHidden: Tensor, saved: readonly Tensor[]): Tensor[] {
    const { tf, backend } = this.#library;
    const [x, w, b, cell0, hidden0, ...outputs] = saved as [Tensor, Tensor, Tensor, Tensor, Tensor, ...Tensor[]];
    const gradients = backend.executeMultipleOutputs(
      'BlockLSTMGradV2',
      [this.#attributes.bool('use_peephole', false), this.#attributes.floatType('T')],
      [this.#int64TimeSteps, x, cell0, hidden0, w, ...this.#peepholes, b, ...outputs, tf.zerosLike(dHidden), dHidden],
      8,
    );
    return [gradients[0]!, gradients[3]!, gradients[7]!];
  }

  /**
   * All that does not depend on later steps is multiplied for all steps at once; what remains of a step is a product
   * with the recurrent weights and some small operations. With f, i, o, g the gates and candidate:
   * δc = δh·o(1 − tanh² c) + δc₊₁·f₊₁; δz = (δc, δc, δc, δh)·factors; δh₋₁ = δz·Rᵀ + (δh from above).
   */
  #stepwiseBackward(dHidden: Tensor3D, saved: readonly Tensor3D[], hasLayerBelow: boolean): Tensor[] {
    const { tf } = this.#library;
    const [H, T] = [this.#hidden, this.#timeSteps];
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
    const dX = hasLayerBelow
      ? tf.reshape(tf.matMul(dZ, tf.slice(w, [0, 0], [I, -1]), false, true), x.shape)
      : tf.zerosLike(x);
    return [dX, tf.matMul(columns, dZ, true, false), tf.sum(dZ, 0)];
  }
}
