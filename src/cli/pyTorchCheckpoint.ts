import { UserFacingError } from '../base/errors.ts';
import type { CorpusManifest } from '../corpus/manifest.ts';
import { CARD_KEYS, cardOfMetadata, MODEL_FORMAT } from '../lstm/modelCard.ts';
import { areFinite } from '../lstm/modelFile.ts';
import { parameterCount } from '../lstm/network.ts';
import { importPyTorchParameters, namesOfPyTorchParameters, pyTorchNetworkShape } from '../lstm/pyTorch.ts';
import { decodeSafetensors, type SafeTensors } from '../lstm/safetensors.ts';
import { MODEL_FORMAT_VERSION, type ModelCard } from '../protocol/modelCard.ts';
import type { NetworkShape } from '../protocol/trainerState.ts';

/** Network that PyTorch trained, found whole. */
export interface PyTorchCheckpoint {
  readonly shape: NetworkShape;
  /** Flat, in the order of `parameterSlots`. */
  readonly parameters: Float32Array;
  readonly card: Omit<ModelCard, 'heldOutBitsPerCharacter'>;
  /** Held-out bits per character, if the checkpoint has them. */
  readonly bits: number | undefined;
}

const FORMAT = 'inkling pytorch checkpoint';
const FORMAT_VERSION = '1';
/** What protocol buffers, and so ONNX files, can hold; 16 MiB are left for all that is no parameter. */
const MOST_PARAMETERS = (2 ** 31 - 2 ** 24) / Float32Array.BYTES_PER_ELEMENT;

/**
 * Reads a checkpoint of `interop/pytorch/train.py`, or, with the manifest of the corpus it was trained on, any in which
 * an `nn.LSTM` is called `lstm` and an `nn.Linear` after it `output`.
 *
 * @param name what the file is called in errors
 * @throws UserFacingError when it is not whole, holds another kind of network, parameters that are no numbers, or what
 *   does not fit the manifest
 */
export function decodePyTorchCheckpoint(
  bytes: Uint8Array,
  name: string,
  manifest: CorpusManifest | undefined,
): PyTorchCheckpoint {
  try {
    const { tensors, metadata } = decodeSafetensors(bytes);
    const shape = pyTorchNetworkShape(tensors);
    refuseOtherNetworks(tensors, shape);
    const parameters = importPyTorchParameters(tensors, shape);
    if (!areFinite(parameters)) throw new UserFacingError('Some of its parameters are no numbers.');
    const described =
      metadata['format'] === FORMAT ? describedBy(metadata) : { card: plainCard(shape, manifest), bits: undefined };
    const { hidden, layers, vocabulary } = described.card.hyperparameters;
    if (hidden !== shape.hidden || layers !== shape.layers || vocabulary !== shape.vocabulary) {
      throw new UserFacingError('Its description does not fit its tensors.');
    }
    if (manifest !== undefined && manifest.vocabulary !== described.card.vocabulary.join('')) {
      throw new UserFacingError('It was trained on other characters than those of this corpus: give its own manifest.');
    }
    return { shape, parameters, ...described };
  } catch (error) {
    if (!(error instanceof UserFacingError)) throw error;
    throw new UserFacingError(`${name} cannot be imported. ${error.message}`, error.kind, { cause: error });
  }
}

/** Projections and second directions have tensors beside those of a plain LSTM, and would be lost without a word. */
function refuseOtherNetworks(tensors: SafeTensors, shape: NetworkShape): void {
  const known = namesOfPyTorchParameters(shape);
  const other = Object.keys(tensors).find((tensor) => /^(lstm|output)\./.test(tensor) && !known.has(tensor));
  if (other !== undefined) {
    throw new UserFacingError(
      `It is not a plain LSTM with a linear layer after it: it has ${JSON.stringify(other.slice(0, 80))}.`,
    );
  }
  if (parameterCount(shape) > MOST_PARAMETERS) {
    throw new UserFacingError('Its network is larger than the 2 GB that an ONNX file can hold.');
  }
}

function describedBy(metadata: Readonly<Record<string, string>>): Pick<PyTorchCheckpoint, 'card' | 'bits'> {
  if (metadata['formatVersion'] !== FORMAT_VERSION) {
    throw new UserFacingError('It was written by the train.py of another Inkling: take that one to import it.');
  }
  const isMeasured = metadata['heldOutBitsPerCharacter'] !== 'null';
  const described = new Map(CARD_KEYS.map((key) => [key as string, metadata[key] ?? '']));
  described.set('format', MODEL_FORMAT).set('formatVersion', String(MODEL_FORMAT_VERSION));
  if (!isMeasured) described.set('heldOutBitsPerCharacter', '0');
  const { heldOutBitsPerCharacter, ...card } = cardOfMetadata(described, 'Its description');
  return { card, bits: isMeasured ? heldOutBitsPerCharacter : undefined };
}

/** Card of a network of which only the corpus that it learnt from is known. */
function plainCard(shape: NetworkShape, manifest: CorpusManifest | undefined): PyTorchCheckpoint['card'] {
  if (manifest === undefined) {
    throw new UserFacingError(
      'It does not say which characters it was trained on: give the manifest.json of its corpus as --corpus.',
      'usage',
    );
  }
  const vocabulary = [...manifest.vocabulary];
  const ids = vocabulary.length + manifest.ids.firstCharacter;
  if (ids !== shape.vocabulary) {
    throw new UserFacingError(
      `It was trained on ${shape.vocabulary} ids, but this corpus has ${ids}: give its own manifest.`,
    );
  }
  return {
    formatVersion: MODEL_FORMAT_VERSION,
    vocabulary,
    hyperparameters: { ...shape, context: null, recipe: 'default', dropout: 0 },
    corpus: {
      files: manifest.files,
      trainCharacters: manifest.train.characters,
      heldOutCharacters: manifest.heldOut.characters,
    },
    training: {
      ...{ epochs: 0, seconds: 0, threads: 1, seed: 0 },
      ...{ engine: 'PyTorch', device: 'unknown', date: new Date().toISOString() },
    },
  };
}
