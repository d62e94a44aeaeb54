import { describe, expect, it } from 'vitest';
import { readCorpus } from '../../../src/corpus/corpus.ts';
import { detailsOf } from '../../../src/corpus/details.ts';
import { folderWith, prose } from './temporaryFolder.ts';

async function detailsIn(files: Readonly<Record<string, string>>) {
  const folder = await folderWith(files);
  return detailsOf(await readCorpus(folder), [folder]);
}

const modules = (count: number, extension = 'ts') =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`f${index}.${extension}`, prose(`${extension}${index}`)]),
  );

describe('the details of a corpus', () => {
  it('count the characters of the training text, headers included', async () => {
    // Of two files the one with the smaller hash of its path is held out: `a.txt`.
    const details = await detailsIn({ 'a.txt': 'xxxyy'.repeat(300), 'b.txt': 'zzw'.repeat(500) });
    expect(details).toMatchObject({ files: 2, heldOutFiles: 1, rarerCharacters: 0 });
    expect(details.vocabulary).toEqual([
      { character: 'z', count: 1000 },
      { character: 'w', count: 500 },
      { character: 't', count: 2 },
      ...['\n', '.', 'b', 'x'].map((character) => ({ character, count: 1 })),
    ]);
  });

  it('name the 300 most frequent characters, and say how many more there are', async () => {
    const many = Array.from({ length: 400 }, (_, index) => String.fromCodePoint(0x4e00 + index)).join('');
    const { vocabulary, rarerCharacters } = await detailsIn({ 'a.txt': 'x', 'b.txt': many.repeat(3) });
    expect(vocabulary).toHaveLength(300);
    expect(vocabulary.length + rarerCharacters).toBe(many.length + new Set('b.txt\n').size);
    expect(vocabulary.every(({ count }, index) => index === 0 || count <= vocabulary[index - 1]!.count)).toBe(true);
  });

  it('sum the files up by extension, or by name where there is none', async () => {
    const { languages, characters } = await detailsIn({
      ...modules(12),
      ...modules(2, 'MD'),
      'lib/Makefile': prose('make', 1),
      '.editorconfig': prose('config', 2),
    });
    expect(languages.map(({ name, files }) => [name, files])).toEqual([
      ['.ts', 12],
      ['.md', 2],
      ['.editorconfig', 1],
      ['Makefile', 1],
    ]);
    expect(languages.reduce((sum, language) => sum + language.characters, 0)).toBe(characters);
  });

  it('name what was left out, a folder as one, the first 200 for each reason', async () => {
    const { excluded, excludedNames } = await detailsIn({
      ...modules(12),
      ...Object.fromEntries(Array.from({ length: 230 }, (_, index) => [`images/${index}.png`, 'x'])),
      'node_modules/a/index.js': 'x',
      'node_modules/b/index.js': 'x',
      'sub/.env': 'x',
      'copy/f0.ts': prose('ts0'),
    });
    expect(excluded).toMatchObject({ binary: 230, 'default-excluded': 1, 'secret-file': 1, duplicate: 1 });
    expect(excludedNames['binary']).toHaveLength(200);
    expect(excludedNames).toMatchObject({
      'default-excluded': ['node_modules/'],
      'secret-file': ['sub/.env'],
      duplicate: ['f0.ts'],
    });
  });

  it('name files of several folders by folder', async () => {
    const [one, two] = [
      await folderWith({ ...modules(6), '.env': 'x' }),
      await folderWith({ ...modules(6, 'md'), '.env': 'x' }),
    ];
    const corpus = await readCorpus([one, two]);
    const { excludedNames, folders } = detailsOf(corpus, [one, two]);
    expect(folders).toEqual([one, two]);
    expect(excludedNames['secret-file']!.every((name) => /^inkling-corpus-\w+\/\.env$/.test(name))).toBe(true);
    expect(excludedNames['secret-file']).toHaveLength(2);
  });

  it('say by which rules secrets were replaced, and no secret', async () => {
    const secret = `ghp_${'aB3'.repeat(12)}`;
    const details = await detailsIn({ ...modules(12), 'f3.ts': `${prose('x')}"${secret}"\n` });
    expect(details.scrubbed).toEqual({ github: 1 });
    expect(JSON.stringify(details)).not.toContain(secret);
  });
});
