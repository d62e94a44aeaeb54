import { exportModel } from '../../src/lstm/modelFile.ts';
import { parameterCount, parameterSlots, slotView } from '../../src/lstm/network.ts';
import type { ModelCard } from '../../src/protocol/modelCard.ts';
import type { NetworkShape } from '../../src/protocol/trainerState.ts';
import { randomParameters } from './numerics.ts';

/** So many characters: newline, letters, and Chinese when those are used up. */
export function someCharacters(count: number): string[] {
  const plain = [...'\netaoin shrdlucmfwypvbgkjqxz.(){}=;'];
  const chinese = Array.from({ length: Math.max(0, count - plain.length) }, (_, i) => String.fromCodePoint(0x4e00 + i));
  return [...plain, ...chinese].slice(0, count);
}

export interface CardOptions {
  readonly characters?: readonly string[];
  readonly context?: number | null;
}

/** A card for a network of this shape. */
export function cardOf(
  shape: NetworkShape,
  { characters = someCharacters(shape.vocabulary - 2), context = null }: CardOptions = {},
): ModelCard {
  return {
    formatVersion: 1,
    vocabulary: characters,
    hyperparameters: { ...shape, context, recipe: context === null ? 'default' : 'classic', dropout: 0.1 },
    corpus: { files: 12, trainCharacters: 34_567, heldOutCharacters: 4321 },
    training: {
      epochs: 2.5,
      seconds: 61.25,
      engine: 'onnx',
      device: 'cpu',
      threads: 2,
      seed: 7,
      date: '2026-01-02T03:04:05.000Z',
    },
    heldOutBitsPerCharacter: 2.125,
  };
}

/** An exported model with random parameters. */
export function randomModel(shape: NetworkShape, options: CardOptions & { readonly seed?: number } = {}) {
  const parameters = randomParameters(shape, options.seed ?? 1);
  const card = cardOf(shape, options);
  return { shape, parameters, card, bytes: exportModel(shape, parameters, card) };
}

/**
 * An exported model that is sure which character follows which, made by hand: each unit of its one layer is on when
 * "its" id was read last, and lights up the id that comes next. Every character follows the one before it in
 * `characters`; the first follows the last, the separator and what is unknown.
 */
export function chainModel(characters: readonly string[]): Uint8Array {
  const vocabulary = characters.length + 2;
  const shape = { vocabulary, hidden: vocabulary, layers: 1 };
  const parameters = new Float32Array(parameterCount(shape));
  const [w, , b, outputW] = parameterSlots(shape).map((slot) => slotView(parameters, slot));
  b!.fill(20, 0, 2 * vocabulary); // i and o open
  b!.fill(-20, 2 * vocabulary, 3 * vocabulary); // f closed
  for (let id = 0; id < vocabulary; id++) {
    w![(3 * vocabulary + id) * vocabulary + id] = 20;
    const next = id + 1 < 2 || id + 1 === vocabulary ? 2 : id + 1;
    outputW![next * vocabulary + id] = 20;
  }
  return exportModel(shape, parameters, cardOf(shape, { characters }));
}
