import { spawnSync } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserFacingError } from '../../../src/base/errors.ts';
import {
  type Checkpoint,
  decodeCheckpoint,
  encodeCheckpoint,
  readCheckpoint,
  writeCheckpoint,
} from '../../../src/lstm/checkpoint.ts';
import { parameterCount } from '../../../src/lstm/network.ts';
import { exportPyTorchParameters, importPyTorchParameters } from '../../../src/lstm/pyTorch.ts';
import { LstmRuntime } from '../../../src/lstm/runtime.ts';
import { decodeSafetensors, encodeSafetensors } from '../../../src/lstm/safetensors.ts';
import { largestDifference, randomFloats, randomIds } from '../../support/numerics.ts';
import { missingInPython, runInterop } from '../../support/python.ts';
import { folderWith } from '../corpus/temporaryFolder.ts';

const shape = { vocabulary: 6, hidden: 3, layers: 2 };
const batch = 4;
const count = parameterCount(shape);
const stateSize = shape.layers * shape.hidden * batch;

const checkpoint: Checkpoint = {
  shape,
  batch,
  parameters: randomFloats(count, 1, 1),
  best: randomFloats(count, 1, 3),
  moment1: randomFloats(count, 1, 4),
  moment2: randomFloats(count, 1, 5),
  hidden: randomFloats(stateSize, 1, 6),
  cell: randomFloats(stateSize, 1, 7),
  optimizerSteps: 1234,
  trainer: { vocabulary: ['\n', '"', '漢', '🎈', '\ud800'], learningRate: 2e-3, history: [{ loss: 1.5 }, null] },
};

const { best: _best, ...withoutExtras } = checkpoint;
const leanest: Checkpoint = { ...withoutExtras, moment1: new Float32Array(0), moment2: new Float32Array(0) };

describe('a checkpoint', () => {
  it.each([
    ['with all it can hold', checkpoint],
    ['with only what it must', leanest],
    ['of one layer and one lane', { ...leanest, ...smallestNetwork() }],
  ])('comes back as it was written: %s', (_, written) => {
    expect(decodeCheckpoint(bytesOf(written))).toEqual(written);
  });

  it('is written to a file and read from it', async () => {
    const path = join(await folderWith({}), 'model.checkpoint');
    await writeCheckpoint(path, leanest);
    await writeCheckpoint(path, checkpoint);
    expect(await readCheckpoint(path)).toEqual(checkpoint);
    expect(bytesOf(checkpoint)).toEqual(new Uint8Array(await readFile(path)));
  });

  it('whose arrays do not fit its network is not written', () => {
    expect(() => encodeCheckpoint({ ...checkpoint, hidden: new Float32Array(1) })).toThrow('state.hidden');
    expect(() => encodeCheckpoint({ ...checkpoint, moment2: new Float32Array(1) })).toThrow('optimizer.moment2');
  });
});

describe("parameters under PyTorch's names", () => {
  const small = { vocabulary: 2, hidden: 1, layers: 1 };
  // W [4, 2], R [4, 1], B [4], the output's W [2, 1] and B [2]; the tens tell the gates i, o, f, c.
  const ours = Float32Array.of(10, 11, 20, 21, 30, 31, 40, 41, 12, 22, 32, 42, 13, 23, 33, 43, 1, 2, 3, 4);
  const theirs = {
    'lstm.weight_ih_l0': { shape: [4, 2], data: Float32Array.of(10, 11, 30, 31, 40, 41, 20, 21) },
    'lstm.weight_hh_l0': { shape: [4, 1], data: Float32Array.of(12, 32, 42, 22) },
    'lstm.bias_ih_l0': { shape: [4], data: Float32Array.of(13, 33, 43, 23) },
    'lstm.bias_hh_l0': { shape: [4], data: new Float32Array(4) },
    'output.weight': { shape: [2, 1], data: Float32Array.of(1, 2) },
    'output.bias': { shape: [2], data: Float32Array.of(3, 4) },
  };

  it('have its gate order i, f, g, o and a second bias of 0', () => {
    expect(exportPyTorchParameters(ours, small)).toEqual(theirs);
  });

  it('come back with both biases summed', () => {
    const trained = { ...theirs, 'lstm.bias_hh_l0': { shape: [4], data: Float32Array.of(100, 300, 400, 200) } };
    const summed = ours.slice();
    summed.set([113, 223, 333, 443], 12);
    expect(importPyTorchParameters(trained, small)).toEqual(summed);
    expect(importPyTorchParameters(theirs, small)).toEqual(ours);
  });

  it.each(Object.keys(theirs))('are refused when %s is missing or has another shape', (name) => {
    const { [name as keyof typeof theirs]: tensor, ...others } = theirs;
    const misshapen = { ...others, [name]: { shape: [tensor.data.length, 1, 1], data: tensor.data } };
    expect(() => importPyTorchParameters(others, small)).toThrow(UserFacingError);
    expect(() => importPyTorchParameters(misshapen, small)).toThrow(name);
  });
});

describe('Python', () => {
  const noSafetensors = missingInPython('safetensors', 'numpy');
  it.skipIf(noSafetensors)(`reads every tensor of a checkpoint with its safetensors${noSafetensors}`, async () => {
    const path = join(await folderWith({}), 'model.checkpoint');
    await writeCheckpoint(path, checkpoint);
    const report = await runInterop<{
      tensors: Record<string, { shape: number[]; dtype: string; sum: number }>;
      metadata: string[];
    }>('check_safetensors.py', path);

    const { tensors, metadata } = decodeSafetensors(bytesOf(checkpoint));
    expect(Object.keys(report.tensors).sort()).toEqual(Object.keys(tensors).sort());
    for (const [name, { shape, data }] of Object.entries(tensors)) {
      const sum = data.reduce((total, value) => total + value, 0);
      expect(report.tensors[name], name).toEqual({ shape, dtype: 'float32', sum: expect.closeTo(sum, 6) });
    }
    expect(report.metadata).toEqual(Object.keys(metadata).sort());
  });

  const noTorch = missingInPython('torch', 'safetensors');
  it.skipIf(noTorch)(
    `runs a checkpoint's network as PyTorch's nn.LSTM with the same result${noTorch}`,
    async () => {
      const timeSteps = 5;
      const folder = await folderWith({});
      const path = join(folder, 'model.checkpoint');
      await writeCheckpoint(path, checkpoint);
      const inputs = randomIds(timeSteps * batch, shape.vocabulary, 8);
      const idsPath = join(folder, 'ids.json');
      await writeFile(idsPath, JSON.stringify(rowsOf(inputs, batch)));
      const report = await runInterop<{ shape: number[]; logits: number[] }>('torch_forward.py', path, idsPath);

      expect(report.shape).toEqual([timeSteps, batch, shape.vocabulary]);
      for (let id = 0; id < shape.vocabulary; id++) {
        const targets = new Int32Array(timeSteps * batch).fill(id);
        const losses = await lossesFromZero(checkpoint.parameters, inputs, targets);
        const expected = rowsOf(report.logits, shape.vocabulary).map((logits) => crossEntropy(logits, id));
        expect(largestDifference(losses, expected)).toBeLessThan(1e-5);
      }
    },
    60_000,
  );
});

describe('a file that is not a checkpoint', () => {
  it.each<[string, Record<string, string>, string]>([
    ['of another program', { format: 'pt' }, 'not written'],
    ['without metadata', {}, 'not written'],
    ['of another version', { ...metadataOf(checkpoint), formatVersion: '2' }, 'version is 2'],
    ['without steps', { ...metadataOf(checkpoint), optimizerSteps: '' }, 'steps'],
    ['with negative steps', { ...metadataOf(checkpoint), optimizerSteps: '-1' }, 'steps'],
    ['with endless steps', { ...metadataOf(checkpoint), optimizerSteps: '9'.repeat(400) }, 'steps'],
    ["with a trainer's state that is cut", { ...metadataOf(checkpoint), trainer: '{"a":' }, 'progress'],
  ])('is refused with a reason: %s', (_, metadata, reason) => {
    const { tensors } = decodeSafetensors(bytesOf(checkpoint));
    const bytes = joined(encodeSafetensors(tensors, metadata));
    expect(() => decodeCheckpoint(bytes)).toThrow(UserFacingError);
    expect(() => decodeCheckpoint(bytes)).toThrow(reason);
  });

  it('is refused when any tensor that it must have is missing or misshapen', () => {
    const { tensors } = decodeSafetensors(bytesOf(leanest));
    for (const [name, { data }] of Object.entries(tensors)) {
      const { [name]: _, ...others } = tensors;
      const misshapen = { ...others, [name]: { shape: [1, data.length, 1], data } };
      for (const broken of [others, misshapen]) {
        const bytes = joined(encodeSafetensors(broken, metadataOf(leanest)));
        expect(() => decodeCheckpoint(bytes), name).toThrow(UserFacingError);
      }
    }
  });

  it('is refused, or read as another checkpoint, whichever of its bits change, and nothing else happens', () => {
    const bytes = bytesOf(checkpoint);
    const header = bytes.length - dataLengthOf(bytes);
    const position = fc.oneof(fc.nat(header * 8 - 1), fc.nat(bytes.length * 8 - 1));
    fc.assert(
      fc.property(fc.array(position, { minLength: 1, maxLength: 4 }), (bits) => {
        const damaged = bytes.slice();
        for (const bit of bits) damaged[bit >> 3]! ^= 1 << (bit & 7);
        decodesOrRefuses(damaged);
      }),
      { numRuns: 2000 },
    );
  });

  it('is refused wherever it is cut', () => {
    const bytes = bytesOf(checkpoint);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), (length) => {
        expect(() => decodeCheckpoint(bytes.subarray(0, length))).toThrow(UserFacingError);
      }),
      { numRuns: 500 },
    );
  });

  it('is named in what the reader is told', async () => {
    const folder = await folderWith({ 'empty.checkpoint': '', 'text.checkpoint': 'export const x = 1;\n' });
    await mkdir(join(folder, 'folder.checkpoint'));
    await writeFile(join(folder, 'cut.checkpoint'), bytesOf(checkpoint).subarray(0, -1));
    for (const [name, reason] of [
      ['absent.checkpoint', 'does not exist'],
      ['empty.checkpoint', 'too short'],
      ['text.checkpoint', 'absurd'],
      ['folder.checkpoint', 'not a file'],
      ['cut.checkpoint', 'ends before'],
    ] as const) {
      const error = await readCheckpoint(join(folder, name)).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(UserFacingError);
      expect((error as UserFacingError).message).toContain(join(folder, name));
      expect((error as UserFacingError).message).toContain(reason);
    }
  });

  it.skipIf(process.platform === 'win32')('is not waited for when it is a device without end', async () => {
    await expect(readCheckpoint('/dev/zero')).rejects.toThrow('not a file');
  });
});

describe('a checkpoint that cannot be written', () => {
  it('leaves a folder in its place as it was', async () => {
    const folder = await folderWith({ 'model.checkpoint/inside.txt': 'kept' });
    await expect(writeCheckpoint(join(folder, 'model.checkpoint'), checkpoint)).rejects.toThrow(UserFacingError);
    expect(await readdir(folder, { recursive: true })).toEqual(['model.checkpoint', 'model.checkpoint/inside.txt']);
  });

  it('is told where there can be no such folder', async () => {
    const folder = await folderWith({ file: '' });
    const path = join(folder, 'file', 'a.checkpoint');
    await expect(writeCheckpoint(path, checkpoint)).rejects.toThrow('not a folder');
    expect(await readdir(folder)).toEqual(['file']);
  });

  const unwritable = process.platform !== 'win32' && process.getuid?.() !== 0;
  it.skipIf(!unwritable)('is told where the folder is read-only (skipped for root and on Windows)', async () => {
    const folder = await folderWith({ 'model.checkpoint': 'before' });
    await chmod(folder, 0o500);
    await expect(writeCheckpoint(join(folder, 'model.checkpoint'), checkpoint)).rejects.toThrow('permission');
    await chmod(folder, 0o700);
    expect(await readFile(join(folder, 'model.checkpoint'), 'utf8')).toBe('before');
  });

  // A limit on the size of files stands in for a disk that fills up; only a child process can be given one.
  const runsTypeScript = Boolean((process.features as { typescript?: unknown }).typescript);
  const limited = process.platform !== 'win32' && runsTypeScript;
  it.skipIf(!limited)('half-way leaves the one before it, and nothing else (needs bash and Node ≥ 22.18)', async () => {
    const folder = await folderWith({ 'model.checkpoint': 'before' });
    const path = join(folder, 'model.checkpoint');
    const module = fileURLToPath(new URL('../../../src/lstm/checkpoint.ts', import.meta.url));
    const script = `
      const { writeCheckpoint } = await import(${JSON.stringify(module)});
      const shape = { vocabulary: 100, hidden: 64, layers: 1 };
      const state = new Float32Array(64);
      const parameters = new Float32Array(4 * 64 * (100 + 64 + 1) + 100 * 65);
      const none = new Float32Array(0);
      await writeCheckpoint(${JSON.stringify(path)}, {
        shape, parameters, moment1: none, moment2: none, hidden: state, cell: state, batch: 1, optimizerSteps: 0, trainer: {},
      }).catch((error) => console.log(error.name));`;
    const limit = 'ulimit -f 100 && exec "$@"';
    const node = [process.execPath, '--no-warnings', '--input-type=module', '-e', script];
    const { stdout } = spawnSync('bash', ['-c', limit, 'bash', ...node], { encoding: 'utf8' });
    expect(stdout.trim()).toBe('UserFacingError');
    expect(await readdir(folder)).toEqual(['model.checkpoint']);
    expect(await readFile(path, 'utf8')).toBe('before');
  });
});

function bytesOf(written: Checkpoint): Uint8Array {
  return joined(encodeCheckpoint(written));
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(chunks));
}

function metadataOf(written: Checkpoint): Record<string, string> {
  return decodeSafetensors(bytesOf(written)).metadata;
}

function dataLengthOf(bytes: Uint8Array): number {
  return Object.values(decodeSafetensors(bytes).tensors).reduce((sum, { data }) => sum + data.byteLength, 0);
}

function decodesOrRefuses(bytes: Uint8Array): void {
  try {
    decodeCheckpoint(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(UserFacingError);
  }
}

function smallestNetwork() {
  const one = { vocabulary: 1, hidden: 1, layers: 1 };
  const state = Float32Array.of(0.5);
  return { shape: one, batch: 1, parameters: randomFloats(parameterCount(one), 1, 9), hidden: state, cell: state };
}

async function lossesFromZero(parameters: Float32Array, inputs: Int32Array, targets: Int32Array) {
  const runtime = await LstmRuntime.open(shape, parameters);
  const logits = await runtime.predict(inputs, batch);
  await runtime.dispose();
  return rowsOf(logits, shape.vocabulary).map((row, position) => crossEntropy(row, targets[position]!));
}

function rowsOf(values: ArrayLike<number>, width: number): number[][] {
  const flat = Array.from(values);
  return Array.from({ length: flat.length / width }, (_, row) => flat.slice(row * width, (row + 1) * width));
}

function crossEntropy(logits: readonly number[], target: number): number {
  return Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0)) - logits[target]!;
}
