import { mkdir, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { adopt, appraise, exportWithCard } from '../../../../src/completion/worker/modelFiles.ts';
import { CARD_MARK } from '../../../../src/lstm/cardText.ts';
import { digestOf } from '../../../../src/lstm/modelFile.ts';
import { randomModel } from '../../../support/models.ts';
import { folderWith } from '../../corpus/temporaryFolder.ts';

const model = randomModel({ vocabulary: 40, hidden: 4, layers: 1 });

describe('a model that has come from elsewhere', () => {
  let folder: string;
  let path: string;

  beforeEach(async () => {
    folder = await folderWith({});
    path = join(folder, 'team.onnx');
    await writeFile(path, model.bytes);
  });

  const look = (folders: readonly string[] = []) => appraise({ path, folders, scan: {} });

  it('is looked at without being used', async () => {
    expect(await look()).toEqual({ card: model.card, digest: digestOf(model.bytes) });
    expect(await readdir(folder)).toEqual(['team.onnx']);
  });

  it('is held against the text of the workspace: how much of it cannot be named, and what', async () => {
    const workspace = await folderWith({ 'a.ts': `${'a'.repeat(90)}漢漢漢漢漢漢字字字 ` });
    const { coverage } = await look([workspace]);
    expect(coverage?.unknownPart).toBeCloseTo(0.09, 5);
    expect(coverage?.examples).toEqual(['漢', '字']);
  });

  it('is looked at all the same when the workspace holds no text, or cannot be read', async () => {
    for (const workspace of [await folderWith({}), join(folder, 'nowhere')]) {
      expect((await look([workspace])).coverage).toBeUndefined();
    }
  });

  it.each<[string, (bytes: Uint8Array) => Uint8Array, RegExp]>([
    ['no model', () => new TextEncoder().encode('something else'), /team\.onnx is not an ONNX model/],
    ['cut off', (bytes) => bytes.subarray(0, 600), /team\.onnx is not an ONNX model, or it is damaged/],
    ['damaged', (bytes) => bytes.with(bytes.length >> 1, 0xff), /team\.onnx .*damaged|cannot be used/],
  ])('is refused when it is %s', async (_, change, message) => {
    await writeFile(path, change(Uint8Array.from(model.bytes)));
    await expect(look()).rejects.toThrow(message);
  });

  it('is refused before it is read when no model can be as large', async () => {
    await truncate(path, 3 * 2 ** 30); // sparse: it takes no room
    await expect(look()).rejects.toThrow(/Could not read the model .*: it is larger than 2 GB\./);
  });

  it('is copied as it was looked at, and not when it has changed since', async () => {
    const target = join(folder, 'storage', 'model.onnx');
    const { digest } = await look();
    await adopt({ source: path, target, digest });
    expect(new Uint8Array(await readFile(target))).toEqual(model.bytes);
    await writeFile(path, randomModel(model.shape, { seed: 2 }).bytes);
    await expect(adopt({ source: path, target, digest })).rejects.toThrow(/has changed since its card was shown/);
    expect(new Uint8Array(await readFile(target))).toEqual(model.bytes);
  });
});

describe('an exported model', () => {
  let folder: string;
  let source: string;
  const request = (name: string) => ({ source, target: join(folder, name), locale: 'en' });

  beforeEach(async () => {
    source = join(await folderWith({}), 'model.onnx');
    await writeFile(source, model.bytes);
    folder = await folderWith({});
  });

  it('has its card beside it, which names its bytes', async () => {
    expect(await exportWithCard(request('mine.onnx'))).toBe(join(folder, 'mine.md'));
    expect(new Uint8Array(await readFile(join(folder, 'mine.onnx')))).toEqual(model.bytes);
    const card = await readFile(join(folder, 'mine.md'), 'utf8');
    expect(card).toContain('# mine.onnx');
    expect(card).toContain(digestOf(model.bytes));
    expect(await readdir(folder)).toHaveLength(2);
  });

  it('takes the place of one that was exported before, with its card', async () => {
    await exportWithCard(request('mine.onnx'));
    const other = randomModel(model.shape, { seed: 2 });
    await writeFile(source, other.bytes);
    await exportWithCard(request('mine.onnx'));
    expect(new Uint8Array(await readFile(join(folder, 'mine.onnx')))).toEqual(other.bytes);
    expect(await readFile(join(folder, 'mine.md'), 'utf8')).toContain(digestOf(other.bytes));
  });

  it.each<[string, () => Promise<unknown>, RegExp]>([
    [
      'its card would overwrite a page',
      () => writeFile(join(folder, 'README.md'), '# Mine'),
      /README\.md, which is not/,
    ],
    ['there is a folder of the name of its card', () => mkdir(join(folder, 'README.md')), /README\.md, which is not/],
    ['there is a folder of its name', () => mkdir(join(folder, 'README.onnx')), /README\.onnx is a folder/],
    ['it is damaged', () => writeFile(source, model.bytes.subarray(0, 900)), /damaged/],
  ])('is not written, and neither is its card, when %s', async (_, prepare, message) => {
    await prepare();
    const before = await readdir(folder);
    await expect(exportWithCard(request('README.onnx'))).rejects.toThrow(message);
    expect(await readdir(folder)).toEqual(before);
  });

  it('is not written into a folder that is not there', async () => {
    await expect(exportWithCard(request('no/such/mine.onnx'))).rejects.toThrow(/Could not write .*mine\.md/);
    expect(await readdir(folder)).toEqual([]);
  });

  it('begins its card with a mark that Markdown does not show', () => {
    expect(CARD_MARK).toMatch(/^<!-- .* -->$/);
  });
});
