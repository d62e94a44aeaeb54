import { describe, expect, it } from 'vitest';
import { UserFacingError } from '../../../src/base/errors.ts';
import { decodePyTorchCheckpoint } from '../../../src/cli/pyTorchCheckpoint.ts';
import { CORPUS_FORMAT, CORPUS_FORMAT_VERSION, type CorpusManifest, IDS } from '../../../src/corpus/manifest.ts';
import { exportPyTorchParameters } from '../../../src/lstm/pyTorch.ts';
import { encodeSafetensors, type SafeTensors } from '../../../src/lstm/safetensors.ts';
import { cardOf } from '../../support/models.ts';
import { randomParameters } from '../../support/numerics.ts';

const shape = { vocabulary: 6, hidden: 3, layers: 2 };
const parameters = randomParameters(shape, 1);
const tensors = exportPyTorchParameters(parameters, shape);
const { vocabulary, heldOutBitsPerCharacter, ...card } = cardOf(shape, { characters: [...'abcd'] });

const metadata = {
  format: 'inkling pytorch checkpoint',
  formatVersion: '1',
  vocabulary: '"abcd"',
  hyperparameters: JSON.stringify(card.hyperparameters),
  corpus: JSON.stringify(card.corpus),
  training: JSON.stringify(card.training),
  heldOutBitsPerCharacter: '2.5',
};

function manifestOf(characters: string): CorpusManifest {
  const file = { file: 'x.bin', sha256: '0'.repeat(64) };
  const part = { ids: file, offsets: file, documents: 3, characters: 100, unknown: 0 };
  return {
    format: CORPUS_FORMAT,
    formatVersion: CORPUS_FORMAT_VERSION,
    ids: IDS,
    vocabulary: characters,
    split: '',
    train: part,
    heldOut: part,
    files: 6,
    bytes: 200,
    excluded: {},
    scrubbed: {},
  };
}

function decode(what: SafeTensors, said: Readonly<Record<string, string>>, manifest?: CorpusManifest) {
  return decodePyTorchCheckpoint(new Uint8Array(Buffer.concat(encodeSafetensors(what, said))), 'It', manifest);
}

const zeros = (...sizes: number[]) => ({
  shape: sizes,
  data: new Float32Array(sizes.reduce((product, size) => product * size, 1)),
});

describe('a checkpoint of PyTorch', () => {
  it('is read with what it says of itself', () => {
    const decoded = decode({ ...tensors, 'optimizer.moment1.lstm.weight_ih_l0': zeros(12, 6) }, metadata);
    expect(decoded).toEqual({ shape, parameters, bits: 2.5, card: { vocabulary: [...'abcd'], ...card } });
    expect(decode(tensors, metadata, manifestOf('abcd')).bits).toBe(2.5);
  });

  it('may not know how well it predicts', () => {
    expect(decode(tensors, { ...metadata, heldOutBitsPerCharacter: 'null' }).bits).toBeUndefined();
  });

  it('that says nothing is described by the corpus', () => {
    const { card, bits } = decode(tensors, {}, manifestOf('wxyz'));
    expect(card).toMatchObject({ vocabulary: [...'wxyz'], corpus: { files: 6, trainCharacters: 100 } });
    expect(bits).toBeUndefined();
  });

  it.each<[string, SafeTensors, Record<string, string>, CorpusManifest | undefined, RegExp]>([
    ['no description and no manifest', tensors, {}, undefined, /does not say which characters/],
    ['no network', { weight: zeros(2) }, metadata, undefined, /lacks the tensor "output\.weight"/],
    ['a tensor missing', { ...tensors, 'lstm.bias_hh_l1': undefined! }, metadata, undefined, /lacks the tensor/],
    [
      'a tensor of another shape',
      { ...tensors, 'output.bias': zeros(5) },
      metadata,
      undefined,
      /the shape \[5\] instead/,
    ],
    [
      'an infinity',
      { ...tensors, 'output.bias': { shape: [6], data: Float32Array.of(0, 1, Infinity, 0, 0, 0) } },
      metadata,
      undefined,
      /no numbers/,
    ],
    [
      'a second direction',
      { ...tensors, 'lstm.weight_ih_l0_reverse': zeros(12, 6) },
      metadata,
      undefined,
      /not a plain LSTM/,
    ],
    ['a projection', { ...tensors, 'lstm.weight_hr_l0': zeros(2, 3) }, metadata, undefined, /not a plain LSTM/],
    ['another version', tensors, { ...metadata, formatVersion: '2' }, undefined, /another Inkling/],
    ['other characters than the corpus', tensors, metadata, manifestOf('abce'), /other characters/],
    ['more characters than the corpus', tensors, {}, manifestOf('abc'), /6 ids, but this corpus has 5/],
    [
      'a description of another network',
      tensors,
      { ...metadata, hyperparameters: '{"layers":1}' },
      undefined,
      /damaged/,
    ],
    [
      'a description of more layers',
      tensors,
      { ...metadata, hyperparameters: JSON.stringify({ ...card.hyperparameters, layers: 3 }) },
      undefined,
      /does not fit its tensors/,
    ],
    ['a description that is not JSON', tensors, { ...metadata, training: '{' }, undefined, /cannot be read/],
    ['a character twice', tensors, { ...metadata, vocabulary: '"abca"' }, undefined, /twice/],
  ])('is refused in a sentence for %s', (_, what, said, manifest, sentence) => {
    const present = Object.fromEntries(Object.entries(what).filter(([, tensor]) => tensor !== undefined));
    const decoding = () => decode(present, said, manifest);
    expect(decoding).toThrow(UserFacingError);
    expect(decoding).toThrow(sentence);
    expect(decoding).toThrow(/^It cannot be imported\. /);
  });

  it('that is no safetensors file is refused', () => {
    const decoding = () => decodePyTorchCheckpoint(new TextEncoder().encode('PK\x03\x04 a pickle'), 'It', undefined);
    expect(decoding).toThrow(/^It cannot be imported\. It is not a whole safetensors file/);
  });
});
