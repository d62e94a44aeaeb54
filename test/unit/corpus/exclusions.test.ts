import { execFileSync, spawnSync } from 'node:child_process';
import { chmod, mkdir, realpath, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { readCorpus } from '../../../src/corpus/corpus.ts';
import type { Folders } from '../../../src/corpus/folders.ts';
import { scan } from '../../../src/corpus/scan.ts';
import { folderWith, prose } from './temporaryFolder.ts';

const hasGit = spawnSync('git', ['--version']).status === 0;
const skippedWithoutGit = hasGit ? '' : ' (skipped: git is not installed)';

let home: string;
beforeEach(async () => {
  home = await folderWith({});
  const environment = { HOME: home, XDG_CONFIG_HOME: '', GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: undefined };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  return () => vi.unstubAllEnvs();
});

async function learnt(folders: Folders): Promise<string[]> {
  return (await scan(folders)).files.map(({ path }) => path);
}

/** Files by path, each with text of its own. */
function texts(...paths: string[]): Record<string, string> {
  return Object.fromEntries(paths.map((path) => [path, prose(path)]));
}

const latin1 = (text: string) => Buffer.from(text, 'latin1');
const utf16 = (text: string) => Buffer.concat([Buffer.of(0xff, 0xfe), Buffer.from(text, 'utf16le')]);
const swapped = (text: string) => Buffer.concat([Buffer.of(0xfe, 0xff), Buffer.from(text, 'utf16le').swap16()]);

describe('A .gitignore', () => {
  it.each([
    ['a comment in Latin-1', latin1('# R\xe9pertoires priv\xe9s\nprivate/\n*.local.js\n')],
    [
      'a comment in CP1251',
      Buffer.concat([Buffer.from('# '), Buffer.of(0xef, 0xf0), Buffer.from('\nprivate/\n*.local.js')]),
    ],
    ['a byte-order mark', Buffer.from('\ufeffprivate/\n*.local.js\n')],
    ['CRLF at line ends', Buffer.from('private/\r\n*.local.js\r\n')],
    ['UTF-16', utf16('private/\r\n*.local.js\r\n')],
    ['UTF-16, big-endian', swapped('private/\n*.local.js\n')],
    ['UTF-16 without a mark', Buffer.from('private/\n*.local.js\n', 'utf16le')],
    ['NULs', Buffer.from('private/\0\n*.local.js\0x\n')],
    ['over a megabyte', Buffer.from(`${'# long\n'.repeat(200_000)}private/\n*.local.js\n`)],
    ['lines that are longer than any path', Buffer.from(`${'x'.repeat(10_000)}\nprivate/\n*.local.js\n`)],
  ])('counts whatever its bytes are: %s', async (_, bytes) => {
    const folder = await folderWith({ ...texts('a.js', 'private/customers.js', 'b.local.js'), '.gitignore': bytes });
    expect((await learnt(folder)).filter((path) => path !== '.gitignore')).toEqual(['a.js']);
  });

  it('brings nothing back by what git would read otherwise', async () => {
    const folder = await folderWith({
      ...texts('a.js', 'b.log'),
      '.gitignore': '*.log\n',
      'sub/.gitignore': utf16('!b.log'),
    });
    await writeFile(join(folder, 'sub', 'b.log'), prose('c'));
    expect(await learnt(folder)).toEqual(['.gitignore', 'a.js', 'sub/.gitignore']);
  });

  it('counts through a symbolic link, as far as it leaves something out', async () => {
    const rules = await folderWith({ rules: 'private/\n!b.log\n' });
    const folder = await folderWith({ ...texts('sub/private/a.js', 'sub/b.log', 'sub/c.js'), '.gitignore': '*.log\n' });
    await symlink(join(rules, 'rules'), join(folder, 'sub', '.gitignore'));
    expect(await learnt(folder)).toEqual(['.gitignore', 'sub/c.js']);
  });

  it.each([
    ['is too large', (path: string) => writeFile(path, '').then(() => truncate(path, 2 ** 30))],
    ['is a link to nowhere', (path: string) => symlink('/nowhere/at/all', path)],
  ])('that %s leaves its folder out, which is said', async (_, make) => {
    const folder = await folderWith(texts('a.js', 'sub/b.js', 'sub/deep/c.js'));
    await make(join(folder, 'sub', '.gitignore'));
    const { files, excluded, excludedNames, notices } = await scan(folder);
    expect(files.map(({ path }) => path)).toEqual(['a.js']);
    expect([excluded, excludedNames]).toEqual([{ unreadable: 1 }, { unreadable: ['sub/'] }]);
    expect(notices).toEqual([expect.stringMatching(/sub.\.gitignore cannot be read, so nothing .* is learnt/)]);
    await make(join(folder, '.gitignore'));
    await expect(readCorpus(folder)).rejects.toThrow(/1 unreadable.*\.gitignore cannot be read/);
  });

  it.skipIf(process.getuid?.() === 0)(
    'that may not be read leaves its folder out (skipped for root, who may read anything)',
    async () => {
      const folder = await folderWith({ ...texts('a.js', 'sub/b.js'), 'sub/.gitignore': 'b.js' });
      await chmod(join(folder, 'sub', '.gitignore'), 0);
      expect(await learnt(folder)).toEqual(['a.js']);
    },
  );

  it('that is a folder has no rules, which is said', async () => {
    const folder = await folderWith(texts('a.js', '.gitignore/b.js'));
    const { files, notices } = await scan(folder);
    expect(files.map(({ path }) => path)).toEqual(['.gitignore/b.js', 'a.js']);
    expect(notices).toEqual([expect.stringContaining('is no file')]);
  });

  it.runIf(process.platform === 'linux')('says nothing for names that are not UTF-8, which are left out', async () => {
    const folder = await folderWith({ ...texts('a.js'), '.gitignore': latin1('caf\xe9\n') });
    await writeFile(Buffer.concat([Buffer.from(`${folder}/caf`), Buffer.of(0xe9)]), 'd\n');
    expect(await learnt(folder)).toEqual(['a.js']);
  });
});

describe.skipIf(!hasGit)(`A repository${skippedWithoutGit}`, () => {
  const git = (folder: string, ...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=n', '-c', 'user.email=a@b', ...args], { cwd: folder, stdio: 'pipe' });

  it('shares its exclude file with linked worktrees, whose .git is not learnt', async () => {
    const folder = await folderWith(texts('main/a.js', 'main/scratch/s.js'));
    const main = join(folder, 'main');
    git(main, 'init', '-q');
    git(main, 'add', 'a.js');
    git(main, 'commit', '-qm', '1');
    await writeFile(join(main, '.git', 'info', 'exclude'), 'scratch/\n');
    git(main, 'worktree', 'add', '-q', '../tree');
    await mkdir(join(folder, 'tree', 'scratch'));
    await writeFile(join(folder, 'tree', 'scratch', 's.js'), prose('s'));
    expect(await learnt(main)).toEqual(['a.js']);
    expect(await learnt(join(folder, 'tree'))).toEqual(['a.js']);
    expect(await learnt(folder)).toEqual(['main/a.js']);
  });

  it('has an exclude file of its own as a submodule', async () => {
    const folder = await folderWith(texts('a.js', 'sub/b.js', 'sub/mine.txt', 'modules/c.js'));
    git(folder, 'init', '-q');
    await mkdir(join(folder, '.git', 'modules'));
    git(join(folder, 'sub'), 'init', '-q', `--separate-git-dir=${join(folder, '.git', 'modules', 'sub')}`);
    await writeFile(join(folder, '.git', 'modules', 'sub', 'info', 'exclude'), 'mine.txt\n');
    expect(await learnt(folder)).toEqual(['a.js', 'modules/c.js', 'sub/b.js']);
    expect(await learnt(join(folder, 'sub'))).toEqual(['b.js']);
  });

  it('rules its folders when they are opened alone, up to its root', async () => {
    const folder = await folderWith({
      ...texts(
        'repo/app/m.ts',
        'repo/app/generated/g.ts',
        'repo/app/config.local.ts',
        'repo/app/x.tmp',
        'repo/app/y.out',
      ),
      'repo/.gitignore': 'generated/\n*.local.ts\n/app/x.tmp\n',
      'repo/app/.gitignore': '!config.local.ts\n*.out\n',
      '.gitignore': '*.ts\n',
    });
    git(join(folder, 'repo'), 'init', '-q');
    expect(await learnt(join(folder, 'repo', 'app'))).toEqual(['.gitignore', 'config.local.ts', 'm.ts']);
  });

  it('has no say in a folder that it ignores, but for its other rules', async () => {
    const folder = await folderWith({
      ...texts('node_modules/p/src/a.js', 'node_modules/p/src/b.local.js', 'node_modules/p/src/c.js'),
      '.gitignore': 'node_modules/\n*.local.js\n',
      'node_modules/.gitignore': '*\n',
      'node_modules/p/.gitignore': 'c.js\n',
    });
    git(folder, 'init', '-q');
    expect(await learnt(join(folder, 'node_modules', 'p', 'src'))).toEqual(['a.js']);
  });

  it('is read around a .git of a worktree whose repository is gone, which is said', async () => {
    const folder = await folderWith({
      ...texts('a.js', 'b.log'),
      '.git': 'gitdir: /nowhere/at/all\n',
      '.gitignore': '*.log\n',
    });
    const { files, notices } = await scan(folder);
    expect(files.map(({ path }) => path)).toEqual(['.gitignore', 'a.js']);
    expect(notices).toEqual([expect.stringContaining('a repository that is not there')]);
  });

  it.each([
    ['at its usual place', {}, '.config/git/ignore'],
    ['that may be missing', { '.gitconfig': '[core]\n\texcludesFile = :(optional)~/rules\n' }, 'rules'],
    ['named with ~', { '.gitconfig': '[core]\n\texcludesFile = ~/rules\n' }, 'rules'],
    [
      'named in quotes',
      { '.config/git/config': '[CORE] ; mine\n ExcludesFile = "~/my \\"rules\\"" # comment' },
      'my "rules"',
    ],
    [
      'named in an included file',
      { '.gitconfig': '[include]\npath = sub/more', 'sub/more': '[core]\nexcludesfile = \\\n~/r' },
      'r',
    ],
    [
      'named under a condition',
      { '.gitconfig': '[includeIf "onbranch:x"]\npath = more', more: '[core]\nexcludesfile=~/r' },
      'r',
    ],
  ])("is ruled by the user's own ignore file, %s", async (_, config, rules) => {
    for (const [path, text] of Object.entries<string>({ ...config, [rules]: '*.private\n' })) {
      await mkdir(join(home, path, '..'), { recursive: true });
      await writeFile(join(home, path), text);
    }
    const folder = await folderWith(texts('sub/a.js', 'sub/b.private'));
    expect(await learnt(folder)).toEqual(['sub/a.js', 'sub/b.private']);
    git(folder, 'init', '-q');
    expect(await learnt(folder)).toEqual(['sub/a.js']);
    expect(await learnt(join(folder, 'sub'))).toEqual(['a.js']);
  });

  it('names an ignore file in its own configuration, which may be of a worktree alone', async () => {
    const folder = await folderWith({
      ...texts('a.js', 'b.one', 'b.two'),
      one: '*.one\none\n',
      two: '*.two\none\ntwo\n',
    });
    git(folder, 'init', '-q');
    git(folder, 'config', 'core.excludesFile', 'one');
    expect(await learnt(folder)).toEqual(['a.js', 'b.two', 'two']);
    git(folder, 'config', 'extensions.worktreeConfig', 'true');
    git(folder, 'config', '--worktree', 'core.excludesFile', join(folder, 'two'));
    expect(await learnt(folder)).toEqual(['a.js', 'b.one']);
    git(folder, 'config', '--unset', 'extensions.worktreeConfig');
    expect(await learnt(folder)).toEqual(['a.js', 'b.two', 'two']);
  });

  it.each([
    ['files that include each other', { more: '[include]\npath = more\npath = more\npath = more\n' }],
    ['a file in the home of somebody else', { more: '[core]\nexcludesFile = ~nobody/rules\n' }],
  ])('leaves all out where it cannot be followed: %s', async (_, files) => {
    const folder = await folderWith(texts('sub/a.js'));
    git(folder, 'init', '-q');
    for (const [path, text] of Object.entries(files)) await writeFile(join(home, path), text);
    await writeFile(join(home, '.gitconfig'), '[include]\npath = more\n');
    const { files: found, notices } = await scan(folder);
    expect(found).toEqual([]);
    expect(notices.join()).toMatch(/so nothing that its rules may be about is learnt/);
  });

  it('is looked for above a folder that only says it is a repository', async () => {
    const folder = await folderWith({
      ...texts('sub/a.js', 'sub/notes.txt'),
      '.gitignore': 'notes.txt\n',
      'sub/.git': 'gitdir: ../gone\n',
    });
    git(folder, 'init', '-q');
    expect(await learnt(join(folder, 'sub'))).toEqual(['a.js']);
  });
});

describe('Globs', () => {
  it('hold in their own folder, one by one', async () => {
    const folder = await folderWith(
      texts('front/src/m.ts', 'front/private/q.ts', 'back/src/m.ts', 'back/private/p.ts'),
    );
    const [front, back] = [join(folder, 'front'), join(folder, 'back')];
    expect(await learnt([{ path: front }, { path: back, exclude: ['private'] }])).toEqual([
      'back/src/m.ts',
      'front/private/q.ts',
      'front/src/m.ts',
    ]);
    expect(
      await learnt([
        { path: front, name: 'web' },
        { path: back, name: 'server', exclude: ['src/**'] },
      ]),
    ).toEqual(['server/private/p.ts', 'web/private/q.ts', 'web/src/m.ts']);
  });

  it('hold in a folder within theirs that is open, too, which is read once', async () => {
    const folder = await folderWith(texts('a.ts', 'inner/b.ts', 'inner/private/c.ts', 'inner/d.log', 'e.log'));
    const inner = join(folder, 'inner');
    const folders = [
      { path: folder, name: 'outer', exclude: ['inner/private'] },
      { path: inner, name: 'inner', exclude: ['*.log'] },
    ];
    expect(await learnt(folders)).toEqual(['inner/b.ts', 'outer/a.ts', 'outer/e.log']);
  });

  it('hold all together where a folder is asked for twice', async () => {
    const folder = await folderWith(texts('a.ts', 'b.ts', 'c.ts'));
    expect(
      await learnt([
        { path: folder, exclude: ['a.ts'] },
        { path: folder, exclude: ['b.ts'] },
      ]),
    ).toEqual(['c.ts']);
  });

  it('with a condition hold beside the file that it names', async () => {
    const folder = await folderWith(texts('a.js', 'a.ts', 'b.js', 'sub/c.js', 'c.ts'));
    const exclude = [{ glob: '**/*.js', when: '$(basename).ts' }];
    expect(await learnt([{ path: folder, exclude }])).toEqual(['a.ts', 'b.js', 'c.ts', 'sub/c.js']);
  });

  it('with many stars and braces are used as they are', async () => {
    const deep = 'x/node_modules_/y/tests/z/fixtures/a.js';
    const folder = await folderWith(texts('a-b-c-d.log', 'a-b-c.log', deep, 'x/node_modules_/y/test/z/a.js'));
    const exclude = ['**/*-*-*-*.log', '**/{node_modules_,bower}/**/{test,tests}/**/{fixtures,mocks}/**'];
    const { files, notices } = await scan([{ path: folder, exclude }]);
    expect(files.map(({ path }) => path)).toEqual(['a-b-c.log', 'x/node_modules_/y/test/z/a.js']);
    expect(notices).toEqual([]);
  });

  it('that are too long leave more out, which is said', async () => {
    const folder = await folderWith(texts('a.ts', 'lib/b.ts', 'lib/c/d.ts'));
    const { files, notices } = await scan([{ path: folder, exclude: [`lib/c/{${'x,'.repeat(5000)}}/**`] }]);
    expect(files.map(({ path }) => path)).toEqual(['a.ts', 'lib/b.ts']);
    expect(notices).toEqual([expect.stringMatching(/^The glob lib.* is too long .* all that lib\/c\/\*\* names/)]);
  });

  it('that are absolute paths leave nothing out, which is said', async () => {
    const folder = await realpath(await folderWith(texts('a.ts', 'lib/b.ts', 'docs/c.ts')));
    const exclude = [`${folder}/lib/**`, '/docs/**'];
    const { files, notices } = await scan([{ path: folder, exclude }], { exclude: ['~/lib/*.ts'] });
    expect(files.map(({ path }) => path)).toEqual(['a.ts', 'lib/b.ts']);
    expect(notices).toEqual([
      expect.stringMatching(/^The glob ~\/lib\/\*\.ts is an absolute path, so it leaves nothing out: write it/),
      expect.stringMatching(/^The glob .*lib.* is an absolute path/),
    ]);
  });

  it('come with notices about the settings they stand in', async () => {
    const folder = await folderWith(texts('a.ts'));
    expect((await scan([{ path: folder, notices: ['Something is wrong.'] }])).notices).toEqual(['Something is wrong.']);
  });
});
