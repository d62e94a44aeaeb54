import type { Tensor, Tensor1D, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';

/** A layer of LSTM cells, and the state that it begins with; no gradient flows there. */
export interface LstmLayer {
  /** Weights [I + H, 4H], those of the input above those of the hidden state; gates i, f, c, o. */
  readonly w: Tensor2D;
  /** [4H] */
  readonly b: Tensor1D;
  /** [B, H] */
  readonly hidden0: Tensor2D;
  /** [B, H] */
  readonly cell0: Tensor2D;
}

export interface LstmOutput {
  /** [T, B, H], differentiable by x, w and b. */
  readonly hidden: Tensor3D;
  /** After the last step [B, H], kept: for the caller to dispose of. */
  readonly lastHidden: Tensor;
  readonly lastCell: Tensor;
}

/** A way to compute a layer over all time steps. */
export interface LstmKernel {
  /**
   * @param x [T, B, I]
   * @param hasLayerBelow whether the gradient of x is asked for; else it may be zero
   */
  apply(x: Tensor3D, layer: LstmLayer, hasLayerBelow: boolean): LstmOutput;
  dispose(): void;
}
