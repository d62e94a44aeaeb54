import { createHash } from 'node:crypto';
import * as l10n from '@vscode/l10n';
import { UserFacingError } from '../base/errors.ts';
import { readRegularFile } from '../base/regularFile.ts';
import { mayBeModel, readModel, type StoredModel, type StoredTensor } from '../onnx/model.ts';
import type { ModelCard } from '../protocol/modelCard.ts';
import type { NetworkShape } from '../protocol/trainerState.ts';
import { buildInferenceGraph } from './graphs/inference.ts';
import { CARD_KEYS, cardOfMetadata, metadataOfCard, networkShapeOf } from './modelCard.ts';
import { type ParameterSlot, parameterCount, parameterSlots, slotView } from './network.ts';

/** An exported model, read and found whole. */
export interface Model {
  readonly card: ModelCard;
  readonly shape: NetworkShape;
  /** Flat, in the order of `parameterSlots`. */
  readonly parameters: Float32Array;
}

const CHECKSUM = 'checksum';

/**
 * The bytes of `model.onnx`: the inference graph with the card in its metadata, and a checksum of both, as a flipped bit
 * among the parameters would otherwise go unnoticed.
 *
 * @param parameters flat, in the order of `parameterSlots`
 * @throws Error when card, shape and parameters do not belong together
 */
export function exportModel(shape: NetworkShape, parameters: Float32Array, card: ModelCard): Uint8Array<ArrayBuffer> {
  const { vocabulary, hidden, layers } = networkShapeOf(card);
  if (vocabulary !== shape.vocabulary || hidden !== shape.hidden || layers !== shape.layers) {
    throw new Error('The card describes another network.');
  }
  const metadata = metadataOfCard(card);
  return buildInferenceGraph(shape, parameters, {
    ...metadata,
    [CHECKSUM]: checksumOf(new Map(Object.entries(metadata)), parameters),
  });
}

/**
 * Reads the model at `path`.
 *
 * @throws UserFacingError when there is no such file, or it is not a whole model of this version
 */
export async function readModelFile(path: string): Promise<Model> {
  return decodeModel(await readModelBytes(path), path);
}

/**
 * The bytes of the model at `path`; of a file that is none, perhaps only the first.
 *
 * @throws UserFacingError when there is no such file, or it cannot be read
 */
export function readModelBytes(path: string): Promise<Uint8Array> {
  return readRegularFile(path, 'model', mayBeModel);
}

/** Names the bytes of a file: SHA-256, hexadecimal. */
export function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/**
 * Reads what {@link exportModel} wrote.
 *
 * @param name what the model is called in errors: the subject of a sentence
 * @throws UserFacingError when the bytes are not an ONNX model, another program's, of another version, damaged, or of
 *   parameters that are not all numbers
 */
export function decodeModel(bytes: Uint8Array, name = l10n.t('This file')): Model {
  const stored = readOnnx(bytes, name);
  const card = cardOfMetadata(stored.metadata, name);
  const shape = networkShapeOf(card);
  const parameters = collectParameters(stored, shape, name);
  if (stored.metadata.get(CHECKSUM) !== checksumOf(stored.metadata, parameters)) {
    throw new UserFacingError(l10n.t('{0} is damaged: its checksum is wrong.', name));
  }
  if (!areFinite(parameters)) {
    throw new UserFacingError(l10n.t('{0} cannot be used: some of its parameters are no numbers.', name));
  }
  return { card, shape, parameters };
}

/** The card of a model; errors as in {@link decodeModel}. */
export function readModelCard(bytes: Uint8Array): ModelCard {
  return decodeModel(bytes).card;
}

/** The parameters of a model, flat, in the order of `parameterSlots`; errors as in {@link decodeModel}. */
export function readParameters(bytes: Uint8Array): Float32Array {
  return decodeModel(bytes).parameters;
}

function readOnnx(bytes: Uint8Array, name: string): StoredModel {
  try {
    return readModel(bytes);
  } catch (error) {
    const message = l10n.t('{0} is not an ONNX model, or it is damaged.', name);
    throw new UserFacingError(message, 'failure', { cause: error });
  }
}

/** Room for the parameters is made only once the file is known to hold as many. */
function collectParameters({ tensors }: StoredModel, shape: NetworkShape, name: string): Float32Array {
  const found = parameterSlots(shape).map((slot) => {
    const data = dataOf(tensors.get(slot.name));
    if (data === undefined || data.length !== storedLength(slot)) {
      throw new UserFacingError(
        l10n.t('{0} is damaged: the parameters {1} are missing or of another size.', name, slot.name),
      );
    }
    return { slot, data };
  });
  const parameters = new Float32Array(parameterCount(shape));
  for (const { slot, data } of found) slotView(parameters, slot).set(data.subarray(0, slot.size));
  return parameters;
}

/** Whether all of them are numbers; infinity times zero is none, either. */
export function areFinite(values: Float32Array): boolean {
  let sum = 0;
  for (let index = 0; index < values.length; index++) sum += values[index]! * 0;
  return sum === 0;
}

function dataOf(tensor: (() => StoredTensor) | undefined): Float32Array | undefined {
  try {
    return tensor?.().data;
  } catch {
    return undefined; // damaged
  }
}

/** ONNX's LSTM has two biases per gate; the second half is zero. */
function storedLength({ name, size }: ParameterSlot): number {
  return /^lstm\.\d+\.B$/.test(name) ? 2 * size : size;
}

function checksumOf(metadata: ReadonlyMap<string, string>, parameters: Float32Array): string {
  const hash = createHash('sha256');
  hash.update(JSON.stringify(CARD_KEYS.map((key) => metadata.get(key))));
  hash.update(new Uint8Array(parameters.buffer, parameters.byteOffset, parameters.byteLength));
  return `sha256-${hash.digest('hex')}`;
}
