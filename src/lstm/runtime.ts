import * as l10n from '@vscode/l10n';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { reasonOf, UserFacingError } from '../base/errors.ts';
import type { NetworkShape } from '../protocol/trainerState.ts';
import { buildInferenceGraph } from './graphs/inference.ts';
import { parameterSlots, slotView } from './network.ts';

export interface RuntimeOptions {
  /** Threads of onnxruntime. Default: 1, which is fastest for a character or a few at a time. */
  readonly threads?: number;
}

/** Recurrent state of several texts side by side, [layers, batch, hidden] each. */
export interface BatchState {
  readonly hidden: Float32Array;
  readonly cell: Float32Array;
}

/**
 * A trained network in onnxruntime. What runs is not a file but the graph that we write for the network's parameters: a
 * damaged or malicious graph could end the whole process, and a file's parameters are all that is needed of it.
 *
 * A run blocks the thread it is called on, and a worker must not be terminated inside one.
 */
export class LstmRuntime {
  readonly shape: NetworkShape;
  /** Logits [vocabulary] of the first character of all, the output layer's at hidden state zero: its biases. */
  readonly startLogits: Float32Array;
  readonly #session: InferenceSession;

  /**
   * @param parameters flat, in the order of `parameterSlots`
   * @throws UserFacingError when onnxruntime cannot load the network
   */
  static async open(
    shape: NetworkShape,
    parameters: Float32Array,
    { threads = 1 }: RuntimeOptions = {},
  ): Promise<LstmRuntime> {
    const graph = buildInferenceGraph(shape, parameters);
    const session = await InferenceSession.create(graph, {
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      // Shapes change from run to run, so plans made for one would pile up.
      enableMemPattern: false,
      logSeverityLevel: 4,
    }).catch((error: unknown) => {
      const message = l10n.t('onnxruntime could not load the network: {0}.', reasonOf(error));
      throw new UserFacingError(message, 'failure', { cause: error });
    });
    const outputBiases = slotView(parameters, parameterSlots(shape).at(-1)!);
    return new LstmRuntime(shape, outputBiases.slice(), session);
  }

  private constructor(shape: NetworkShape, startLogits: Float32Array, session: InferenceSession) {
    this.shape = shape;
    this.startLogits = startLogits;
    this.#session = session;
  }

  zeroState(batch: number): BatchState {
    const size = this.shape.layers * batch * this.shape.hidden;
    return { hidden: new Float32Array(size), cell: new Float32Array(size) };
  }

  /**
   * Reads ids and predicts what follows each.
   *
   * @param ids [time, batch]
   * @param state default: zero
   * @returns logits [time, batch, vocabulary] and the state after the last id
   */
  async run(
    ids: ArrayLike<number>,
    batch: number,
    state: BatchState = this.zeroState(batch),
  ): Promise<{ logits: Float32Array; state: BatchState }> {
    const outputs = await this.#session.run(this.#feeds(ids, batch, state));
    return { logits: floatsOf(outputs['logits']), state: stateOf(outputs) };
  }

  /** Like {@link run}, when only the state after the last id is wanted. */
  async read(ids: ArrayLike<number>, batch: number, state: BatchState): Promise<BatchState> {
    return stateOf(await this.#session.run(this.#feeds(ids, batch, state), ['nextHidden', 'nextCell']));
  }

  /** Like {@link run}, when only the logits are wanted. */
  async predict(ids: ArrayLike<number>, batch: number): Promise<Float32Array> {
    const outputs = await this.#session.run(this.#feeds(ids, batch, this.zeroState(batch)), ['logits']);
    return floatsOf(outputs['logits']);
  }

  dispose(): Promise<void> {
    return this.#session.release();
  }

  #feeds(ids: ArrayLike<number>, batch: number, { hidden, cell }: BatchState): Record<string, Tensor> {
    const dims = [this.shape.layers, batch, this.shape.hidden];
    return {
      ids: new Tensor('int64', BigInt64Array.from(ids, BigInt), [ids.length / batch, batch]),
      hidden: new Tensor('float32', hidden, dims),
      cell: new Tensor('float32', cell, dims),
    };
  }
}

function stateOf(outputs: InferenceSession.OnnxValueMapType): BatchState {
  return { hidden: floatsOf(outputs['nextHidden']), cell: floatsOf(outputs['nextCell']) };
}

function floatsOf(value: InferenceSession.OnnxValueMapType[string] | undefined): Float32Array {
  return (value as Tensor).data as Float32Array;
}

/** One text's state [layers, 1, hidden] out of several. */
export function laneOf({ hidden, cell }: BatchState, shape: NetworkShape, batch: number, lane: number): BatchState {
  const pick = (all: Float32Array) => {
    const one = new Float32Array(shape.layers * shape.hidden);
    for (let layer = 0; layer < shape.layers; layer++) {
      const start = (layer * batch + lane) * shape.hidden;
      one.set(all.subarray(start, start + shape.hidden), layer * shape.hidden);
    }
    return one;
  };
  return { hidden: pick(hidden), cell: pick(cell) };
}

/** The states of several texts, [layers, 1, hidden] each, as one [layers, batch, hidden]. */
export function stackStates(states: readonly BatchState[], shape: NetworkShape): BatchState {
  const stack = (of: (state: BatchState) => Float32Array) => {
    const all = new Float32Array(shape.layers * states.length * shape.hidden);
    for (const [lane, state] of states.entries()) {
      for (let layer = 0; layer < shape.layers; layer++) {
        const part = of(state).subarray(layer * shape.hidden, (layer + 1) * shape.hidden);
        all.set(part, (layer * states.length + lane) * shape.hidden);
      }
    }
    return all;
  };
  return { hidden: stack((state) => state.hidden), cell: stack((state) => state.cell) };
}
