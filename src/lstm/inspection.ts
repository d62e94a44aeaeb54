import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { NetworkShape } from '../protocol/trainerState.ts';
import { buildInspectionGraph } from './graphs/inspection.ts';
import type { BatchState } from './runtime.ts';

/** What one layer did while it read a text; `time` is the text's length, gates are in the order i, o, f, g. */
interface InspectedLayer {
  /** What enters the gates, [time, 4, hidden]. */
  readonly entering: Float32Array;
  /** [time, 4, hidden]. */
  readonly gates: Float32Array;
  /** After each character, [time, hidden]. */
  readonly cell: Float32Array;
  /** After each character, [time, hidden]. */
  readonly hidden: Float32Array;
}

export interface Inspected {
  readonly layers: readonly InspectedLayer[];
  /** Of what follows each character, [time, vocabulary]. */
  readonly logits: Float32Array;
  /** After the last character. */
  readonly state: BatchState;
}

/**
 * A trained network that shows everything that happens inside it, more slowly than `LstmRuntime` reads.
 *
 * A run blocks the thread it is called on, and a worker must not be terminated inside one.
 */
export class InspectionRuntime {
  readonly shape: NetworkShape;
  readonly #session: InferenceSession;

  /** @param parameters flat, in the order of `parameterSlots` */
  static async open(shape: NetworkShape, parameters: Float32Array): Promise<InspectionRuntime> {
    const session = await InferenceSession.create(buildInspectionGraph(shape, parameters), {
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      enableMemPattern: false,
      logSeverityLevel: 4,
    });
    return new InspectionRuntime(shape, session);
  }

  private constructor(shape: NetworkShape, session: InferenceSession) {
    this.shape = shape;
    this.#session = session;
  }

  /** @param state [layers, 1, hidden] before the first id */
  async read(ids: ArrayLike<number>, state: BatchState): Promise<Inspected> {
    const dims = [this.shape.layers, 1, this.shape.hidden];
    const outputs = await this.#session.run({
      ids: new Tensor('int64', BigInt64Array.from(ids, BigInt), [ids.length]),
      hidden: new Tensor('float32', state.hidden, dims),
      cell: new Tensor('float32', state.cell, dims),
    });
    const floats = (name: string) => outputs[name]!.data as Float32Array;
    const layers = Array.from({ length: this.shape.layers }, (_, layer) => ({
      entering: floats(`entering.${layer}`),
      gates: floats(`gates.${layer}`),
      cell: floats(`cell.${layer}`),
      hidden: floats(`hidden.${layer}`),
    }));
    return { layers, logits: floats('logits'), state: { hidden: floats('nextHidden'), cell: floats('nextCell') } };
  }

  dispose(): Promise<void> {
    return this.#session.release();
  }
}
