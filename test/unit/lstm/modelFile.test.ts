import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { UserFacingError } from '../../../src/base/errors.ts';
import { random } from '../../../src/base/random.ts';
import { buildInferenceGraph } from '../../../src/lstm/graphs/inference.ts';
import { metadataOfCard } from '../../../src/lstm/modelCard.ts';
import { decodeModel, exportModel, readModelCard, readModelFile, readParameters } from '../../../src/lstm/modelFile.ts';
import { Graph } from '../../../src/onnx/graph.ts';
import type { ModelCard } from '../../../src/protocol/modelCard.ts';
import { cardOf, randomModel } from '../../support/models.ts';
import { randomParameters } from '../../support/numerics.ts';
import { it } from '../fixtures.ts';

const shape = { vocabulary: 12, hidden: 4, layers: 2 };

/** A model whose metadata are the card's, but for some. */
function modelWith(metadata: Readonly<Record<string, unknown>>): Uint8Array {
  const changes = Object.entries(metadata).map(([key, value]) => [key, JSON.stringify(value)]);
  return buildInferenceGraph(shape, randomParameters(shape, 1), {
    ...metadataOfCard(cardOf(shape)),
    ...Object.fromEntries(changes),
  });
}

function messageOf(bytes: Uint8Array): string {
  try {
    decodeModel(bytes, 'model.onnx');
  } catch (error) {
    if (error instanceof UserFacingError) return error.message;
    throw error;
  }
  return 'It was read.';
}

describe('an exported model', () => {
  it.each([
    ['one-hot characters', shape],
    ['looked-up characters', { vocabulary: 40, hidden: 4, layers: 3 }],
  ])('with %s gives back its card and every parameter', (_, network) => {
    const { bytes, card, parameters } = randomModel(network);
    expect(readModelCard(bytes)).toEqual(card);
    expect(readParameters(bytes)).toEqual(parameters);
    expect(decodeModel(bytes)).toEqual({ card, shape: network, parameters });
  });

  it('gives back any characters and a bounded context', () => {
    const characters = ['\n', '"', '\\', '😀', '\u0301', '漢', '\u007f', '\u2028', '\ufffd', '\ufeff'];
    const { bytes, card } = randomModel(shape, { characters, context: 40 });
    expect(readModelCard(bytes).vocabulary).toEqual(characters);
    expect(readModelCard(bytes)).toEqual(card);
  });

  it('was trained without dropout when it says nothing of it', () => {
    const { dropout: _, ...hyperparameters } = cardOf(shape).hyperparameters;
    const older = { ...cardOf(shape), hyperparameters } as ModelCard;
    const { card } = decodeModel(exportModel(shape, randomParameters(shape, 1), older));
    expect(card).toEqual({ ...older, hyperparameters: { ...hyperparameters, dropout: 0 } });
  });

  it('has the same bytes when it is exported again', () => {
    expect(randomModel(shape).bytes).toEqual(randomModel(shape).bytes);
  });

  it.each<[string, (card: ModelCard) => ModelCard]>([
    ['another network', (card) => ({ ...card, hyperparameters: { ...card.hyperparameters, hidden: 5 } })],
    ['a vocabulary of another size', (card) => ({ ...card, vocabulary: card.vocabulary.slice(1) })],
    ['half a character', (card) => ({ ...card, vocabulary: ['\ud83d', ...card.vocabulary.slice(1)] })],
    ['no number of bits', (card) => ({ ...card, heldOutBitsPerCharacter: Number.NaN })],
  ])('is not written with a card of %s', (_, change) => {
    expect(() => exportModel(shape, randomParameters(shape, 1), change(cardOf(shape)))).toThrow();
  });
});

describe('reading a model', () => {
  it.each([
    ['nothing', new Uint8Array(0)],
    ['text', new TextEncoder().encode('This is no model.\n')],
    ['zeros', new Uint8Array(1000)],
    ['a picture', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)],
  ])('says that %s is not an ONNX model', (_, bytes) => {
    expect(messageOf(bytes)).toBe('model.onnx is not an ONNX model, or it is damaged.');
  });

  it("knows another program's model", () => {
    const g = new Graph('foreign');
    g.output('y', g.tanh(g.input('x', 'float32', [2])), [2]);
    expect(messageOf(g.toModel({ author: 'somebody' }))).toBe(
      'model.onnx is an ONNX model, but not one that Inkling exported.',
    );
  });

  it('asks for an update when a newer Inkling wrote the model', () => {
    expect(messageOf(modelWith({ formatVersion: 2 }))).toBe(
      'model.onnx was written by a newer Inkling (format 2; this one reads 1): update Inkling, or train again.',
    );
  });

  it.each<[string, Readonly<Record<string, unknown>>]>([
    ['no format version', { formatVersion: null }],
    ['a vocabulary that is no text', { vocabulary: ['a'] }],
    ['a vocabulary with a character twice', { vocabulary: 'aabcdefghi' }],
    ['a vocabulary of another size', { vocabulary: 'abc' }],
    ['no hyperparameters', { hyperparameters: null }],
    ['no layers', { hyperparameters: { ...cardOf(shape).hyperparameters, layers: 0 } }],
    ['half a unit', { hyperparameters: { ...cardOf(shape).hyperparameters, hidden: 0.5 } }],
    ['more units than any machine holds', { hyperparameters: { ...cardOf(shape).hyperparameters, hidden: 1e12 } }],
    [
      'more units than it has parameters for',
      { hyperparameters: { ...cardOf(shape).hyperparameters, hidden: 16_384 } },
    ],
    ['a context of nothing', { hyperparameters: { ...cardOf(shape).hyperparameters, context: 0 } }],
    ['a recipe nobody knows', { hyperparameters: { ...cardOf(shape).hyperparameters, recipe: 'soup' } }],
    ['a dropout below nothing', { hyperparameters: { ...cardOf(shape).hyperparameters, dropout: -0.1 } }],
    ['no corpus', { corpus: 7 }],
    ['a seed that is no number', { training: { ...cardOf(shape).training, seed: '7' } }],
    ['less than no bits', { heldOutBitsPerCharacter: -1 }],
    ['a date that is none', { training: { ...cardOf(shape).training, date: 'yesterday' } }],
    ['the name of an engine that fills pages', { training: { ...cardOf(shape).training, engine: 'x'.repeat(1000) } }],
    ['a description of megabytes', { corpus: ['x'.repeat(1_000_000)] }],
    ['layers that all objects have', { hyperparameters: { ['__proto__']: cardOf(shape).hyperparameters } }],
    ['a changed date', { training: { ...cardOf(shape).training, date: '2001-01-01T00:00:00.000Z' } }],
  ])('refuses a model with %s', (_, metadata) => {
    expect(messageOf(modelWith(metadata))).toMatch(/^model\.onnx is damaged: .*\.$/);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses a model with a parameter of %s', (value) => {
    const parameters = randomParameters(shape, 1);
    parameters[5] = value;
    expect(messageOf(exportModel(shape, parameters, cardOf(shape)))).toBe(
      'model.onnx cannot be used: some of its parameters are no numbers.',
    );
  });

  it('takes no more memory for a file of very many nodes', () => {
    const nodes = new Uint8Array(20_000_000);
    for (let index = 0; index < nodes.length; index += 2) nodes[index] = 0x0a;
    const length = [0, 7, 14, 21].map((shift) => ((nodes.length >> shift) & 0x7f) | (shift < 21 ? 0x80 : 0));
    const before = process.memoryUsage().heapUsed;
    expect(messageOf(new Uint8Array(Buffer.concat([Uint8Array.of(8, 8, 0x42, 0, 0x3a, ...length), nodes])))).toBe(
      'model.onnx is an ONNX model, but not one that Inkling exported.',
    );
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(100_000_000);
  });

  it('refuses a model that lacks parameters', () => {
    const g = new Graph('empty');
    g.output('y', g.tanh(g.input('x', 'float32', [2])), [2]);
    expect(messageOf(g.toModel(metadataOfCard(cardOf(shape))))).toContain('the parameters lstm.0.W are missing');
  });

  it('refuses a model that ends early, wherever it ends', () => {
    const { bytes } = randomModel(shape);
    for (let length = 0; length < bytes.length; length += 7) {
      expect(messageOf(bytes.subarray(0, length))).not.toBe('It was read.');
    }
  });

  it('never takes a model with a flipped bit for another network', () => {
    const { bytes, card, parameters } = randomModel(shape);
    const uniform = random(5);
    for (let round = 0; round < 1000; round++) {
      const damaged = bytes.slice();
      damaged[Math.floor(uniform() * bytes.length)]! ^= 1 << Math.floor(uniform() * 8);
      if (messageOf(damaged) !== 'It was read.') continue;
      expect(readModelCard(damaged)).toEqual(card); // the flip was in the graph, which is not run
      expect(readParameters(damaged)).toEqual(parameters);
    }
  });
});

describe('reading a model file', () => {
  it('reads what was exported', async ({ folder }) => {
    const { bytes, card, parameters } = randomModel(shape);
    const path = join(folder, 'model.onnx');
    await writeFile(path, bytes);
    expect(await readModelFile(path)).toMatchObject({ card, shape, parameters });
  });

  it('reads the beginning of a gigabyte of nothing, and no more', async ({ folder }) => {
    const path = join(folder, 'sparse.onnx');
    await writeFile(path, '');
    await truncate(path, 2 ** 30);
    const before = process.memoryUsage.rss();
    await expect(readModelFile(path)).rejects.toThrow('is not an ONNX model');
    expect(process.memoryUsage.rss() - before).toBeLessThan(100 * 2 ** 20);
  });

  it('names the file that is missing or is no file', async ({ folder }) => {
    const missing = join(folder, 'missing.onnx');
    await expect(readModelFile(missing)).rejects.toThrow(`Could not read the model ${missing}: it does not exist.`);
    await expect(readModelFile(folder)).rejects.toThrow(`Could not read the model ${folder}: it is not a file.`);
  });
});
