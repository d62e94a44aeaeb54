import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { buildInferenceGraph } from '../../../src/lstm/graphs/inference.ts';
import { CARD_KEYS, metadataOfCard } from '../../../src/lstm/modelCard.ts';
import { decodeModel } from '../../../src/lstm/modelFile.ts';
import { Graph } from '../../../src/onnx/graph.ts';
import { cardOf, chainModel, randomModel } from '../../support/models.ts';
import { randomParameters } from '../../support/numerics.ts';
import { damaged } from '../damage.ts';
import { altered, json } from '../json.ts';
import { refusesOrGives } from '../refusal.ts';
import type { Target } from '../target.ts';

const SHAPES = [
  { vocabulary: 12, hidden: 4, layers: 2 },
  { vocabulary: 300, hidden: 3, layers: 1 },
  { vocabulary: 2, hidden: 1, layers: 1 },
];
const shape = SHAPES[0]!;
const parameters = randomParameters(shape, 1);
const metadata = metadataOfCard(cardOf(shape));

function foreignModel(): Uint8Array {
  const g = new Graph('foreign');
  g.output('y', g.tanh(g.input('x', 'float32', [2])), [2]);
  return g.toModel({ author: 'somebody' });
}

const originals = [...SHAPES.map((one) => randomModel(one).bytes), chainModel([...'abcdef\n']), foreignModel()];

const partOf = (key: string) => altered(JSON.parse(metadata[key]!)).map((part) => JSON.stringify(part) ?? '');

/** A model whose card says anything, with a checksum that is right. */
const lying = fc
  .record(
    {
      vocabulary: fc.oneof(
        partOf('vocabulary'),
        fc.string({ unit: 'grapheme' }).map((text) => JSON.stringify(text)),
      ),
      hyperparameters: partOf('hyperparameters'),
      corpus: partOf('corpus'),
      training: partOf('training'),
      heldOutBitsPerCharacter: json.map((part) => JSON.stringify(part)),
      formatVersion: fc.oneof(fc.string(), fc.constantFrom('2', '999999999', '9'.repeat(5000))),
      ['__proto__']: fc.string(),
    },
    { requiredKeys: [] },
  )
  .map((changes) => {
    const all: Record<string, string> = { ...metadata, ...changes };
    const hash = createHash('sha256').update(JSON.stringify(CARD_KEYS.map((key) => all[key])));
    hash.update(new Uint8Array(parameters.buffer, parameters.byteOffset, parameters.byteLength));
    return buildInferenceGraph(shape, parameters, { ...all, checksum: `sha256-${hash.digest('hex')}` });
  });

/** Whatever file is imported as a model: it is one, or there is one sentence on why not. */
export const models: Target = {
  name: 'models',
  property: fc.property(
    fc.oneof(
      ...originals.map(damaged),
      lying,
      fc.uint8Array({ maxLength: 2000 }),
      fc.tuple(fc.constantFrom(...originals), fc.constantFrom(...originals)).map(([a, b]) => Buffer.concat([a, b])),
    ),
    (bytes) => {
      const model = refusesOrGives(() => decodeModel(bytes, 'model.onnx'));
      if (model === undefined) return;
      if (!model.parameters.every(Number.isFinite)) throw new Error('Some parameters are no numbers.');
      if (model.card.vocabulary.length + 2 !== model.shape.vocabulary) throw new Error('The card contradicts itself.');
    },
  ),
};
