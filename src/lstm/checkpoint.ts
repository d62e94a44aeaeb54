import * as l10n from '@vscode/l10n';
import { writeFileAtomically } from '../base/atomicFile.ts';
import { UserFacingError } from '../base/errors.ts';
import { readRegularFile } from '../base/regularFile.ts';
import type { NetworkShape } from '../protocol/trainerState.ts';
import { parameterCount } from './network.ts';
import { exportPyTorchParameters, importPyTorchParameters, pyTorchNetworkShape } from './pyTorch.ts';
import {
  decodeSafetensors,
  encodeSafetensors,
  mayBeSafetensors,
  type SafeTensors,
  tensorData,
  tensorNamed,
} from './safetensors.ts';

/** All that is needed to go on with a training. */
export interface Checkpoint {
  readonly shape: NetworkShape;
  /** Flat, in the order of `parameterSlots`, as are `best` and the moments. */
  readonly parameters: Float32Array;
  /** The parameters that did best on held-out text so far. */
  readonly best?: Float32Array;
  /** Optimizer state; empty where the optimizer has none. */
  readonly moment1: Float32Array;
  readonly moment2: Float32Array;
  /** Recurrent state [layers, hidden, batch]. */
  readonly hidden: Float32Array;
  readonly cell: Float32Array;
  readonly batch: number;
  readonly optimizerSteps: number;
  /** What else the trainer needs to go on (vocabulary, options, progress): whatever JSON can hold. */
  readonly trainer: unknown;
}

const FORMAT = 'inkling checkpoint';
const FORMAT_VERSION = '1';

/**
 * A checkpoint as a safetensors file. The parameters are those of {@link exportPyTorchParameters}. Beside them lie, as
 * we keep them, the flat vectors `optimizer.moment1`, `optimizer.moment2` and `best` [parameters], each
 * where there is one, and `state.hidden` and `state.cell` [layers, hidden, batch]. The metadata are `format`,
 * `formatVersion`, `optimizerSteps`, and `trainer` as JSON.
 *
 * @returns the file's bytes in pieces, in part views of the checkpoint's arrays
 * @throws Error when an array does not fit the network's shape
 */
export function encodeCheckpoint(checkpoint: Checkpoint): Uint8Array[] {
  const { shape, parameters, moment1, moment2, best, hidden, cell, batch } = checkpoint;
  const states = [shape.layers, shape.hidden, batch];
  return encodeSafetensors(
    {
      ...exportPyTorchParameters(parameters, shape),
      ...optionalVector('optimizer.moment1', shape, moment1),
      ...optionalVector('optimizer.moment2', shape, moment2),
      ...optionalVector('best', shape, best),
      'state.hidden': { shape: states, data: hidden },
      'state.cell': { shape: states, data: cell },
    },
    {
      format: FORMAT,
      formatVersion: FORMAT_VERSION,
      optimizerSteps: String(checkpoint.optimizerSteps),
      trainer: JSON.stringify(checkpoint.trainer ?? null),
    },
  );
}

/**
 * Reads what {@link encodeCheckpoint} wrote; arrays other than the parameters may be views of `bytes`.
 *
 * @throws UserFacingError when the bytes are not a whole checkpoint of this version
 */
export function decodeCheckpoint(bytes: Uint8Array): Checkpoint {
  const { tensors, metadata } = decodeSafetensors(bytes);
  checkFormat(metadata);
  const shape = pyTorchNetworkShape(tensors);
  const batch = tensorNamed(tensors, 'state.hidden').shape[2] ?? 0;
  if (batch < 1) throw new UserFacingError(l10n.t('It lacks the recurrent state.'));
  const states = [shape.layers, shape.hidden, batch];
  const parameters = importPyTorchParameters(tensors, shape);
  const vector = (name: string) => (name in tensors ? tensorData(tensors, name, [parameters.length]) : undefined);
  const best = vector('best');
  return {
    shape,
    parameters,
    ...(best === undefined ? {} : { best }),
    moment1: vector('optimizer.moment1') ?? new Float32Array(0),
    moment2: vector('optimizer.moment2') ?? new Float32Array(0),
    hidden: tensorData(tensors, 'state.hidden', states),
    cell: tensorData(tensors, 'state.cell', states),
    batch,
    optimizerSteps: parseCount(metadata['optimizerSteps']),
    trainer: parseTrainer(metadata['trainer']),
  };
}

/**
 * Replaces the checkpoint at `path`, or leaves it as it was.
 *
 * @throws UserFacingError when the file cannot be written
 */
export async function writeCheckpoint(path: string, checkpoint: Checkpoint): Promise<void> {
  await writeFileAtomically(path, encodeCheckpoint(checkpoint));
}

/** @throws UserFacingError when there is no such file, or it is not a whole checkpoint of this version */
export async function readCheckpoint(path: string): Promise<Checkpoint> {
  const bytes = await readRegularFile(path, 'checkpoint', mayBeSafetensors);
  try {
    return decodeCheckpoint(bytes);
  } catch (error) {
    if (!(error instanceof UserFacingError)) throw error;
    const message = l10n.t('{0} cannot be used as a checkpoint. {1}', path, error.message);
    throw new UserFacingError(message, error.kind, { cause: error });
  }
}

function optionalVector(name: string, shape: NetworkShape, data: Float32Array | undefined): SafeTensors {
  if (data === undefined || data.length === 0) return {};
  return { [name]: { shape: [parameterCount(shape)], data } };
}

function checkFormat({ format, formatVersion }: Record<string, string>): void {
  if (format !== FORMAT) throw new UserFacingError(l10n.t('It was not written as one by Inkling.'));
  if (formatVersion === FORMAT_VERSION) return;
  throw new UserFacingError(
    l10n.t(
      'Its format version is {0}, but this Inkling reads version {1}: start training anew.',
      String(formatVersion).slice(0, 20),
      FORMAT_VERSION,
    ),
  );
}

function parseCount(text = ''): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(count)) return count;
  throw new UserFacingError(l10n.t('It does not say how many steps were taken.'));
}

function parseTrainer(text = ''): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UserFacingError(l10n.t("Its record of the training's progress is damaged."), 'failure', { cause: error });
  }
}
