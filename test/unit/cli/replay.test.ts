import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect } from 'vitest';
import { CLI, inkling, jsonLines, limitedTo } from '../../support/commandLine.ts';
import { git } from '../../support/git.ts';
import { descendantsOf } from '../../support/processes.ts';
import { commit, initRepository, moduleOf } from '../../support/repository.ts';
import { historyIn } from '../evaluation/replay/histories.ts';
import { it } from '../fixtures.ts';

const isRoot = process.getuid?.() === 0;
const isLinux = process.platform === 'linux';

/** A folder for temporary files, in which nothing is left afterwards. */
function temporaryIn(folder: string) {
  const path = join(folder, 'temporary');
  mkdirSync(path, { recursive: true });
  return { path, environment: { TMPDIR: path, TMP: path, TEMP: path, GIT_CONFIG_GLOBAL: '/dev/null' } };
}

/** Replays, and expects one sentence and nothing else, here and on disk. */
async function refused(folder: string, args: readonly string[], code: number, sentence: RegExp): Promise<void> {
  const temporary = temporaryIn(folder);
  const outcome = await inkling(['replay', ...args], '', undefined, temporary.environment);
  expect(outcome.stderr).toMatch(/^inkling: [^\n]+[.?]\n$/);
  expect(outcome.stderr).toMatch(sentence);
  expect(outcome).toMatchObject({ code, stdout: '' });
  expect(readdirSync(temporary.path)).toEqual([]);
}

/** How many there are in the folder within this one; −1 where there is none. */
function filesIn(folder: string): number {
  try {
    return readdirSync(join(folder, readdirSync(folder)[0] ?? 'none')).length;
  } catch {
    return -1;
  }
}

/** Where a loose object is kept. */
function fileOf(repository: string, object: string): string {
  const id = git(repository, 'rev-parse', object).trim();
  return join(repository, '.git', 'objects', id.slice(0, 2), id.slice(2));
}

describe('inkling replay', () => {
  it('tells between which commits it has typed, with whom, and what was saved', async ({ folder }) => {
    const repository = join(folder, 'repository');
    historyIn(repository);
    const temporary = temporaryIn(folder);
    const replay = (...args: readonly string[]) =>
      inkling(['replay', repository, ...args], '', undefined, temporary.environment);
    const [whole] = jsonLines(await replay('--json'));
    expect(whole).toMatchObject({
      type: 'replay',
      base: git(repository, 'rev-list', '--max-parents=0', 'HEAD').trim(),
      last: git(repository, 'rev-parse', 'HEAD').trim(),
      experts: ['workspace', 'document', 'words'],
    });
    const [alone] = jsonLines(await replay('--json', '--experts', 'words, workspace'));
    expect(alone.experts).toEqual(['workspace', 'words']);
    const { stdout, stderr, code } = await replay('--commits', '3');
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
    expect(stdout).toMatch(/^\d+\.\d % of the keys saved over \d+ characters of 3 commits by an ideal typist/);
    expect(readdirSync(temporary.path)).toEqual([]);
  });

  it('prepares what a network is trained on, which then suggests as well', { timeout: 120_000 }, async ({ folder }) => {
    const repository = join(folder, 'repository');
    historyIn(repository);
    const prepared = join(folder, 'new', 'prepared');
    const plan = ['replay', repository, '--commits', '5', '--json'];
    const [{ base }] = jsonLines(await inkling([...plan, '--prepare', prepared]));
    const listed = git(repository, 'ls-tree', '--name-only', '-z', base).split('\0').slice(0, -1);
    const never = ['link.ts', 'node_modules', 'package-lock.json', 'picture.png'];
    expect(readdirSync(prepared).sort()).toEqual(listed.filter((name) => !never.includes(name)).sort());
    expect(readFileSync(join(prepared, 'a.ts'), 'utf8')).toBe(git(repository, 'show', `${base}:a.ts`));
    const model = join(folder, 'model.onnx');
    const small = ['--hidden', '16', '--layers', '1', '--threads', '1', '--engine', 'onnx', '--device', 'cpu'];
    expect(await inkling(['train', prepared, '--out', model, '--epochs', '2', ...small])).toMatchObject({ code: 0 });
    const [mixed] = jsonLines(await inkling([...plan, '--model', model]));
    expect(mixed).toMatchObject({ base, experts: ['lstm', 'workspace', 'document', 'words'] });
    const [alone] = jsonLines(await inkling([...plan, '--model', model, '--experts', 'lstm']));
    expect(alone).toMatchObject({ base, experts: ['lstm'], characters: mixed.characters });
  });

  it('leaves out a commit of 10 000 files, and says so', { timeout: 240_000 }, async ({ folder }) => {
    const repository = join(folder, 'repository');
    initRepository(repository);
    commit(repository, { 'a.ts': moduleOf('first') });
    commit(repository, { 'a.ts': `${moduleOf('first')}export const before = loadCustomer(before);\n` });
    const many = Object.fromEntries(
      Array.from({ length: 10_000 }, (_, i) => [`many/${i}.ts`, `export const a${i};\n`]),
    );
    const id = commit(repository, many);
    commit(repository, { 'b.ts': moduleOf('second', 3) });
    const temporary = temporaryIn(folder);
    const outcome = await inkling(['replay', repository, '--json'], '', undefined, temporary.environment);
    expect(outcome.stderr).toBe(
      `inkling: The commit ${id.slice(0, 10)} changes 10,000 files, which nobody types: none of it was typed.\n`,
    );
    expect(jsonLines(outcome)).toMatchObject([
      { commits: 2, kinds: { newFile: { characters: moduleOf('second', 3).length } } },
    ]);
    expect(readdirSync(temporary.path)).toEqual([]);
  });

  it.skipIf(!isLinux)('leaves out a path that is no text (names are bytes on Linux only)', async ({ folder }) => {
    const repository = join(folder, 'repository');
    initRepository(repository);
    commit(repository, { 'a.ts': moduleOf('first') });
    writeFileSync(Buffer.concat([Buffer.from(`${repository}/`), Buffer.from([0x62, 0xff])]), moduleOf('bytes'));
    commit(repository, { 'b.ts': moduleOf('second', 3) });
    const prepared = join(folder, 'prepared');
    const outcome = await inkling(['replay', repository, '--json']);
    expect(jsonLines(outcome)).toMatchObject([{ commits: 1, characters: moduleOf('second', 3).length }]);
    commit(repository, { 'b.ts': moduleOf('second', 4) });
    await inkling(['replay', repository, '--commits', '1', '--prepare', prepared]);
    expect(readdirSync(prepared)).toEqual(['a.ts', 'b.ts']);
  });
});

describe('inkling replay, asked for what cannot be done, says so in a sentence, and leaves nothing behind:', () => {
  it('a folder in no repository', ({ folder }) =>
    refused(folder, [temporaryIn(folder).path], 2, /is not in a Git repository/));

  it('a folder that is not there', ({ folder }) =>
    refused(folder, [join(folder, 'none')], 2, /none: it does not exist/));

  it('a history of one commit', async ({ folder }) => {
    const repository = join(folder, 'repository');
    initRepository(repository);
    await refused(folder, [repository], 2, /has no commit yet/);
    commit(repository, { 'a.ts': moduleOf('first') });
    await refused(folder, [repository], 2, /No commit changes text .* beside the first one/);
  });

  it('experts that there are not, or not alone, or not without a network', async ({ folder }) => {
    const repository = join(folder, 'repository');
    historyIn(repository);
    const experts = (ids: string) => [repository, '--experts', ids];
    await refused(folder, experts('lstm,gpt'), 2, /no expert "gpt": .* lstm, workspace, document, words\.$/m);
    await refused(folder, experts(''), 2, /no expert ""/);
    await refused(folder, experts('lstm'), 2, /lstm is a network: name it with --model/);
    await refused(folder, experts('document,words'), 2, /By document and words alone nothing .* lstm, workspace to/);
  });

  it('an object that is damaged, or gone', async ({ folder }) => {
    const repository = join(folder, 'repository');
    historyIn(repository);
    for (const object of ['HEAD:a.ts', 'HEAD^{tree}', 'HEAD']) {
      const file = fileOf(repository, object);
      const whole = readFileSync(file);
      chmodSync(file, 0o644);
      for (const damage of [whole.subarray(0, 20), undefined]) {
        if (damage === undefined) rmSync(file);
        else writeFileSync(file, damage);
        await refused(folder, [repository], object === 'HEAD' ? 2 : 1, /cannot (be )?read|no commit yet/);
        const prepared = join(folder, 'prepared');
        await refused(folder, [repository, '--prepare', prepared], object === 'HEAD' ? 2 : 1, /cannot|no commit yet/);
        expect(existsSync(prepared)).toBe(false);
      }
      writeFileSync(file, whole);
    }
  });

  it('objects that a partial clone does not have', async ({ folder }) => {
    const whole = join(folder, 'whole');
    historyIn(whole);
    git(whole, 'config', 'uploadpack.allowFilter', 'true');
    git(folder, 'clone', '-q', '--bare', '--filter=blob:none', `file://${whole}`, 'partial');
    await refused(folder, [join(folder, 'partial')], 1, /partial.*git fetch --refetch --no-filter/);
  });

  it.skipIf(!isRoot)("a repository of somebody else's (only root may give one away)", async ({ folder }) => {
    const repository = join(folder, 'repository');
    historyIn(repository);
    for (const path of ['', '.git']) chownSync(join(repository, path), 65_534, 65_534);
    await refused(folder, [repository], 2, /belongs to somebody else.*safe\.directory/);
  });

  it('a folder to prepare that has something in it, or is a file', async ({ folder }) => {
    const repository = join(folder, 'repository');
    historyIn(repository);
    await refused(folder, [repository, '--prepare', repository], 2, /repository is not empty/);
    const file = join(repository, 'a.ts');
    await refused(folder, [repository, '--prepare', file], 1, /cannot be written to .*a\.ts/);
    await refused(
      folder,
      [repository, '--prepare', join(file, 'b')],
      1,
      /cannot be written to .*b: a part of the path/,
    );
  });

  // Root may write anywhere but into what is no disk.
  it.skipIf(process.platform === 'win32' || (isRoot && !isLinux))(
    'a folder to prepare that is closed',
    async ({ folder }) => {
      const repository = join(folder, 'repository');
      historyIn(repository);
      const closed = isRoot ? '/sys/kernel' : join(folder, 'closed');
      if (!isRoot) mkdirSync(closed, { mode: 0o500 });
      const name = `inkling-${process.pid}`;
      for (const prepared of [join(closed, name), join(closed, name, 'deeper')]) {
        await refused(
          folder,
          [repository, '--prepare', prepared],
          1,
          /^inkling: The workspace as it was cannot be written to [^\n]+: permission was denied\.\n$/,
        );
      }
    },
  );

  it.skipIf(process.platform === 'win32')('a disk that is full', async ({ folder }) => {
    const repository = join(folder, 'repository');
    initRepository(repository);
    commit(repository, { 'a.ts': 'small\n', 'deep/b.ts': moduleOf('long', 200), 'c.ts': moduleOf('short', 2) });
    commit(repository, { 'a.ts': 'small, and larger\n' });
    const [fresh, empty] = [join(folder, 'fresh', 'er'), join(folder, 'empty')];
    mkdirSync(empty);
    for (const prepared of [fresh, empty]) {
      const { code, stderr } = limitedTo(8, ['replay', repository, '--prepare', prepared]);
      expect(stderr).toMatch(/^inkling: The workspace as it was cannot be written to [^\n]+\.\n$/);
      expect(code).toBe(1);
    }
    expect(readdirSync(empty)).toEqual([]);
    expect(existsSync(join(folder, 'fresh'))).toBe(false);
    const temporary = temporaryIn(folder);
    const full = spawnSync(
      'sh',
      ['-c', `ulimit -f 8; trap '' XFSZ; exec "$0" "$@"`, process.execPath, CLI, 'replay', repository],
      {
        env: { ...process.env, ...temporary.environment },
        encoding: 'utf8',
      },
    );
    expect(full).toMatchObject({ status: 1, stdout: '' });
    expect(readdirSync(temporary.path)).toEqual([]);
  });

  describe.skipIf(!isLinux)('interrupted (Linux, where processes can be looked at)', () => {
    it.for([
      ['while it reads the history', 1, (files: number) => files >= 0 && files < 2],
      ['while it types', 1, (files: number) => files === 2],
      ['while it types, and once more at once', 2, (files: number) => files === 2],
    ] as const)('%s', { timeout: 120_000 }, async ([, times, isThen], { folder }) => {
      const repository = join(folder, 'repository');
      initRepository(repository);
      commit(repository, { 'other.ts': moduleOf('other') });
      for (let at = 1; at <= 30; at++) commit(repository, { 'a.ts': moduleOf('first', 10 * at) });
      const temporary = temporaryIn(folder);
      const child = spawn(process.execPath, [CLI, 'replay', repository], {
        env: { ...process.env, ...temporary.environment },
        stdio: 'ignore',
        detached: true,
      });
      const closed = once(child, 'close');
      let started: string[] = [];
      while (started.length === 0) {
        await wait(2);
        if (isThen(filesIn(temporary.path))) started = descendantsOf(child.pid!);
        expect(child.exitCode).toBe(null);
      }
      // As a terminal does: to all processes of the group.
      for (let time = 0; time < times && child.exitCode === null; time++) {
        process.kill(-child.pid!, 'SIGINT');
        await wait(1); // or they would be one
      }
      expect((await closed)[0]).toBe(130);
      expect(readdirSync(temporary.path)).toEqual([]);
      await expect.poll(() => started.filter((pid) => existsSync(`/proc/${pid}`)), { timeout: 20_000 }).toEqual([]);
    });
  });
});
