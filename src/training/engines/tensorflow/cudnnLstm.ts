import type { Tensor, Tensor1D, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { Attributes } from './attributes.ts';
import type { Attribute, Tensorflow } from './library.ts';
import type { LstmKernel, LstmLayer, LstmOutput } from './lstmKernel.ts';

/**
 * Layers by cuDNN, through TensorFlow's `CudnnRNNV3`: on NVIDIA's GPUs only. It has its weights in one vector: those of the
 * input [4H, I], the recurrent ones [4H, H], and a bias for each of both products [4H] [4H], gates in the order i, f, c, o.
 */
export class CudnnLstm implements LstmKernel {
  readonly #library: Tensorflow;
  readonly #attributes: readonly Attribute[];
  readonly #isTraining: Attribute;

  constructor(library: Tensorflow) {
    this.#library = library;
    const attributes = new Attributes(library);
    this.#attributes = [
      attributes.floatType('T'),
      attributes.string('rnn_mode', 'lstm'),
      attributes.string('input_mode', 'linear_input'),
      attributes.string('direction', 'unidirectional'),
      attributes.float('dropout', 0),
      ...['seed', 'seed2', 'num_proj'].map((name) => attributes.int(name, 0)),
      attributes.bool('time_major', true),
    ];
    this.#isTraining = attributes.bool('is_training', true);
  }

  apply(x: Tensor3D, { w, b, hidden0, cell0 }: LstmLayer): LstmOutput {
    const { tf, backend } = this.#library;
    const H = hidden0.shape[1];
    const [T, B, I] = x.shape;
    const [ofInput, recurrent] = tf.split(tf.transpose(w), [I, H], 1) as [Tensor2D, Tensor2D];
    const flat = (tensor: Tensor) => tf.reshape(tensor, [-1]) as Tensor1D;
    const weights = tf.concat1d([flat(ofInput), flat(recurrent), b, tf.zerosLike(b)]);
    const lengths = tf.fill([B], T, 'int32');
    const common = this.#attributes;
    let states: { hidden: Tensor; cell: Tensor } | undefined;
    const layer = tf.customGrad((...args) => {
      const save = args.at(-1) as unknown as (tensors: Tensor[]) => void;
      const [x, weights] = args as unknown as [Tensor3D, Tensor1D];
      const [h0, c0] = [tf.expandDims(hidden0), tf.expandDims(cell0)];
      const given = [x, h0, c0, weights, lengths];
      const results = backend.binding.executeOp(
        'CudnnRNNV3',
        [...common, this.#isTraining],
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

  dispose(): void {}
}
