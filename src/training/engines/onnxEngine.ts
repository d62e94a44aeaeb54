import { InferenceSession, listSupportedBackends, Tensor } from 'onnxruntime-node';
import { dropoutMask } from '../../lstm/dropout.ts';
import { buildReadingGraph } from '../../lstm/graphs/reading.ts';
import { buildCpuTrainingGraph } from '../../lstm/graphs/trainingCpu.ts';
import { buildGpuTrainingGraph } from '../../lstm/graphs/trainingGpu.ts';
import { parameterCount } from '../../lstm/network.ts';
import { stepScalars } from '../../lstm/optimizer.ts';
import type { Batch, EngineOptions, EngineSnapshot, StepResult, TrainingEngine } from './engine.ts';

/** Tensors that a step reads and writes anew. */
const CARRIED = [
  ['parameters', 'nextParameters'],
  ['moment1', 'nextMoment1'],
  ['moment2', 'nextMoment2'],
  ['hidden', 'nextHidden'],
  ['cell', 'nextCell'],
] as const;

type CarriedName = (typeof CARRIED)[number][0];

/** The processor, or a provider of onnxruntime for GPUs: WebGPU (Vulkan, Metal, Direct3D 12), or DirectML. */
export type OnnxDevice = 'cpu' | 'webgpu' | 'dml';

/** What this platform's build of onnxruntime brings for GPUs, whether there is one or not; the preferred first. */
export function gpuDevices(): Exclude<OnnxDevice, 'cpu'>[] {
  const bundled = new Set(
    listSupportedBackends()
      .filter((backend) => backend.bundled)
      .map((backend) => backend.name),
  );
  return (['webgpu', 'dml'] as const).filter((device) => bundled.has(device));
}

/**
 * Training on onnxruntime: the whole step, backward pass and optimizer included, is one ONNX graph.
 *
 * A run blocks the thread it is called on, and a worker must not be terminated inside one.
 */
export class OnnxEngine implements TrainingEngine {
  readonly name = 'onnx';
  readonly device: 'cpu' | 'gpu';
  readonly threads: number;
  readonly options: EngineOptions;
  readonly #training: InferenceSession;
  readonly #carried: Carried;
  #optimizerSteps = 0;

  /** @throws Error when the parameters do not fit the shape, or onnxruntime refuses the graph or the device */
  static async create(options: EngineOptions, device: OnnxDevice = 'cpu'): Promise<OnnxEngine> {
    const { shape, graph, threads } = options;
    const expected = parameterCount(shape);
    if (options.parameters.length !== expected) {
      throw new Error(`This network has ${expected} parameters, not ${options.parameters.length}.`);
    }
    const initial = initialTensors(options);
    const training = await InferenceSession.create(
      device === 'cpu' ? buildCpuTrainingGraph(shape, graph) : buildGpuTrainingGraph(shape, graph, { unroll: true }),
      {
        ...sessionOptions(threads, device),
        ...(device === 'webgpu' ? { preferredOutputLocation: onDevice(initial) } : {}),
      },
    );
    const carried =
      device === 'webgpu'
        ? await DeviceCarried.create(initial, sessionOptions(threads, device))
        : new HostCarried(initial);
    return new OnnxEngine(options, device, training, carried);
  }

  private constructor(options: EngineOptions, device: OnnxDevice, training: InferenceSession, carried: Carried) {
    this.options = options;
    this.device = device === 'cpu' ? 'cpu' : 'gpu';
    this.threads = options.threads;
    this.#training = training;
    this.#carried = carried;
  }

  async steps(batches: readonly Batch[], learningRates: readonly number[]): Promise<StepResult> {
    const losses = new Float32Array(batches.length);
    const gradientNorms = new Float32Array(batches.length);
    const { batch, timeSteps, optimizer, loss } = this.options.graph;
    for (const [index, { inputs, targets }] of batches.entries()) {
      this.#optimizerSteps++;
      const results = await this.#training.run(
        {
          ...this.#carried.feeds,
          inputs: new Tensor('int32', inputs, [timeSteps, batch]),
          targets: new Tensor('int32', targets, loss === 'every' ? [timeSteps, batch] : [batch]),
          step: new Tensor('float32', stepScalars(optimizer, learningRates[index]!, this.#optimizerSteps), [2]),
          ...this.#mask(),
        },
        this.#carried.fetches,
      );
      this.#carried.stepped(results);
      losses[index] = (results['loss']!.data as Float32Array)[0]!;
      gradientNorms[index] = (results['gradientNorm']!.data as Float32Array)[0]!;
    }
    return { losses, gradientNorms };
  }

  resetState(): void {
    const { shape, graph } = this.options;
    const zeros = new Float32Array(shape.layers * shape.hidden * graph.batch);
    for (const name of ['hidden', 'cell'] as const) this.#carried.write(name, zeros);
  }

  async snapshot(): Promise<EngineSnapshot> {
    return { ...(await this.#carried.read()), optimizerSteps: this.#optimizerSteps };
  }

  restore(snapshot: EngineSnapshot): void {
    for (const [name] of CARRIED) {
      if (snapshot[name].length > 0) this.#carried.write(name, snapshot[name]);
    }
    this.#optimizerSteps = snapshot.optimizerSteps;
  }

  async dispose(): Promise<void> {
    await this.#carried.dispose();
    await this.#training.release();
  }

  /** The step's dropout mask, where there is one. */
  #mask(): Record<string, Tensor> {
    const { shape, graph, seed = 0 } = this.options;
    if (!graph.dropout) return {};
    const mask = dropoutMask(shape.hidden, graph.batch, graph.dropout, seed, this.#optimizerSteps);
    return { mask: new Tensor('float32', mask, [shape.hidden, graph.batch]) };
  }
}

type Tensors = Partial<Record<CarriedName, Tensor>>;

/** What is carried from step to step before the first one. */
function initialTensors({ shape, graph, parameters }: EngineOptions): Tensors {
  const states = [shape.layers, shape.hidden, graph.batch];
  return {
    parameters: new Tensor('float32', parameters.slice(), [parameters.length]),
    ...(graph.optimizer.kind === 'adam' ? { moment1: zeros([parameters.length]) } : {}),
    moment2: zeros([parameters.length]),
    hidden: zeros(states),
    cell: zeros(states),
  };
}

/** The tensors that steps hand on to each other. */
interface Carried {
  readonly feeds: Readonly<Record<string, Tensor>>;
  readonly fetches: Readonly<Record<string, Tensor>> | readonly string[];
  /** A step has written these. */
  stepped(results: InferenceSession.ReturnType): void;
  /** Copies; what is not carried is empty. */
  read(): Promise<Record<CarriedName, Float32Array>>;
  write(name: CarriedName, values: Float32Array): void;
  dispose(): Promise<void>;
}

/** In host memory, twice: the two sides swap places after each step, so nothing is copied. */
class HostCarried implements Carried {
  readonly feeds: Record<string, Tensor>;
  readonly fetches: Record<string, Tensor>;

  constructor(initial: Tensors) {
    this.feeds = { ...initial };
    this.fetches = { loss: zeros([]), gradientNorm: zeros([]) };
    for (const [input, output] of CARRIED) {
      const tensor = initial[input];
      if (tensor !== undefined) this.fetches[output] = zeros(tensor.dims);
    }
  }

  stepped(): void {
    for (const [input, output] of CARRIED) {
      const written = this.fetches[output];
      if (written === undefined) continue;
      this.fetches[output] = this.feeds[input]!;
      this.feeds[input] = written;
    }
  }

  async read(): Promise<Record<CarriedName, Float32Array>> {
    return allOf((name) => (this.feeds[name]?.data as Float32Array | undefined)?.slice());
  }

  write(name: CarriedName, values: Float32Array): void {
    (this.feeds[name]?.data as Float32Array | undefined)?.set(values);
  }

  async dispose(): Promise<void> {}
}

/**
 * In the memory of the device: a step's outputs stay there and are the next one's inputs. They are read by a graph that
 * does nothing, as asking such a tensor for its data ends the process (onnxruntime-node 1.30).
 */
class DeviceCarried implements Carried {
  readonly feeds: Record<string, Tensor>;
  readonly fetches: readonly string[];
  readonly #reading: InferenceSession;

  static async create(initial: Tensors, options: InferenceSession.SessionOptions): Promise<DeviceCarried> {
    const shapes = Object.entries(initial).map(([name, { dims }]) => [name, dims] as const);
    return new DeviceCarried(initial, await InferenceSession.create(buildReadingGraph(shapes), options));
  }

  private constructor(initial: Tensors, reading: InferenceSession) {
    this.feeds = { ...initial };
    const carried = CARRIED.filter(([name]) => initial[name] !== undefined).map(([, output]) => output);
    this.fetches = [...carried, 'loss', 'gradientNorm'];
    this.#reading = reading;
  }

  stepped(results: InferenceSession.ReturnType): void {
    for (const [input, output] of CARRIED) if (results[output] !== undefined) this.#put(input, results[output]);
  }

  async read(): Promise<Record<CarriedName, Float32Array>> {
    const results = await this.#reading.run(this.feeds);
    return allOf((name) => results[`${name}Read`]?.data as Float32Array | undefined);
  }

  write(name: CarriedName, values: Float32Array): void {
    const { dims } = this.feeds[name]!;
    this.#put(name, new Tensor('float32', values.slice(), dims));
  }

  async dispose(): Promise<void> {
    for (const tensor of Object.values(this.feeds)) tensor.dispose();
    await this.#reading.release();
  }

  #put(name: CarriedName, tensor: Tensor): void {
    this.feeds[name]!.dispose();
    this.feeds[name] = tensor;
  }
}

/** Where a step's outputs are to be. */
function onDevice(carried: Tensors): Record<string, 'gpu-buffer'> {
  return Object.fromEntries(CARRIED.filter(([name]) => carried[name]).map(([, output]) => [output, 'gpu-buffer']));
}

function allOf(read: (name: CarriedName) => Float32Array | undefined): Record<CarriedName, Float32Array> {
  return Object.fromEntries(CARRIED.map(([name]) => [name, read(name) ?? new Float32Array(0)])) as Record<
    CarriedName,
    Float32Array
  >;
}

/**
 * The graphs are written as they should run. onnxruntime's own rewriting would only undo that: it fuses each recurrent
 * product with the addition after it into a slower kernel.
 */
function sessionOptions(threads: number, device: OnnxDevice): InferenceSession.SessionOptions {
  return {
    executionProviders: [device],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'disabled',
    logSeverityLevel: 3,
  };
}

function zeros(dims: readonly number[]): Tensor {
  return new Tensor('float32', new Float32Array(dims.reduce((product, size) => product * size, 1)), [...dims]);
}
