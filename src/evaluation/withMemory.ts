import { Words } from '../completion/context/wordStream.ts';
import { GrowingDocument } from '../completion/experts/documentCache.ts';
import { ContextMemory, LONGEST_CONTEXT } from '../completion/experts/kneserNeyModel.ts';
import { LstmPredictor, type LstmState } from '../completion/experts/lstmPredictor.ts';
import { Gate } from '../completion/mixing/gate.ts';
import type { Document } from '../corpus/document.ts';
import { encodeDocument } from '../corpus/documents.ts';
import { SEPARATOR, UNKNOWN, UNKNOWN_CHARACTER_BITS } from '../corpus/vocabulary.ts';
import type { Model } from '../lstm/modelFile.ts';
import type { RuntimeOptions } from '../lstm/runtime.ts';
import type { Score } from '../scoring/score.ts';

/** Characters that the network reads in one run. */
const CHUNK = 256;

/**
 * Who predicts: the memory of the workspace; that and one of the document alone, joined by the gate, as the editor does
 * before anything is trained; or both and the network.
 */
export type WithMemory = 'memory' | 'memories' | 'mixture';

/**
 * How well memories predict documents, alone or mixed with a model: by the measure of `score`, and as in an editor. The
 * memory has learnt the training files when the first held-out one begins; of each of these it learns every character
 * as soon as it was predicted, as do the document's own memory and the gate.
 *
 * @throws UserFacingError when onnxruntime cannot load the network
 */
export async function bitsWithMemory(
  which: WithMemory,
  model: Model,
  { train, heldOut }: { readonly train: readonly Document[]; readonly heldOut: readonly Document[] },
  options: RuntimeOptions = {},
): Promise<Score> {
  const predictor = await LstmPredictor.open(model, options);
  try {
    const { vocabulary } = predictor;
    const memory = new ContextMemory(vocabulary.size);
    for (const document of train) memory.learn(encodeDocument(vocabulary, document));
    const gate = new Gate(vocabulary);
    const words = new Words(vocabulary);
    const sum = { documents: 0, characters: 0, bits: 0, right: 0 };
    for (const document of heldOut) {
      const ids = encodeDocument(vocabulary, document);
      const alone = new GrowingDocument(vocabulary, words);
      let byWords: Uint16Array = new Uint16Array(0);
      sum.documents++;
      let index = 0;
      for await (const network of distributions(predictor, ids, which === 'mixture')) {
        const before = ids.subarray(0, index);
        const place = { context: before.subarray(-LONGEST_CONTEXT), words: byWords };
        const remembered = expectation(memory, ids, index);
        const probabilities =
          which === 'memory'
            ? remembered.probabilities
            : gate.mix(
                { network, memory: remembered, ...alone.memory.expect(place, remembered.probabilities) },
                before,
              );
        const id = ids[index]!;
        sum.characters++;
        sum.bits += (id === UNKNOWN ? UNKNOWN_CHARACTER_BITS : 0) - Math.log2(probabilities[id]!);
        if (id !== SEPARATOR && id !== UNKNOWN && isMostProbable(probabilities, id)) sum.right++;
        if (which !== 'memory') gate.learn(id);
        memory.learn(ids, index, index + 1);
        alone.learn([id]);
        byWords = words.after(byWords, [id]);
        index++;
      }
    }
    const { documents, characters, bits, right } = sum;
    const predicted = characters - documents;
    return {
      documents,
      characters,
      bits,
      bitsPerCharacter: characters === 0 ? 0 : bits / characters,
      top1: predicted === 0 ? 0 : right / predicted,
    };
  } finally {
    await predictor.dispose();
  }
}

function expectation(memory: ContextMemory, ids: Uint16Array, index: number) {
  const probabilities = new Float64Array(memory.vocabularySize);
  return { matched: memory.predict(ids, index, probabilities), probabilities };
}

/** What the network expects before each of the ids; nothing, as often, where it is not asked. */
async function* distributions(
  predictor: LstmPredictor,
  ids: Uint16Array,
  isAsked: boolean,
): AsyncGenerator<Float32Array | undefined> {
  let state: LstmState = predictor.start();
  for (let start = 0; start < ids.length; start += CHUNK) {
    const chunk = ids.subarray(start, start + CHUNK);
    if (!isAsked) yield* Array.from(chunk, () => undefined);
    else {
      const { before, last } = await predictor.distributions(state, chunk);
      yield* before;
      state = last;
    }
  }
}

function isMostProbable(probabilities: Float64Array, id: number): boolean {
  const probability = probabilities[id]!;
  for (let other = 0; other < probabilities.length; other++) if (probabilities[other]! > probability) return false;
  return true;
}
