import { mkdir, mkdtemp, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { inkling, jsonLines, limitedTo } from '../../support/commandLine.ts';
import { prose } from '../corpus/temporaryFolder.ts';
import { it as base } from '../fixtures.ts';

const SOURCE = 'node_modules/rxjs/src';
/** Takes seconds to read. */
const LARGE_SOURCE = 'node_modules';

const it = base.extend('out', ({ folder }) => join(folder, 'corpus'));

describe('inkling corpus', () => {
  it('says what it wrote, as sentences or as JSON', async ({ out }) => {
    const told = await inkling(['corpus', SOURCE, '--out', out]);
    expect(told).toMatchObject({ code: 0, stderr: '' });
    expect(told.stdout).toMatch(/^Read 260 files, .*\n234 documents of .* to train on, 26 documents of .* held out/);
    const written = (await readdir(out)).sort();
    expect(written).toEqual(['heldOut.bin', 'heldOut.offsets.bin', 'manifest.json', 'train.bin', 'train.offsets.bin']);
    const [done] = jsonLines(await inkling(['corpus', SOURCE, '--out', out, '--json'])).slice(-1);
    expect(done).toMatchObject({ type: 'done', corpus: out, files: 260, train: { documents: 234 }, vocabulary: 96 });
  });

  it('says which rules it could not use, and keeps that out of the corpus', async ({ folder, out }) => {
    const source = join(folder, 'source');
    await mkdir(join(source, 'sub'), { recursive: true });
    for (const name of ['a', 'b', 'c', 'sub/d']) await writeFile(join(source, `${name}.txt`), prose(name, 40));
    await symlink('/nowhere/at/all', join(source, 'sub', '.gitignore'));
    const told = await inkling(['corpus', source, '--out', out]);
    expect(told.stdout).toMatch(
      /^Read 3 files.*\nLeft out: 1 unreadable\.\n.*sub.\.gitignore cannot be read, so nothing/,
    );
    const [done] = jsonLines(await inkling(['corpus', source, '--out', out, '--json'])).slice(-1);
    expect(done).toMatchObject({ notices: [expect.stringContaining('.gitignore cannot be read')] });
    expect(await readFile(join(out, 'manifest.json'), 'utf8')).not.toContain('.gitignore');
  });

  it('takes the characters of another corpus', async ({ folder, out }) => {
    await inkling(['corpus', SOURCE, '--out', out]);
    const other = ['corpus', 'src/corpus', '--out', join(folder, 'other'), '--json'];
    const outcome = await inkling([...other, '--vocabulary', join(out, 'manifest.json')]);
    expect(jsonLines(outcome).at(-1)).toMatchObject({ type: 'done', vocabulary: 96 });
    const refused = await inkling([...other, '--vocabulary', 'package.json']);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(/^inkling: package\.json is not the manifest of a corpus, or it is damaged\.\n$/);
  });

  it.for([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('leaves nothing at %s', async ([signal, code], { folder, out }) => {
    const outcome = await inkling(['corpus', LARGE_SOURCE, '--out', out, '--json'], '', (line, kill) => {
      if (line.includes('"progress"')) kill(signal);
    });
    expect(outcome).toMatchObject({ code, stderr: '' });
    expect(await readdir(folder)).toEqual([]);
  });

  it('leaves nothing that looks like a corpus when it is killed, and is not hindered by what is left', async ({
    folder,
    out,
  }) => {
    const killed = await inkling(['corpus', LARGE_SOURCE, '--out', out, '--json'], '', (line, kill) => {
      if (line.includes('"progress"')) kill('SIGKILL');
    });
    expect(killed.signal).toBe('SIGKILL');
    expect(await readdir(folder)).toEqual(['.corpus.partial']);
    expect(await inkling(['corpus', SOURCE, '--out', out])).toMatchObject({ code: 0, stderr: '' });
    expect(await readdir(folder)).toEqual(['corpus']);
  });

  it.skipIf(process.platform === 'win32')(
    'says so when the disk is full, and leaves nothing',
    async ({ folder, out }) => {
      const full = await limitedTo(100, ['corpus', SOURCE, '--out', out]);
      expect(full.code).toBe(1);
      expect(full.stderr).toMatch(/^inkling: Could not write .*\.corpus\.partial: .*\.\n$/);
      expect(await readdir(folder)).toEqual([]);
    },
  );

  it.each([
    ['a folder that is no corpus', ['corpus', SOURCE, '--out', '.'], 2, /is not a corpus, so it is left alone/],
    ['a folder that is not there', ['corpus', '/no/such/folder'], 2, /\/no\/such\/folder cannot be read/],
    ['no name', ['corpus', SOURCE, '--out', ''], 2, /--out names no folder/],
    ['a size that is none', ['corpus', SOURCE, '--max-size', 'much'], 2, /--max-size must be a number/],
    [
      'a place that is not there',
      ['corpus', SOURCE, '--out', '/no/such/place/corpus'],
      1,
      /Could not write .* does not exist/,
    ],
  ])('refuses %s in a sentence', async (_, args, code, sentence) => {
    const outcome = await inkling(args);
    expect(outcome.stderr).toMatch(sentence);
    expect(outcome).toMatchObject({ code, stdout: '' });
  });

  it('refuses an empty folder', async ({ folder, out }) => {
    const outcome = await inkling(['corpus', await mkdtemp(join(folder, 'empty-')), '--out', out]);
    expect(outcome.code).toBe(2);
    expect(outcome.stderr).toMatch(/Found no text to learn from .*: there are no files in it\.\n$/);
  });

  it('reads files of more than a megabyte when asked to', async ({ folder, out }) => {
    const source = await mkdtemp(join(folder, 'source-'));
    await writeFile(join(source, 'large.txt'), prose('a long text', 30_000));
    await writeFile(join(source, 'small.txt'), prose('a short text', 100));
    const files = async (args: readonly string[]) =>
      jsonLines(await inkling(['corpus', source, '--out', out, '--json', ...args])).at(-1).files;
    expect(await files(['--max-file-size', '4'])).toBe(2);
  });
});
