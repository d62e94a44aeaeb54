import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import util from 'node:util';
import type * as tfjs from '@tensorflow/tfjs-core';
import * as l10n from '@vscode/l10n';
import { reasonOf } from '../../../base/errors.ts';

/** An attribute of a TensorFlow operation, as tfjs-node's binding takes it. */
export interface Attribute {
  readonly name: string;
  readonly type: number;
  readonly value: number | boolean | string;
}

/** What is used of tfjs-node's backend: it runs any operation of TensorFlow, also those that tfjs has no name for. */
interface NodeBackend {
  readonly binding: {
    readonly TF_ATTR_BOOL: number;
    readonly TF_ATTR_FLOAT: number;
    readonly TF_ATTR_INT: number;
    readonly TF_ATTR_STRING: number;
    readonly TF_ATTR_TYPE: number;
    readonly TF_FLOAT: number;
    readonly TF_INT32: number;
    readonly TF_INT64: number;
    readonly TF_INT8: number;
    readonly TF_Version: string;
    createTensor(shape: readonly number[], type: number, values: ArrayBufferView): number;
    /** Runs an operation over native tensors. */
    executeOp(
      name: string,
      attributes: readonly Attribute[],
      inputs: readonly number[],
      outputs: number,
    ): { readonly id: number; readonly shape: readonly number[]; readonly dtype: number }[];
    deleteTensor(id: number): void;
  };
  readonly isUsingGpuDevice: boolean;
  readonly tensorMap: {
    has(dataId: object): boolean;
    set(dataId: object, data: object): void;
  };
  disposeData(dataId: object): boolean;
  getInputTensorIds(tensors: readonly tfjs.TensorInfo[]): number[];
  createOutputTensor(metadata: {
    readonly id: number;
    readonly shape: readonly number[];
    readonly dtype: number;
  }): tfjs.Tensor;
  executeMultipleOutputs(
    name: string,
    attributes: readonly Attribute[],
    inputs: readonly tfjs.TensorInfo[],
    outputs: number,
  ): tfjs.Tensor[];
}

/** A working tfjs-node. */
export interface Tensorflow {
  readonly tf: typeof tfjs;
  readonly backend: NodeBackend;
  /** Of libtensorflow. */
  readonly version: string;
  readonly device: 'cpu' | 'gpu';
  /** Those of TensorFlow's thread pool. They are fixed when it is loaded. */
  readonly threads: number;
}

/** Of the packages the first one that is in a folder is used. */
const PACKAGES = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'] as const;

/** tfjs-node calls functions that Node warns of, or from 23 on no longer has. */
const FORMER_FUNCTIONS = {
  isNullOrUndefined: (value: unknown) => value === null || value === undefined,
  isArray: Array.isArray,
};

/** Whether a folder has tfjs-node: as a package in its `node_modules`, or by being that package. */
export function packageIn(folder: string): string | undefined {
  const candidates = [...PACKAGES.map((name) => join(folder, 'node_modules', name)), folder];
  return candidates.find((path) => {
    try {
      return (PACKAGES as readonly string[]).includes(
        JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')).name as string,
      );
    } catch {
      return false;
    }
  });
}

let loaded: { readonly path: string; readonly tensorflow: Tensorflow } | undefined;

/**
 * Loads tfjs-node from the first folder that has it. A process has one TensorFlow, whose threads stay as many as were
 * asked for at first.
 *
 * @param folders where to look, as given by settings and environment; see {@link packageIn}
 * @returns undefined where no folder has it
 * @throws Error with the reason when it is there and cannot be loaded: a part is missing, or was built for something else
 */
export function loadTensorflow(folders: readonly string[], threads: number): Tensorflow | undefined {
  const path = folders.map(packageIn).find((found) => found !== undefined);
  if (path === undefined) return undefined;
  loaded ??= { path, tensorflow: load(path, threads) };
  if (loaded.path !== path) {
    throw new Error(
      l10n.t('another TensorFlow was loaded before, and a process can have one only: restart the editor'),
    );
  }
  return loaded.tensorflow;
}

function load(path: string, threads: number): Tensorflow {
  for (const [name, implementation] of Object.entries(FORMER_FUNCTIONS)) {
    Object.defineProperty(util, name, { value: implementation, configurable: true });
  }
  const entry = join(path, 'dist', 'index.js');
  if (!existsSync(entry)) throw new Error(`${path} is incomplete: it has no dist/index.js`);
  // TensorFlow takes these from the environment, once.
  const tf = withEnvironment(
    {
      TF_NUM_INTRAOP_THREADS: String(threads),
      TF_NUM_INTEROP_THREADS: '1',
      TF_CPP_MIN_LOG_LEVEL: '2',
    },
    () => {
      try {
        return createRequire(entry)(entry) as typeof tfjs;
      } catch (error) {
        throw new Error(`${path} cannot be loaded: ${firstLine(reasonOf(error))}`, { cause: error });
      }
    },
  );
  const backend = tf.backend() as unknown as NodeBackend;
  if (backend?.binding === undefined) throw new Error(`${path} has no native part`);
  return {
    tf,
    backend,
    version: backend.binding.TF_Version,
    device: backend.isUsingGpuDevice ? 'gpu' : 'cpu',
    threads,
  };
}

function withEnvironment<T>(variables: Readonly<Record<string, string>>, action: () => T): T {
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, variables);
  try {
    return action();
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}

function firstLine(text: string): string {
  return text.split('\n')[0]!.trim();
}
