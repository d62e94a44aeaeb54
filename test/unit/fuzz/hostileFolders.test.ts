import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readDocuments } from '../../../src/corpus/corpus.ts';
import { scan } from '../../../src/corpus/scan.ts';
import { prose } from '../corpus/temporaryFolder.ts';

const MEGABYTE = 2 ** 20;

// Node's own way to remove a folder does not get to the end of paths that are longer than a path may be.
describe.skipIf(process.platform === 'win32')('a folder that was made to be in the way', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'inkling-hostile-'));
    writeFileSync(join(folder, 'a.txt'), prose('a'));
  });
  afterEach(() => {
    execFileSync('rm', ['-rf', folder]);
  });

  it('is read as far as folders within folders are sensible', async () => {
    const before = process.cwd();
    process.chdir(folder);
    try {
      for (let depth = 0; depth < 10_000; depth++) {
        if (depth === 100 || depth === 300) writeFileSync('b.txt', prose(String(depth)));
        mkdirSync('d');
        process.chdir('d');
      }
    } finally {
      process.chdir(before);
    }
    const { files, excluded } = await scan(folder);
    expect(files.map(({ path }) => path)).toEqual(['a.txt', `${'d/'.repeat(100)}b.txt`]);
    expect(excluded).toEqual({ 'too-deep': 1 });
  });

  it('is read around folders whose paths are longer than a path may be', async () => {
    const before = process.cwd();
    process.chdir(folder);
    try {
      for (let depth = 0; depth < 30; depth++) {
        mkdirSync('d'.repeat(200));
        process.chdir('d'.repeat(200));
      }
    } finally {
      process.chdir(before);
    }
    expect(await scan(folder)).toMatchObject({ files: [{ path: 'a.txt' }], excluded: { unreadable: 1 } });
  });

  it('holds files of any size, which take no more memory than they may', async () => {
    writeFileSync(join(folder, 'sparse.txt'), '');
    truncateSync(join(folder, 'sparse.txt'), 2 ** 30);
    writeFileSync(join(folder, 'line.txt'), Buffer.alloc(200 * MEGABYTE, 'x'));
    const before = process.memoryUsage.rss();
    expect((await scan(folder)).excluded).toEqual({ 'too-large': 2 });
    expect(process.memoryUsage.rss() - before).toBeLessThan(100 * MEGABYTE);
  });

  it('holds a line of megabytes, which is read and scrubbed in seconds', async () => {
    writeFileSync(join(folder, 'line.txt'), 'password='.repeat(2 * MEGABYTE));
    const before = performance.now();
    const { documents } = await readDocuments(folder, { maxFileBytes: 64 * MEGABYTE });
    expect(documents.map(({ text }) => text.length)).toEqual([prose('a').length, 18 * MEGABYTE]);
    expect(performance.now() - before).toBeLessThan(30_000);
  });

  it('holds very many files and folders', async () => {
    for (let group = 0; group < 100; group++) {
      mkdirSync(join(folder, `${group}`));
      for (let file = 0; file < 50; file++)
        writeFileSync(join(folder, `${group}`, `${file}.txt`), `${group} ${file}\n`);
    }
    mkdirSync(join(folder, 'wide'));
    const names = Array.from({ length: 10_000 }, (_, index) => join(folder, 'wide', `${index}`));
    for (const name of names) mkdirSync(name);
    expect((await scan(folder)).files).toHaveLength(5001);
  });

  it('holds rules and names that an expression would be compared with for ever', async () => {
    mkdirSync(join(folder, 'a/'.repeat(100)), { recursive: true });
    writeFileSync(join(folder, 'a/'.repeat(100), 'c.txt'), prose('c'));
    writeFileSync(
      join(folder, '.gitignore'),
      `${'**/a/'.repeat(20)}b\n!${'**/a/'.repeat(20)}c.txt\n${'x'.repeat(500_000)}\n${'*a'.repeat(50)}\n`,
    );
    const before = performance.now();
    const { files } = await scan(folder);
    expect(files.map(({ path }) => path)).toContain(`${'a/'.repeat(100)}c.txt`);
    expect(performance.now() - before).toBeLessThan(10_000);
    const globs = ['*a'.repeat(50), '[*a/'.repeat(50), '\\'.repeat(60), '**/a/'.repeat(500), '{*a,*b}'.repeat(500)];
    expect(await scan(folder, { exclude: globs })).toEqual(await scan(folder));
    expect(performance.now() - before).toBeLessThan(30_000);
  });

  it('holds loops, pipes and strange names, each left out for a reason', async () => {
    symlinkSync(folder, join(folder, 'loop'));
    symlinkSync('other', join(folder, 'one'));
    symlinkSync('one', join(folder, 'other'));
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    writeFileSync(join(folder, 'new\nline.txt'), prose('b'));
    writeFileSync(join(folder, 'nul.txt'), 'a\0b');
    writeFileSync(join(folder, 'half.txt'), Buffer.of(0x61, 0xe6, 0xbc));
    expect(await scan(folder)).toMatchObject({
      files: [{ path: 'a.txt' }],
      excluded: { 'symbolic-link': 3, 'not-a-regular-file': 1, 'strange-name': 1, binary: 1, undecodable: 1 },
    });
  });

  it('changes while it is read', async () => {
    const growing = join(folder, 'growing.txt');
    writeFileSync(growing, prose('growing'));
    const timer = setInterval(() => appendFileSync(growing, 'x'.repeat(10_000)), 0);
    for (let round = 0; round < 100; round++) {
      const vanishing = join(folder, `vanishing${round}.txt`);
      writeFileSync(vanishing, prose('vanishing'));
      const scanning = scan(folder, { maxFileBytes: 100_000 });
      setImmediate(() => rmSync(vanishing));
      const { files } = await scanning;
      expect(files.every(({ text }) => text.length <= 100_000)).toBe(true);
    }
    clearInterval(timer);
  });

  it('has a name that no header can hold', async () => {
    const strange = join(folder, 'new\nline');
    mkdirSync(strange);
    mkdirSync(join(folder, 'plain'));
    writeFileSync(join(strange, 'b.txt'), prose('b'));
    writeFileSync(join(folder, 'plain', 'c.txt'), prose('c'));
    const { files } = await scan([strange, join(folder, 'plain')]);
    expect(files.map(({ path }) => path)).toEqual(['plain/c.txt', 'root/b.txt']);
  });
});
