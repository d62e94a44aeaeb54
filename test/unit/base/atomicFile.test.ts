import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeFilesAtomically } from '../../../src/base/atomicFile.ts';
import { folderWith } from '../corpus/temporaryFolder.ts';

const chunks = (text: string) => [new TextEncoder().encode(text)];

describe('files that belong together', () => {
  it('are all written', async () => {
    const folder = await folderWith({ 'a.txt': 'old' });
    await writeFilesAtomically([
      { path: join(folder, 'a.txt'), chunks: chunks('new') },
      { path: join(folder, 'b.txt'), chunks: [...chunks('one '), ...chunks('two')] },
    ]);
    expect(await readFile(join(folder, 'a.txt'), 'utf8')).toBe('new');
    expect(await readFile(join(folder, 'b.txt'), 'utf8')).toBe('one two');
    expect(await readdir(folder)).toHaveLength(2);
  });

  it('stay as they were when one of them cannot be written, which is named', async () => {
    const folder = await folderWith({ 'a.txt': 'old' });
    const files = ['a.txt', 'no/such/b.txt'].map((name) => ({ path: join(folder, name), chunks: chunks('new') }));
    await expect(writeFilesAtomically(files)).rejects.toThrow(/Could not write .*b\.txt: it does not exist/);
    expect(await readFile(join(folder, 'a.txt'), 'utf8')).toBe('old');
    expect(await readdir(folder)).toEqual(['a.txt']);
  });

  it('leave nothing behind when the last one cannot take its name', async () => {
    const folder = await folderWith({});
    await mkdir(join(folder, 'b.txt', 'full'), { recursive: true });
    const files = ['b.txt'].map((name) => ({ path: join(folder, name), chunks: chunks('new') }));
    await expect(writeFilesAtomically(files)).rejects.toThrow(/Could not write .*b\.txt/);
    expect(await readdir(folder)).toEqual(['b.txt']);
  });
});
