import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UserFacingError } from '../../../src/base/errors.ts';
import { accepts } from '../../../src/base/schema.ts';
import { readCorpus } from '../../../src/corpus/corpus.ts';
import type { Document } from '../../../src/corpus/document.ts';
import { encodeDocument } from '../../../src/corpus/documents.ts';
import { CorpusManifest } from '../../../src/corpus/manifest.ts';
import { concatenate } from '../../../src/corpus/streams.ts';
import { Vocabulary } from '../../../src/corpus/vocabulary.ts';
import { type WritingOptions, writeCorpus } from '../../../src/corpus/writeCorpus.ts';
import { folderWith, prose } from './temporaryFolder.ts';

const refusals = { foreign: 'That is no corpus.', busy: 'Somebody else writes it.' };

/** Writes a folder as a corpus beside it, and reads what was written. */
async function written(folder: string, options: Partial<WritingOptions> = {}, at?: string) {
  const out = at ?? join(await folderWith({}), 'corpus');
  const manifest = await writeCorpus(folder, out, { refusals, ...options });
  const bytesOf = async (part: 'train' | 'heldOut', what: 'ids' | 'offsets') => {
    const bytes = await readFile(join(out, manifest[part][what].file));
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(manifest[part][what].sha256);
    return new Uint8Array(bytes).buffer;
  };
  const partOf = async (part: 'train' | 'heldOut') => ({
    ids: new Uint16Array(await bytesOf(part, 'ids')),
    offsets: [...new BigUint64Array(await bytesOf(part, 'offsets'))].map(Number),
  });
  return { out, manifest, train: await partOf('train'), heldOut: await partOf('heldOut') };
}

/** The same, as `inkling train` reads it. */
async function asTrainingReadsIt(folder: string) {
  const { train, heldOut, report } = await readCorpus(folder, { maxCorpusBytes: Number.POSITIVE_INFINITY });
  const vocabulary = Vocabulary.fromDocuments(train);
  const partOf = (documents: readonly Document[]) => {
    const texts = documents.map((document) => encodeDocument(vocabulary, document));
    const offsets = [0];
    for (const text of texts) offsets.push(offsets.at(-1)! + text.length);
    return { ids: concatenate(texts), offsets };
  };
  return { train: partOf(train), heldOut: partOf(heldOut), report, vocabulary };
}

async function expectTheSame(folder: string): Promise<void> {
  const [ours, theirs] = [await written(folder), await asTrainingReadsIt(folder)];
  for (const part of ['train', 'heldOut'] as const) {
    expect(Buffer.compare(Buffer.from(ours[part].ids.buffer), Buffer.from(theirs[part].ids.buffer))).toBe(0);
    expect(ours[part].offsets).toEqual(theirs[part].offsets);
  }
  const { manifest } = ours;
  expect(manifest.vocabulary).toBe(theirs.vocabulary.characters.join(''));
  const { files, bytes, characters, excluded, scrubbed } = theirs.report;
  expect(manifest).toMatchObject({ files, bytes, excluded, scrubbed });
  expect(manifest.train.characters + manifest.heldOut.characters).toBe(characters);
  for (const part of ['train', 'heldOut'] as const) {
    expect(manifest[part].documents).toBe(theirs[part].offsets.length - 1);
    expect(manifest[part].unknown).toBe(theirs[part].ids.filter((id) => id === 0).length);
  }
}

describe('a corpus on disk', () => {
  it('holds the ids that training reads: rxjs', async () => {
    await expectTheSame('node_modules/rxjs/src');
  });

  it('holds them in the order of whole paths, without secrets, duplicates and what else is left out', async () => {
    const files: Record<string, string> = {
      'a/b.md': prose('in a'),
      'a-b.md': prose('beside a'),
      'a.md': prose('a'),
      'a/z/deep.md': prose('deep'),
      'é/名前.md': `${prose('é 名前 𝒳 😀')}\n`,
      'same-1.md': prose('same'),
      'same-0.md': prose('same'),
      'secret.ts': `const password = "hG7kQ2mZx9Lw4TnB";\n${prose('code')}`,
      'nul.txt': 'a\0b',
      '.gitignore': 'ignored.md\n',
      'ignored.md': prose('ignored'),
    };
    for (let file = 0; file < 40; file++) files[`many/${file}.txt`] = prose(`file ${file}`);
    const folder = await folderWith(files);
    await expectTheSame(folder);
    const { manifest } = await written(folder);
    expect(manifest.excluded).toMatchObject({ duplicate: 1, binary: 1, 'git-ignored': 1 });
    expect(Object.values(manifest.scrubbed)).toEqual([1]);
    expect(accepts(CorpusManifest, manifest)).toBe(true);
  });

  it('has something to measure on, where the rule holds nothing out', async () => {
    const names = ['a.md', 'c.md', 'd.md']; // found by trying: the rule holds none of these out
    const folder = await folderWith(Object.fromEntries(names.map((name) => [name, prose(name, 40)])));
    await expectTheSame(folder);
    expect((await written(folder)).manifest.heldOut.documents).toBe(1);
  });

  it('is the same whenever it is written, also over an earlier one', async () => {
    const folder = await folderWith({ 'a.md': prose('a', 50), 'b.md': prose('b', 50), 'c.md': prose('c', 50) });
    const first = await written(folder);
    expect(await written(folder, {}, first.out)).toEqual(first);
    expect(await readdir(dirname(first.out))).toEqual([basename(first.out)]);
  });

  it('is written in blocks of some large documents or many small ones', async () => {
    const files: Record<string, string> = {};
    for (let file = 0; file < 5; file++)
      files[`large/${file}.txt`] = `${file} ${'wide text of one line\n'.repeat(44_000)}`;
    for (let file = 0; file < 300; file++) files[`small/${file}.txt`] = `number ${file}\n`;
    await expectTheSame(await folderWith(files));
  });

  it('can use characters that are known already', async () => {
    const folder = await folderWith({ 'a.md': prose('a', 50), 'b.md': prose('b', 50) });
    const { manifest } = await written(folder, { vocabulary: Vocabulary.fromJSON({ characters: 'abc\n' }) });
    expect(manifest.vocabulary).toBe('abc\n');
    expect(manifest.train.unknown).toBeGreaterThan(1000);
  });

  it('holds the most recently changed files where it may not hold all', async () => {
    const names = Array.from({ length: 30 }, (_, index) => `${index}.md`);
    const folder = await folderWith(Object.fromEntries(names.map((name) => [name, prose(name).padEnd(1100, ' .\n')])));
    for (const [index, name] of names.entries()) await utimes(join(folder, name), 0, 1000 + Math.floor(index / 2));
    const { manifest } = await written(folder, { maxCorpusBytes: 5.5 * 1100 });
    expect(manifest).toMatchObject({ files: 5, excluded: { 'over-corpus-limit': 25 } });
    const vocabulary = Vocabulary.fromJSON({ characters: manifest.vocabulary });
    const { train, heldOut } = await written(folder, { maxCorpusBytes: 5.5 * 1100 });
    const text = vocabulary.decode(train.ids) + vocabulary.decode(heldOut.ids);
    for (const name of ['24.md', '26.md', '27.md', '28.md', '29.md']) expect(text).toContain(`${name}\n`);
  });

  it('leaves itself out when it lies in the folder that is read', async () => {
    const folder = await folderWith({ 'a.md': prose('a', 50), 'b.md': prose('b', 50) });
    const first = await written(folder, {}, join(folder, 'corpus'));
    expect((await written(folder, {}, join(folder, 'corpus'))).train).toEqual(first.train);
    const link = join(await folderWith({}), 'link');
    await symlink(folder, link);
    expect((await written(folder, {}, join(link, 'corpus'))).train).toEqual(first.train);
  });
});

describe('a corpus that cannot be written', () => {
  const text = { 'a.md': prose('a', 50), 'b.md': prose('b', 50) };

  it.each([
    ['a folder that holds something else', async () => folderWith({ 'thesis.txt': 'years of work' })],
    ['a folder with another manifest', async () => folderWith({ 'manifest.json': '{"format":"other"}' })],
    ['a file', async () => join(await folderWith({ file: 'x' }), 'file')],
  ])('leaves alone %s', async (_, make) => {
    const [folder, out] = [await folderWith(text), await make()];
    const before = (await stat(out)).isFile() ? [] : await readdir(out);
    await expect(writeCorpus(folder, out, { refusals })).rejects.toThrow(refusals.foreign);
    if (before.length > 0) expect(await readdir(out)).toEqual(before);
  });

  it.each([
    ['nothing to read', {}, 'Found no text'],
    ['too little to read', { 'a.md': 'a\n', 'b.md': 'b\n', 'c.md': 'c\n' }, 'too little text'],
  ])('leaves nothing, where there is %s', async (_, files, sentence) => {
    const parent = await folderWith({});
    const writing = writeCorpus(await folderWith(files), join(parent, 'corpus'), { refusals });
    await expect(writing).rejects.toThrow(sentence);
    await expect(writing).rejects.toBeInstanceOf(UserFacingError);
    expect(await readdir(parent)).toEqual([]);
  });

  it('leaves the earlier one when it is stopped', async () => {
    const folder = await folderWith(text);
    const { out, manifest } = await written(folder);
    const stop = new AbortController();
    const writing = writeCorpus(folder, out, { refusals, signal: stop.signal, onProgress: () => stop.abort() });
    await expect(writing).rejects.toHaveProperty('name', 'AbortError');
    expect(await readdir(dirname(out))).toEqual(['corpus']);
    expect(JSON.parse(await readFile(join(out, 'manifest.json'), 'utf8'))).toEqual(manifest);
  });

  it('waits for nobody: another process that writes it is told of', async () => {
    const parent = await folderWith({ '.corpus.partial/lock': String(process.ppid) });
    const writing = writeCorpus(await folderWith(text), join(parent, 'corpus'), { refusals });
    await expect(writing).rejects.toThrow(refusals.busy);
    expect(await readdir(join(parent, '.corpus.partial'))).toEqual(['lock']);
  });

  it('is not hindered by what a killed run has left', async () => {
    const parent = await folderWith({ '.corpus.partial/lock': '999999999', '.corpus.partial/train.bin': 'half' });
    await mkdir(join(parent, 'corpus'));
    await writeFile(join(parent, '.corpus.partial', 'heldOut.bin'), 'half');
    await written(await folderWith(text), {}, join(parent, 'corpus'));
    expect(await readdir(parent)).toEqual(['corpus']);
  });
});
