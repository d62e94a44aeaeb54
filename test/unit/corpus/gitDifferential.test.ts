import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { random as randomFrom } from '../../../src/base/random.ts';
import { scan } from '../../../src/corpus/scan.ts';

const hasGit = spawnSync('git', ['--version']).status === 0;
const skipped = hasGit ? '' : ' (skipped: git is not installed)';

const NAMES = [
  'a',
  'b',
  'ab',
  'abc',
  'a.ts',
  'b.log',
  'A',
  'é',
  'x y',
  'a-b',
  '#a',
  '!b',
  'a]',
  '[a',
  'a\\b',
  'ba',
  '.x',
];
const PARTS = [
  ...['a', 'b', 'ab', 'c', 'A', 'B', '.ts', '.log', '-', ' ', 'é', '\\', '\\#', '\\!', '\\ ', '\\*', '!', '#'],
  ...['*', '*', '*', '**', '***', '?', '/', '/', '/', '**/', '/**', '/**/', 'x y', '\t', '{a,b}'],
  ...[
    '[a-c]',
    '[!a]',
    '[^b]',
    '[]a]',
    '[a',
    '[[:alpha:]]',
    '[[:upper:]x]',
    '[[:nothing:]]',
    '[a-',
    '[\\]]',
    '[A-Z]',
    '[/]',
  ],
];
const TREES = 45;
const FILES_IN_EACH = 70;

type Random = () => number;

/** One repository with all that may lie about it. */
interface Tree {
  /** The folders of repositories, the outermost first. */
  readonly repositories: readonly string[];
  /** Folders that are scanned. */
  readonly roots: readonly string[];
  /** Files, absolute. */
  readonly files: readonly string[];
  /** Why more may be left out than git ignores. */
  readonly allowances: readonly string[];
}

describe.skipIf(!hasGit)(`What is left out, beside what git ignores${skipped}`, () => {
  const base = mkdtempSync(join(tmpdir(), 'inkling-git-'));
  const home = join(base, 'home');
  const environment = {
    HOME: home,
    XDG_CONFIG_HOME: '',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: undefined,
    GIT_CONFIG_SYSTEM: undefined,
    GIT_DIR: undefined,
  };
  const git = (folder: string, args: readonly string[], input = ''): string =>
    execFileSync('git', ['-c', 'user.name=n', '-c', 'user.email=a@b', ...args], {
      cwd: folder,
      env: { ...process.env, ...environment },
      encoding: 'utf8',
      input,
      stdio: ['pipe', 'pipe', 'ignore'],
    });

  afterEach(() => vi.unstubAllEnvs());
  afterAll(() => rmSync(base, { recursive: true, force: true }));

  it('is the same over generated repositories, or more for a reason that is known', async () => {
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    let [compared, ignored, wider] = [0, 0, 0];
    for (let seed = 1; seed <= TREES; seed++) {
      const random = randomFrom(seed);
      const tree = plant(join(base, String(seed)), random);
      const ignoredBy = new Map(tree.repositories.map((repository) => [repository, ignoredIn(repository, tree.files)]));
      for (const root of tree.roots) {
        const learnt = new Set((await scan(root)).files.map(({ path }) => join(root, path)));
        for (const file of tree.files.filter((one) => one.startsWith(`${root}/`))) {
          const around = tree.repositories.filter((one) => file.startsWith(`${one}/`));
          const isIgnored = ignoredBy.get(around.at(-1)!)!.has(file);
          const isLeftOut = !learnt.has(file);
          compared++;
          if (isIgnored) ignored++;
          const what = () => `${seed}: ${relative(base, file)} read from ${relative(base, root)}`;
          if (isIgnored) expect(isLeftOut, what()).toBe(true);
          else if (isLeftOut) {
            const isByOuter = around.some((one) => ignoredBy.get(one)!.has(file));
            expect(isByOuter || tree.allowances.length > 0, what()).toBe(true);
            wider++;
          }
        }
      }
    }
    expect(compared).toBeGreaterThan(2500);
    expect(ignored).toBeGreaterThan(500);
    expect(wider).toBeLessThan(compared / 10);
  }, 60_000);

  function ignoredIn(repository: string, files: readonly string[]): Set<string> {
    const inside = files.filter((file) => file.startsWith(`${repository}/`));
    const input = inside.map((file) => `${relative(repository, file)}\0`).join('');
    const args = ['check-ignore', '--stdin', '-z', '--no-index'];
    const { status, stdout } = spawnSync('git', args, {
      cwd: repository,
      env: { ...process.env, ...environment },
      encoding: 'utf8',
      input,
    });
    expect(status === 0 || status === 1, `git in ${repository}`).toBe(true);
    const paths = stdout.split('\0').filter((path) => path !== '');
    return new Set(paths.map((path) => join(repository, path)));
  }

  function plant(folder: string, random: Random): Tree {
    const chance = (part: number) => random() < part;
    const allowances: string[] = [];
    const write = (path: string, content: string | Buffer) => {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
    };
    /** A file of rules; what git reads otherwise than it was meant is left out all the same. */
    const rules = (path: string, isInTree: boolean) => {
      const text = rulesText(random);
      const how = Math.floor(random() * 36);
      if (how === 0) write(path, Buffer.concat([Buffer.of(0xef, 0xbb, 0xbf), Buffer.from(text)]));
      else if (how === 1 || how === 6) write(path, Buffer.from(`# caf\xe9\n${text}`, 'latin1'));
      else if (how === 2 || how === 7) write(path, text.replaceAll('\n', '\r\n'));
      else if (how === 3) {
        allowances.push('UTF-16');
        write(path, Buffer.concat([Buffer.of(0xff, 0xfe), Buffer.from(text, 'utf16le')]));
      } else if (how === 4) {
        allowances.push('NUL');
        write(path, text.replace(/\n/, 'a\0b\n'));
      } else if (how === 5 && isInTree) {
        allowances.push('a link');
        write(`${path}-linked`, text);
        symlinkSync(`${path}-linked`, path);
      } else write(path, text);
    };
    rmSync(home, { recursive: true, force: true });
    mkdirSync(home, { recursive: true });
    if (chance(0.3)) rules(join(home, '.config/git/ignore'), false);
    if (chance(0.3)) {
      rules(join(home, 'mine'), false);
      write(join(home, 'more'), '[Core]\n\texcludesFile = "~/mine" ; mine\n');
      write(join(home, '.gitconfig'), '[user]\n\tname = n\n[include]\n\tpath = more\n');
    }
    if (chance(0.1)) {
      allowances.push('a condition');
      rules(join(home, 'other'), false);
      write(join(home, '.config/git/config'), '[includeIf "gitdir:/nowhere/"]\n\tpath = ../../cond\n');
      write(join(home, 'cond'), '[core]\nexcludesfile=~/other\n');
    }
    const main = join(folder, 'main');
    mkdirSync(main, { recursive: true });
    git(main, ['init', '-q']);
    if (chance(0.2)) git(main, ['config', 'core.ignorecase', 'true']);
    if (chance(0.4)) rules(join(main, '.git/info/exclude'), false);
    let top = main;
    if (chance(0.25)) {
      git(main, ['commit', '-q', '--allow-empty', '-m', 'c']);
      top = join(folder, 'tree');
      git(main, ['worktree', 'add', '-q', top]);
    }
    const repositories = [top];
    const files = new Set<string>();
    const folders = new Set([top]);
    for (let index = 0; index < FILES_IN_EACH; index++) {
      const depth = Math.floor(random() * 4);
      const path = Array.from({ length: depth + 1 }, () => pick(random, NAMES));
      const file = join(top, ...path.slice(0, -1).map((name) => `${name}d`), path.at(-1)!);
      if (folders.has(file)) continue;
      write(file, `${seedText(file)}\n`);
      files.add(file);
      for (let at = dirname(file); at.length >= top.length; at = dirname(at)) folders.add(at);
    }
    const below = [...folders].filter((one) => one !== top);
    if (chance(0.25) && below.length > 0) {
      const nested = pick(random, below);
      git(nested, chance(0.5) ? ['init', '-q'] : ['init', '-q', `--separate-git-dir=${join(folder, 'separate')}`]);
      repositories.push(nested);
    }
    for (const one of folders) if (one === top || chance(0.2)) rules(join(one, '.gitignore'), true);
    const ignoredByTop = ignoredIn(
      top,
      below.map((one) => join(one, 'anything')),
    );
    const inner = below.filter((one) => !ignoredByTop.has(join(one, 'anything')));
    const roots = [top, ...(inner.length > 0 ? [pick(random, inner)] : [])];
    return { repositories, roots, files: [...files], allowances };
  }
});

function seedText(path: string): string {
  return `This is what stands in ${path} and nowhere else.`;
}

function rulesText(random: Random): string {
  const lines = Array.from({ length: 2 + Math.floor(random() * 6) }, () => {
    const length = 1 + Math.floor(random() * random() * 5);
    const pattern = Array.from({ length }, () => pick(random, random() < 0.3 ? NAMES : PARTS)).join('');
    return `${random() < 0.25 ? '!' : ''}${random() < 0.15 ? '/' : ''}${pattern}${random() < 0.2 ? '/' : ''}`;
  });
  return `${lines.join('\n')}${random() < 0.8 ? '\n' : ''}`;
}

function pick<T>(random: Random, from: readonly T[]): T {
  return from[Math.floor(random() * from.length)]!;
}
