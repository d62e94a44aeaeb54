import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from '../../../src/lstm/checkpoint.ts';
import { parameterCount } from '../../../src/lstm/network.ts';
import { decodeSafetensors } from '../../../src/lstm/safetensors.ts';
import type { TrainingOptions } from '../../../src/protocol/training.ts';
import { planOf } from '../../../src/training/plan.ts';
import { readResumable } from '../../../src/training/resume.ts';
import { START } from '../../../src/training/trainer.ts';
import { randomFloats } from '../../support/numerics.ts';
import { makeFolder, removeFolder } from '../../support/temporaryFolder.ts';
import { damaged, joined } from '../damage.ts';
import { altered } from '../json.ts';
import { checkRefusal, refusesOrGives } from '../refusal.ts';
import type { Target } from '../target.ts';

const shape = { vocabulary: 6, hidden: 3, layers: 2 };
const options: TrainingOptions = { recipe: 'default', budget: { minutes: 1 }, batch: 4, threads: 1, seed: 1 };
const count = parameterCount(shape);
const states = shape.layers * shape.hidden * 4;
const plan = planOf(options, shape.vocabulary, 10_000, shape);

const checkpoint: Checkpoint = {
  shape,
  batch: 4,
  parameters: randomFloats(count, 1, 1),
  best: randomFloats(count, 1, 2),
  moment1: randomFloats(count, 1, 3),
  moment2: randomFloats(count, 1, 4),
  hidden: randomFloats(states, 1, 5),
  cell: randomFloats(states, 1, 6),
  optimizerSteps: 12,
  trainer: { plan, vocabulary: [...'abcd'], progress: START },
};

const whole = bytesOf(checkpoint);
const header = JSON.parse(new TextDecoder().decode(whole.subarray(8, 8 + headerLength(whole)))) as object;
const numbers = whole.subarray(8 + headerLength(whole));

function bytesOf(written: Checkpoint): Uint8Array {
  return joined(...encodeCheckpoint(written));
}

function headerLength(bytes: Uint8Array): number {
  return Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true));
}

/** The same numbers under a header that says something else. */
const lying = altered(header).map((changed) => {
  const text = new TextEncoder().encode(JSON.stringify(changed) ?? '');
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(text.length), true);
  return joined(length, text, numbers);
});

/** A file that is no checkpoint is refused in a sentence. */
export const checkpoints: Target = {
  name: 'checkpoints',
  property: fc.property(fc.oneof(damaged(whole), lying, fc.uint8Array({ maxLength: 1000 })), (bytes) => {
    refusesOrGives(() => decodeSafetensors(bytes));
    refusesOrGives(() => decodeCheckpoint(bytes));
  }),
};

const altering = altered(checkpoint.trainer).map((trainer) => bytesOf({ ...checkpoint, trainer }));

/** What a training is resumed from fits its network, or is refused in a sentence. */
export const resumed: Target = {
  name: 'resumed trainings',
  property: fc.asyncProperty(fc.oneof(altering, altering, damaged(whole)), async (bytes) => {
    const folder = makeFolder('fuzz');
    const path = join(folder, 'checkpoint.safetensors');
    try {
      writeFileSync(path, bytes);
      const resumable = await readResumable(path, options, 'resume');
      const { vocabulary, hidden, layers } = resumable.plan.shape;
      if (resumable.vocabulary.length + 2 !== vocabulary) throw new Error('The vocabulary is another one.');
      if (parameterCount({ vocabulary, hidden, layers }) !== resumable.snapshot.parameters.length) {
        throw new Error('The parameters are those of another network.');
      }
    } catch (error) {
      checkRefusal(error);
    } finally {
      removeFolder(folder);
    }
  }),
};
