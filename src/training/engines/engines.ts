import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as l10n from '@vscode/l10n';
import { env } from 'onnxruntime-node';
import trainingDefaults from '../../../interop/pytorch/trainingDefaults.json' with { type: 'json' };
import { initialParameters } from '../../lstm/initialise.ts';
import type { TrainingOptions } from '../../protocol/training.ts';
import type { Device, EngineName } from '../../protocol/trainingEvents.ts';
import type { EngineOptions, TrainingEngine } from './engine.ts';
import { lacksGpu } from './faults.ts';
import { gpuDevices, OnnxEngine } from './onnxEngine.ts';
import { loadTensorflow, packageIn } from './tensorflow/library.ts';
import { type Kernels, TensorflowEngine } from './tensorflow/tensorflowEngine.ts';
import { mayHaveVulkan } from './vulkan.ts';

/** Which engines may be used. */
export type EnginePreference = Pick<TrainingOptions, 'engine' | 'device'>;

/** One way to compute training steps on this machine. Nothing of it is loaded before {@link create}. */
export interface EngineCandidate {
  readonly engine: EngineName;
  readonly device: Device;
  /** For people: "ONNX Runtime 1.27.0". */
  readonly title: string;
  /** Changes whenever its speed may have changed. */
  readonly identity: string;
  /** @throws Error with the reason when it does not work here */
  create(options: EngineOptions): Promise<TrainingEngine>;
}

/** Always there, always right: what the others are compared with and fall back to. */
export const REFERENCE: EngineCandidate = {
  engine: 'onnx',
  device: 'cpu',
  title: `ONNX Runtime ${env.versions.node}`,
  identity: `onnxruntime ${env.versions.node}`,
  create: (options) => OnnxEngine.create(options),
};

/**
 * What there is to train with, as far as can be told without loading it.
 *
 * @param tensorflowFolders where a tfjs-node may be, in the order of preference
 */
export function findCandidates(tensorflowFolders: readonly string[], threads: number): EngineCandidate[] {
  return [REFERENCE, ...gpuDevices().map(onnxOn), ...tensorflowIn(tensorflowFolders, threads)];
}

const PROVIDERS = { webgpu: 'WebGPU', dml: 'DirectML' } as const;

function onnxOn(provider: keyof typeof PROVIDERS): EngineCandidate {
  return {
    engine: 'onnx',
    device: 'gpu',
    title: `${REFERENCE.title}, ${PROVIDERS[provider]}`,
    identity: `${REFERENCE.identity}, ${provider}`,
    create: async (options) => {
      const noGpu = (cause?: unknown) =>
        new Error(l10n.t('there is no GPU, or its driver is missing or too old'), { cause });
      if (provider === 'webgpu' && !mayHaveVulkan()) throw noGpu();
      try {
        return await OnnxEngine.create(options, provider);
      } catch (error) {
        throw lacksGpu(error) ? noGpu(error) : error;
      }
    },
  };
}

/** Whether a candidate is one of those asked for. */
export function isPreferred(
  { engine = 'auto', device = 'auto' }: EnginePreference,
  candidate: EngineCandidate,
): boolean {
  return (engine === 'auto' || engine === candidate.engine) && (device === 'auto' || device === candidate.device);
}

function tensorflowIn(folders: readonly string[], threads: number): EngineCandidate[] {
  const path = folders.map(packageIn).find((found) => found !== undefined);
  if (path === undefined) return [];
  const { name, version } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as Record<string, string>;
  const device = name!.endsWith('-gpu') ? 'gpu' : 'cpu';
  // Which of a GPU's kernels are faster is found out by trying.
  const kernels: readonly Kernels[] = device === 'gpu' ? ['block', 'cudnn'] : ['stepwise'];
  return kernels.map((which) => ({
    engine: 'tensorflow',
    device,
    title: `TensorFlow (${name!.replace('@tensorflow/', '')} ${version})${which === 'cudnn' ? ', cuDNN' : ''}`,
    identity: `${name} ${version} in ${path}, ${which}`,
    create: async (options) => {
      const library = loadTensorflow([path], threads);
      if (library === undefined) throw new Error(l10n.t('{0} is not there any more', path));
      if (device === 'gpu' && library.device !== 'gpu') {
        throw new Error(
          l10n.t('TensorFlow finds no GPU that it can use: there is none, or its driver or CUDA does not fit'),
        );
      }
      return TensorflowEngine.create(options, library, which);
    },
  }));
}

const CHECKED_STEPS = 3;
/** Nats per character. */
const TOLERANCE = 1e-3;

/**
 * Trains a small network for some steps and compares its losses with those of the reference on the processor.
 *
 * @throws Error with the reason when the candidate does not work, or is wrong
 */
export async function check(candidate: EngineCandidate): Promise<void> {
  if (candidate === REFERENCE) return;
  const shape = { vocabulary: 40, hidden: 32, layers: 2 };
  const options: EngineOptions = {
    shape,
    graph: {
      batch: 8,
      timeSteps: 8,
      loss: 'every',
      clip: trainingDefaults.clip,
      optimizer: { kind: 'adam', ...trainingDefaults.adam },
    },
    threads: 1,
    parameters: initialParameters(shape, 0),
  };
  const [expected, losses] = [await lossesOf(REFERENCE, options), await lossesOf(candidate, options)];
  const difference = Math.max(...expected.map((loss, step) => Math.abs(loss - losses[step]!)));
  if (!(difference <= TOLERANCE)) {
    throw new Error(l10n.t('its losses are wrong (by {0} nats per character)', difference.toPrecision(2)));
  }
}

async function lossesOf(candidate: EngineCandidate, options: EngineOptions): Promise<Float32Array> {
  const engine = await candidate.create(options);
  try {
    const batches = Array.from({ length: CHECKED_STEPS }, (_, step) => madeUpBatch(options, step));
    return (await engine.steps(batches, [1e-3, 1e-3, 1e-3])).losses;
  } finally {
    await engine.dispose();
  }
}

/** Characters that follow each other somehow. */
export function madeUpBatch({ shape, graph }: Pick<EngineOptions, 'shape' | 'graph'>, from = 0) {
  const { batch, timeSteps, loss } = graph;
  const ids = (length: number, start: number) =>
    Int32Array.from({ length }, (_, i) => ((start + i) * 7) % shape.vocabulary);
  return {
    inputs: ids(batch * timeSteps, from),
    targets: ids(loss === 'every' ? batch * timeSteps : batch, from + 1),
  };
}
