import { execFileSync } from 'node:child_process';
import { appendFileSync, rmSync, symlinkSync } from 'node:fs';
import { chmod, mkdir, symlink, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UserFacingError } from '../../../src/base/errors.ts';
import { type ScanOptions, scan } from '../../../src/corpus/scan.ts';
import { git } from '../../support/git.ts';
import { folderWith, prose } from './temporaryFolder.ts';

async function pathsIn(folder: string | string[], options?: ScanOptions): Promise<string[]> {
  return (await scan(folder, options)).files.map((file) => file.path);
}

describe('scan', () => {
  it('reads text files by path, whatever their depth', async () => {
    const folder = await folderWith({
      'b.ts': 'let b;\n',
      'a/z.md': '# z\n',
      'a/b/c.py': 'c = 1\n',
      '.dot/x.yml': 'x: 1\n',
    });
    const { files, bytes, excluded } = await scan(folder);
    expect(files.map((file) => file.path)).toEqual(['.dot/x.yml', 'a/b/c.py', 'a/z.md', 'b.ts']);
    expect(files.at(-1)!.text).toBe('let b;\n');
    expect(bytes).toBe(22);
    expect(excluded).toEqual({});
  });

  it('leaves default exclusions out below the folder but reads a folder that is asked for by such a name', async () => {
    const folder = await folderWith({
      'node_modules/rxjs/src/a.ts': prose('a'),
      'node_modules/rxjs/src/dist/b.ts': prose('b'),
      '.git/config': prose('git'),
      'src/c.ts': prose('c'),
      '.gitignore': 'node_modules\n',
    });
    expect(await pathsIn(folder)).toEqual(['.gitignore', 'src/c.ts']);
    expect((await scan(folder)).excluded).toEqual({ 'default-excluded': 2 });
    expect(await pathsIn(join(folder, 'node_modules/rxjs/src'))).toEqual(['a.ts']);
    expect(await pathsIn(join(folder, 'node_modules'))).toEqual(['rxjs/src/a.ts']);
  });

  it("honours a repository's own exclude file, which .gitignore overrules", async () => {
    const folder = await folderWith({
      'repository/.git/info/exclude': 'mine.txt\nnotes/\n*.draft\n',
      'repository/.gitignore': '!kept.draft\n',
      'repository/mine.txt': prose('a'),
      'repository/notes/b.txt': prose('b'),
      'repository/kept.draft': prose('c'),
      'mine.txt': prose('d'),
    });
    expect(await pathsIn(folder)).toEqual(['mine.txt', 'repository/.gitignore', 'repository/kept.draft']);
  });

  it('honours nested .gitignore files as git does', async () => {
    const files = {
      '.gitignore': '*.log\n/only-here.txt\nlogs/\n# comment\nspace\\ \n',
      'a.log': 'a',
      'only-here.txt': 'a',
      'sub/only-here.txt': 'c',
      'sub/.gitignore': '!keep.log\n!logs/\n/anchored/x.txt\ndeep.txt\n',
      'sub/keep.log': 'd',
      'sub/drop.log': 'a',
      'sub/logs/e.txt': 'e',
      'sub/anchored/x.txt': 'a',
      'sub/more/anchored/x.txt': 'f',
      'sub/more/deep.txt': 'a',
      'deep.txt': 'g',
      'logs/.gitignore': '!*\n',
      'logs/h.txt': 'a',
      'we[i]rd !#/.gitignore': 'i.txt\n',
      'we[i]rd !#/i.txt': 'a',
      'we[i]rd !#/j.txt': 'j',
      'wei/i.txt': 'k',
    };
    const folder = await folderWith(files);
    git(folder, 'init', '-q');
    expect(await pathsIn(folder)).toEqual(
      git(folder, 'ls-files', '-co', '--exclude-standard', '-z')
        .split('\0')
        .filter((path) => path !== '')
        .sort(),
    );
    expect((await scan(folder)).excluded['git-ignored']).toBeGreaterThan(4);
  });

  it('reads some paths alone where these are given, and those of other folders with the names of theirs not', async () => {
    const folder = await folderWith({
      'a.ts': 'a',
      'x/a.ts': 'b',
      'x/[b].ts': 'c',
      'x/y/d.ts': 'd',
      '.gitignore': 'y\n',
    });
    const paths = ['a.ts', 'x/[b].ts', 'x/y/d.ts', 'none.ts'];
    expect(await pathsIn(folder, { paths })).toEqual(['a.ts', 'x/[b].ts']);
    expect(await pathsIn(folder, { paths, exclude: ['x'] })).toEqual(['a.ts']);
    expect(await pathsIn(folder, { paths: ['x/a.ts'] })).toEqual(['x/a.ts']);
  });

  it('takes include and exclude globs: names at any depth, paths from the folder on, folders with all in them', async () => {
    const folder = await folderWith({ 'a.ts': 'a', 'x/b.ts': 'b', 'x/c.md': 'c', 'x/y/d.ts': 'd', 'z/e.ts': 'e' });
    expect(await pathsIn(folder, { include: ['**/*.ts'] })).toEqual(['a.ts', 'x/b.ts', 'x/y/d.ts', 'z/e.ts']);
    expect(await pathsIn(folder, { include: ['*.md'] })).toEqual(['x/c.md']);
    expect(await pathsIn(folder, { include: ['x'], exclude: ['y/'] })).toEqual(['x/b.ts', 'x/c.md']);
    expect(await pathsIn(folder, { include: ['./x/*.ts', '/z/**'] })).toEqual(['x/b.ts', 'z/e.ts']);
    expect((await scan(folder, { include: ['*.ts'], exclude: ['z'] })).excluded).toEqual({
      'not-included': 1,
      excluded: 1,
    });
  });

  it('counts each kind of file it leaves out', async () => {
    const folder = await folderWith({
      'package-lock.json': '{}',
      'Cargo.lock': 'x',
      'a.js.map': '{}',
      'a.min.js': 'x',
      'long.js': `${'x=1;'.repeat(500)}\n`,
      'gen.go': '// Code generated by stringer. DO NOT EDIT.\npackage p\n',
      'pic.png': 'x',
      'nul.txt': 'a\0b',
      'big.txt': 'x'.repeat(3000),
      'empty.txt': '',
      'blank.txt': ' \n\t\n',
      'latin1.txt': Buffer.from('caf\xe9 au lait', 'latin1'),
      'ok.ts': 'let ok;\n',
      'same.ts': 'let ok;\n',
    });
    const { files, excluded } = await scan(folder, { maxFileBytes: 2500 });
    expect(files.map((file) => file.path)).toEqual(['ok.ts']);
    expect(excluded).toEqual({
      'lock-file': 2,
      'source-map': 1,
      minified: 2,
      generated: 1,
      binary: 2,
      'too-large': 1,
      empty: 2,
      undecodable: 1,
      duplicate: 1,
    });
  });

  it('excludes environments, key stores and credential files', async () => {
    const names = [
      '.env',
      '.env.local',
      'prod.env',
      'server.pem',
      'x/tls.key',
      'id_rsa',
      'id_ed25519.pub',
      'k.p12',
      'k.pfx',
    ];
    names.push('release.jks', 'debug.keystore', '.npmrc', '.pypirc', '.netrc', '_netrc', '.git-credentials', 'pw.kdbx');
    names.push(
      '.aws/credentials',
      '.docker/config.json',
      '.kube/config',
      'office.ovpn',
      'terraform.tfstate',
      '.htpasswd',
    );
    names.push('credentials.json', 'client_secret_1.json', 'secrets.yaml', 'service-account.json', '.ssh/config');
    const folder = await folderWith({
      ...Object.fromEntries(names.map((name) => [name, prose(name)])),
      'key-in-disguise.txt': `-----BEGIN RSA ${'PRIVATE'} KEY-----\nMIIE\n-----END RSA ${'PRIVATE'} KEY-----\n`,
      'config.json': '{"type": "service_account", "private_key_id": "1", "private_key": "-----BEGIN PRIVATE KEY-----"}',
      'environment.ts': 'a',
      'secrets.ts': 'b',
      'tokens.json': 'c',
      'keyboard.md': 'd',
    });
    const { files, excluded } = await scan(folder);
    expect(files.map((file) => file.path)).toEqual(['environment.ts', 'keyboard.md', 'secrets.ts', 'tokens.json']);
    expect(excluded).toEqual({ 'secret-file': names.length + 2 });
  });

  it('follows no symbolic links, so loops end and nothing outside is read, but the folder itself may be one', async () => {
    const outside = await folderWith({ 'private.txt': 'private\n' });
    const folder = await folderWith({ 'a/b/c.txt': 'c\n' });
    await symlink(folder, join(folder, 'a/b/loop'));
    await symlink('self', join(folder, 'self'));
    await symlink(outside, join(folder, 'outside'));
    await symlink(join(outside, 'private.txt'), join(folder, 'private.txt'));
    await symlink('/nowhere', join(folder, 'broken'));
    const { files, excluded } = await scan(folder);
    expect(files.map((file) => file.path)).toEqual(['a/b/c.txt']);
    expect(excluded).toEqual({ 'symbolic-link': 5 });
    await symlink(folder, join(outside, 'way-in'));
    expect(await pathsIn(join(outside, 'way-in'))).toEqual(['a/b/c.txt']);
  });

  it.skipIf(process.platform === 'win32')('never opens pipes and sockets', async () => {
    const folder = await folderWith({ 'a.txt': 'a\n' });
    execFileSync('mkfifo', [join(folder, 'pipe.txt'), join(folder, '.gitignore')]);
    const server = createServer().listen(join(folder, 'socket'));
    await new Promise((resolve) => server.once('listening', resolve));
    const { files, excluded } = await scan(folder);
    server.close();
    expect(files.map((file) => file.path)).toEqual(['a.txt']);
    expect(excluded).toEqual({ 'not-a-regular-file': 3 });
  });

  it.skipIf(process.platform === 'win32' || process.getuid?.() === 0)(
    'counts unreadable files and folders (skipped for root, who may read anything)',
    async () => {
      const folder = await folderWith({ 'a.txt': 'a\n', 'b.txt': 'b\n', 'closed/c.txt': 'c\n' });
      await chmod(join(folder, 'b.txt'), 0);
      await chmod(join(folder, 'closed'), 0);
      const { files, excluded } = await scan(folder);
      await chmod(join(folder, 'closed'), 0o700);
      expect(files.map((file) => file.path)).toEqual(['a.txt']);
      expect(excluded).toEqual({ unreadable: 2 });
    },
  );

  it.skipIf(process.platform !== 'linux')('leaves out names that no header can hold', async () => {
    const folder = await folderWith({ 'a.txt': 'a\n', 'new\nline.txt': 'b\n', 'ü 漢 😀.txt': 'c\n' });
    await writeFile(Buffer.concat([Buffer.from(`${folder}/caf`), Buffer.of(0xe9)]), 'd\n');
    const { files, excluded } = await scan(folder);
    expect(files.map((file) => file.path)).toEqual(['a.txt', 'ü 漢 😀.txt']);
    expect(excluded).toEqual({ 'strange-name': 2 });
  });

  it('fills the corpus with the most recently changed files first', async () => {
    const folder = await folderWith({ 'old.txt': 'o'.repeat(60), 'new.txt': 'n'.repeat(60), 'tiny-old.txt': 'tiny' });
    await utimes(join(folder, 'new.txt'), 2000, 2000);
    await utimes(join(folder, 'old.txt'), 1000, 1000);
    await utimes(join(folder, 'tiny-old.txt'), 500, 500);
    const { files, bytes, excluded } = await scan(folder, { maxCorpusBytes: 100 });
    expect(files.map((file) => file.path)).toEqual(['new.txt']);
    expect(bytes).toBe(60);
    expect(excluded).toEqual({ 'over-corpus-limit': 2 });
  });

  it('keeps the first by path of equal files, however recent', async () => {
    const folder = await folderWith({ 'a.txt': 'same\n', 'b.txt': 'same\n', 'crlf.txt': 'same\r\n' });
    await utimes(join(folder, 'a.txt'), 1000, 1000);
    expect(await pathsIn(folder)).toEqual(['a.txt']);
  });

  it('copes with files that vanish, grow or turn into links between being found and read', async () => {
    const folder = await folderWith({
      'grows.txt': 'g',
      'link.txt': 'l',
      'stays.txt': 's',
      'vanishes.txt': 'v',
      'z/z.txt': 'z',
    });
    let folders = 0;
    const onProgress = (): void => {
      // The folder's own files have been found when its subfolder is looked at, and are read after that.
      if (++folders !== 2) return;
      appendFileSync(join(folder, 'grows.txt'), 'x'.repeat(200));
      rmSync(join(folder, 'vanishes.txt'));
      rmSync(join(folder, 'link.txt'));
      symlinkSync(join(folder, 'stays.txt'), join(folder, 'link.txt'));
    };
    const { files, excluded } = await scan(folder, { maxFileBytes: 100, onProgress });
    expect(files.map((file) => file.path)).toEqual(['stays.txt', 'z/z.txt']);
    expect(excluded).toEqual({ 'too-large': 1, unreadable: 1, 'symbolic-link': 1 });
  });

  it('puts the folder’s name before paths when there are several, made unique', async () => {
    const parent = await folderWith({ 'one/src/a.ts': 'a', 'two/src/b.ts': 'b' });
    const folders = [join(parent, 'one/src'), join(parent, 'two/src'), join(parent, 'two', '..', 'one', 'src')];
    expect(await pathsIn(folders)).toEqual(['src-2/b.ts', 'src/a.ts']);
  });

  it('tells its progress and stops when aborted', async () => {
    const folder = await folderWith({ 'a.txt': 'a', 'x/b.txt': 'b', 'x/c.png': 'c' });
    const progress: [number, number][] = [];
    await scan(folder, { onProgress: (seen, kept) => progress.push([seen, kept]) });
    expect(progress.at(-1)).toEqual([3, 2]);
    await expect(scan(folder, { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
  });

  it('says so when a folder is missing or is none', async () => {
    const folder = await folderWith({ 'a.txt': 'a' });
    const missing = scan(join(folder, 'nope'));
    await expect(missing).rejects.toThrow(UserFacingError);
    await expect(missing).rejects.toThrow(/nope cannot be read: it does not exist/);
    await expect(scan(join(folder, 'a.txt'))).rejects.toMatchObject({
      kind: 'usage',
      message: /a\.txt is not a folder/,
    });
  });

  it('reads an empty folder as nothing', async () => {
    const folder = await folderWith({});
    await mkdir(join(folder, 'empty'));
    expect(await scan(folder)).toEqual({ files: [], bytes: 0, excluded: {}, excludedNames: {}, notices: [] });
  });
});
