import { describe, expect, it } from 'vitest';
import { readCorpus, readDocuments } from '../../../src/corpus/corpus.ts';
import { documentLength } from '../../../src/corpus/document.ts';
import { isHeldOut } from '../../../src/corpus/split.ts';
import { Vocabulary } from '../../../src/corpus/vocabulary.ts';
import { folderWith, prose } from './temporaryFolder.ts';

const lengthOf = (documents: readonly { path: string; text: string }[]): number =>
  documents.reduce((sum, document) => sum + documentLength(document), 0);

describe('readCorpus', () => {
  it('splits rxjs 7.8.2 as every figure of this project assumes', async () => {
    const { train, heldOut, report } = await readCorpus('node_modules/rxjs/src', { include: ['**/*.ts'] });
    expect([train.length, heldOut.length]).toEqual([226, 25]);
    expect([lengthOf(train), lengthOf(heldOut)]).toEqual([729_726, 92_814]);
    expect(report).toEqual({
      files: 251,
      bytes: 814_343,
      characters: 822_540,
      excluded: { 'not-included': 9 },
      scrubbed: {},
      notices: [],
    });
  });

  it('gives documents by path, scrubbed, with the secrets and exclusions counted', async () => {
    const secret = `ghp_${'aB3'.repeat(12)}`;
    const files = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`f${index}.ts`, prose(`f${index}`)]));
    const folder = await folderWith({ ...files, 'f7.ts': `${prose('x')}"${secret}"\n`, '.env': secret });
    const corpus = await readCorpus(folder);
    const { train, heldOut, report } = corpus;
    const all = [...train, ...heldOut];
    expect(all.some((document) => document.text.includes(secret))).toBe(false);
    expect(report).toMatchObject({ files: 30, excluded: { 'secret-file': 1 }, scrubbed: { github: 1 } });
    expect(report.characters).toBe(lengthOf(all));
    for (const side of [train, heldOut]) {
      const paths = side.map((document) => document.path);
      expect(paths).toEqual([...paths].sort());
    }
    expect(heldOut.every((document) => isHeldOut(document.path))).toBe(true);
    expect(await readCorpus(folder)).toEqual(corpus);
  });

  it('reads Chinese prose, emoji and combining marks to the last character', async () => {
    const text = `${'春天来了,山上的花都开了。孩子们在河边放风筝。\n'.repeat(60)}👩‍👩‍👧 e\u0301\n`;
    const folder = await folderWith({ 'a.txt': text, 'b.md': `${text}!` });
    const { train, heldOut } = await readCorpus(folder);
    expect([...train, ...heldOut].map((document) => document.path).sort()).toEqual(['a.txt', 'b.md']);
    expect(train[0]!.text.startsWith(text)).toBe(true);
    expect(documentLength(train[0]!)).toBe(1 + [...train[0]!.path].length + 1 + [...train[0]!.text].length);
    expect(Vocabulary.fromDocuments(train).encode(text)).not.toContain(0);
  });

  it('says what it left out when nothing is left to learn from', async () => {
    const folder = await folderWith({ '.env': 'x', 'a.png': 'x', 'b.png': 'x', 'node_modules/a.js': 'x' });
    await expect(readCorpus(folder)).rejects.toMatchObject({
      name: 'UserFacingError',
      kind: 'usage',
      message: `Found no text to learn from in ${folder}: everything in it was left out (2 binary, 1 default excluded, 1 secret file).`,
    });
    await expect(readCorpus(await folderWith({}))).rejects.toThrow(/there are no files in it/);
  });

  it('says how much there is and how much training needs when there is too little', async () => {
    const one = await folderWith({ 'only.ts': prose('only', 100) });
    await expect(readCorpus(one)).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringMatching(
        /0 files with 0 characters besides 1 file held out .* at least 2 files and 1,000 char/,
      ),
    });
    const short = await folderWith({ 'a.ts': 'let a;\n', 'b.ts': 'let b;\n', 'c.ts': 'let c;\n' });
    await expect(readCorpus(short)).rejects.toThrow(/2 files with 26 characters besides 1 file held out/);
  });

  it('reads a single short file for those who only measure', async () => {
    const folder = await folderWith({ 'a.ts': 'let a;\n' });
    const { documents, report } = await readDocuments(folder);
    expect(documents).toEqual([{ path: 'a.ts', text: 'let a;\n' }]);
    expect(report.characters).toBe(1 + 5 + 7);
  });
});
