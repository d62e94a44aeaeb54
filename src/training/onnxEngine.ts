import { InferenceSession, Tensor } from 'onnxruntime-node';
import { dropoutMask } from '../lstm/dropout.ts';
import { parameterCount } from '../lstm/network.ts';
import { stepScalars } from '../lstm/optimizer.ts';
import { buildTrainingGraph } from '../lstm/trainingGraph.ts';
import type { Batch, EngineOptions, EngineSnapshot, StepResult, TrainingEngine } from './engine.ts';

/** Tensors that a step reads and writes anew. The two sides swap places after each step, so nothing is copied. */
const CARRIED = [
  ['parameters', 'nextParameters'],
  ['moment1', 'nextMoment1'],
  ['moment2', 'nextMoment2'],
  ['hidden', 'nextHidden'],
  ['cell', 'nextCell'],
] as const;

type CarriedName = (typeof CARRIED)[number][0];

/**
 * Training on onnxruntime: the whole step, backward pass and optimizer included, is one ONNX graph.
 *
 * A run blocks the thread it is called on, and a worker must not be terminated inside one.
 */
export class OnnxEngine implements TrainingEngine {
  readonly name = 'onnx';
  readonly device = 'cpu';
  readonly threads: number;
  readonly options: EngineOptions;
  readonly #training: InferenceSession;
  readonly #feeds: Record<string, Tensor> = {};
  readonly #fetches: Record<string, Tensor> = {};
  #optimizerSteps = 0;

  /** @throws Error when the parameters do not fit the shape, or onnxruntime refuses the graph. */
  static async create(options: EngineOptions): Promise<OnnxEngine> {
    const expected = parameterCount(options.shape);
    if (options.parameters.length !== expected) {
      throw new Error(`This network has ${expected} parameters, not ${options.parameters.length}.`);
    }
    const graph = buildTrainingGraph(options.shape, options.graph);
    return new OnnxEngine(options, await InferenceSession.create(graph, sessionOptions(options.threads)));
  }

  private constructor(options: EngineOptions, training: InferenceSession) {
    this.options = options;
    this.threads = options.threads;
    this.#training = training;
    const { shape, graph } = options;
    const parameters = [options.parameters.length];
    const states = [shape.layers, shape.hidden, graph.batch];
    const dims: Record<CarriedName, readonly number[]> = {
      parameters,
      moment1: parameters,
      moment2: parameters,
      hidden: states,
      cell: states,
    };
    for (const [input, output] of CARRIED) {
      if (input === 'moment1' && graph.optimizer.kind !== 'adam') continue;
      this.#feeds[input] = zeros(dims[input]);
      this.#fetches[output] = zeros(dims[input]);
    }
    this.#fetches['loss'] = zeros([]);
    this.#fetches['gradientNorm'] = zeros([]);
    this.#data('parameters').set(options.parameters);
  }

  async steps(batches: readonly Batch[], learningRates: readonly number[]): Promise<StepResult> {
    const losses = new Float32Array(batches.length);
    const gradientNorms = new Float32Array(batches.length);
    const { batch, timeSteps, optimizer, loss } = this.options.graph;
    for (const [index, { inputs, targets }] of batches.entries()) {
      this.#optimizerSteps++;
      await this.#training.run(
        {
          ...this.#feeds,
          inputs: new Tensor('int32', inputs, [timeSteps, batch]),
          targets: new Tensor('int32', targets, loss === 'every' ? [timeSteps, batch] : [batch]),
          step: new Tensor('float32', stepScalars(optimizer, learningRates[index]!, this.#optimizerSteps), [2]),
          ...this.#mask(),
        },
        this.#fetches,
      );
      this.#swap();
      losses[index] = (this.#fetches['loss']!.data as Float32Array)[0]!;
      gradientNorms[index] = (this.#fetches['gradientNorm']!.data as Float32Array)[0]!;
    }
    return { losses, gradientNorms };
  }

  resetState(): void {
    this.#data('hidden').fill(0);
    this.#data('cell').fill(0);
  }

  snapshot(): EngineSnapshot {
    return {
      parameters: this.#data('parameters').slice(),
      moment1: this.#data('moment1').slice(),
      moment2: this.#data('moment2').slice(),
      hidden: this.#data('hidden').slice(),
      cell: this.#data('cell').slice(),
      optimizerSteps: this.#optimizerSteps,
    };
  }

  restore(snapshot: EngineSnapshot): void {
    for (const [name] of CARRIED) this.#data(name).set(snapshot[name]);
    this.#optimizerSteps = snapshot.optimizerSteps;
  }

  async dispose(): Promise<void> {
    await this.#training.release();
  }

  /** The step's dropout mask, where there is one. */
  #mask(): Record<string, Tensor> {
    const { shape, graph, seed = 0 } = this.options;
    if (!graph.dropout) return {};
    const mask = dropoutMask(shape.hidden, graph.batch, graph.dropout, seed, this.#optimizerSteps);
    return { mask: new Tensor('float32', mask, [shape.hidden, graph.batch]) };
  }

  #data(name: CarriedName): Float32Array {
    return (this.#feeds[name]?.data as Float32Array | undefined) ?? new Float32Array(0);
  }

  #swap(): void {
    for (const [input, output] of CARRIED) {
      const written = this.#fetches[output];
      if (written === undefined) continue;
      this.#fetches[output] = this.#feeds[input]!;
      this.#feeds[input] = written;
    }
  }
}

/**
 * The graphs are written as they should run. onnxruntime's own rewriting would only undo that: it fuses each recurrent
 * product with the addition after it into a slower kernel.
 */
function sessionOptions(threads: number): InferenceSession.SessionOptions {
  return { intraOpNumThreads: threads, interOpNumThreads: 1, graphOptimizationLevel: 'disabled', logSeverityLevel: 3 };
}

function zeros(dims: readonly number[]) {
  return new Tensor('float32', new Float32Array(dims.reduce((product, size) => product * size, 1)), [...dims]);
}
