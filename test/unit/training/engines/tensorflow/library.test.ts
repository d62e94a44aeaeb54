import { describe, expect, it, vi } from 'vitest';
import { check, findCandidates, isPreferred } from '../../../../../src/training/engines/engines.ts';
import { loadTensorflow, packageIn } from '../../../../../src/training/engines/tensorflow/library.ts';
import { TENSORFLOW_FOLDERS, tensorflowForTests } from '../../../../support/tensorflow.ts';
import { folderWith } from '../../../corpus/temporaryFolder.ts';

const MANIFEST = '{ "name": "@tensorflow/tfjs-node", "version": "4.22.0" }';
const { missing } = tensorflowForTests();

describe('A tfjs-node', () => {
  it('is found in the packages of a folder, or is the folder', async () => {
    const folder = await folderWith({ 'node_modules/@tensorflow/tfjs-node/package.json': MANIFEST });
    const path = `${folder}/node_modules/@tensorflow/tfjs-node`;
    expect(packageIn(folder)).toBe(path);
    expect(packageIn(path)).toBe(path);
  });

  it('for GPUs comes first', async () => {
    const folder = await folderWith({
      'node_modules/@tensorflow/tfjs-node/package.json': MANIFEST,
      'node_modules/@tensorflow/tfjs-node-gpu/package.json': MANIFEST.replace('tfjs-node', 'tfjs-node-gpu'),
    });
    const found = findCandidates([folder], 1).filter(({ engine }) => engine === 'tensorflow');
    expect(found.map(({ device, title }) => [device, title])).toEqual([
      ['gpu', 'TensorFlow (tfjs-node-gpu 4.22.0)'],
      ['gpu', 'TensorFlow (tfjs-node-gpu 4.22.0), cuDNN'],
    ]);
    expect(found.filter((candidate) => isPreferred({ device: 'cpu' }, candidate))).toEqual([]);
  });

  it.each([
    ['nothing', {}],
    ['another package', { 'package.json': '{ "name": "left-pad" }' }],
    ['a damaged manifest', { 'package.json': '{ "name": ' }],
  ])('is not there where a folder has %s', async (_, files: Record<string, string>) => {
    const folder = await folderWith(files);
    expect(packageIn(folder)).toBeUndefined();
    expect(loadTensorflow([folder, '/no/such/folder'], 1)).toBeUndefined();
    expect(findCandidates([folder], 1).some(({ engine }) => engine === 'tensorflow')).toBe(false);
  });

  it.each([
    ['is incomplete', { 'package.json': MANIFEST }, /is incomplete: it has no dist\/index\.js$/],
    [
      'was built for something else',
      {
        'package.json': MANIFEST,
        'dist/index.js': "throw new Error('libtensorflow.so.2: invalid ELF header\\nRequire stack: somewhere');",
      },
      /cannot be loaded: libtensorflow\.so\.2: invalid ELF header$/,
    ],
    [
      'lacks its native part',
      { 'package.json': MANIFEST, 'dist/index.js': 'exports.backend = () => ({});' },
      /has no native part$/,
    ],
  ])('that %s is told of in a sentence, and leaves everything else as it was', async (_, files, message) => {
    const folder = await folderWith(files as Record<string, string>);
    const before = { ...process.env };
    vi.resetModules(); // as where none was loaded yet
    const fresh = await import('../../../../../src/training/engines/tensorflow/library.ts');
    expect(() => fresh.loadTensorflow([folder], 1)).toThrow(message);
    expect(process.env).toEqual(before);
  });
});

describe.skipIf(missing)(`A TensorFlow that is there${missing}`, () => {
  it('passes the check that every engine must pass', async () => {
    const candidates = findCandidates(TENSORFLOW_FOLDERS, 2).filter(({ engine }) => engine === 'tensorflow');
    expect(candidates).not.toEqual([]);
    for (const candidate of candidates) await check(candidate);
  });

  it('is the only one of its process', async () => {
    const folder = await folderWith({ 'package.json': MANIFEST });
    expect(() => loadTensorflow([folder], 1)).toThrow(/^another TensorFlow was loaded before/);
  });
});
