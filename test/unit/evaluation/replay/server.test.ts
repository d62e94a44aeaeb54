import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterEach, describe, expect, vi } from 'vitest';
import { LstmPredictor } from '../../../../src/completion/experts/lstmPredictor.ts';
import { fingerprintsOf, writeFingerprints } from '../../../../src/corpus/fingerprints.ts';
import { LEAST_CHARACTERS, ReplayServer } from '../../../../src/evaluation/replay/server.ts';
import { exportModel } from '../../../../src/lstm/modelFile.ts';
import type { ReplayOutcome, ReplayRequest } from '../../../../src/protocol/replay.ts';
import { git } from '../../../support/git.ts';
import { randomModel } from '../../../support/models.ts';
import { commit, initRepository, moduleOf } from '../../../support/repository.ts';
import { it } from '../../fixtures.ts';

const ASCII = ['\n', ...Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index))];
const DAY = 86_400_000;

type Done = Extract<ReplayOutcome, { type: 'done' }>;

function requestFor(folder: string, changes: Partial<ReplayRequest> = {}): ReplayRequest {
  return {
    ...{ folder: { path: join(folder, 'repository') }, scan: {}, maximum: 2_000_000, commits: 100, characters: 5000 },
    ...{ maxLength: 120, minimumProbability: 0.3, multiline: true },
    ...{ offered: { '.ts': true, '.md': false }, othersOffered: true, temporary: join(folder, 'storage', 'replay') },
    ...changes,
  };
}

/** A server, and what it has told and done. */
function served() {
  const told: number[] = [];
  const opened: unknown[] = [];
  const server = new ReplayServer(
    { onProgress: async (fraction) => void told.push(fraction) },
    {
      open: async (model) => {
        opened.push(model.card.training.date);
        return LstmPredictor.open(model);
      },
    },
  );
  return { server, told, opened };
}

async function done(request: ReplayRequest): Promise<Done> {
  const outcome = await served().server.replay(request);
  expect(outcome).toMatchObject({ type: 'done' });
  return outcome as Done;
}

async function refusal(request: ReplayRequest): Promise<string> {
  const outcome = await served().server.replay(request);
  expect(outcome.type).toBe('refused');
  return (outcome as Extract<ReplayOutcome, { type: 'refused' }>).message;
}

/** A repository with one commit for each name, of some six hundred characters each. */
function repositoryIn(folder: string, names: readonly string[], author?: string): string {
  const repository = join(folder, 'repository');
  initRepository(repository);
  commit(repository, { 'first.ts': moduleOf('first') });
  for (const name of names) commit(repository, { [`${name}.ts`]: moduleOf(name) }, author ? { author } : {});
  return repository;
}

/** A network of no knowledge, trained at a time. */
function writeModel(path: string, trained: number): void {
  const shape = { vocabulary: ASCII.length + 2, hidden: 4, layers: 1 };
  const { parameters, card } = randomModel(shape, { characters: ASCII });
  const training = { ...card.training, date: new Date(trained).toISOString() };
  writeFileSync(path, exportModel(shape, parameters, { ...card, training }));
}

describe('The replay server', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('types what its user has typed, and tells how far it is', async ({ folder }) => {
    repositoryIn(folder, ['second', 'third']);
    const { server, told, opened } = served();
    const { figures, examples } = (await server.replay(requestFor(folder))) as Done;
    const { memories, network, whose, commits, both } = figures;
    expect({ whose, commits, network, both }).toEqual({
      ...{ whose: 'own', commits: 2, network: { type: 'none' }, both: undefined },
    });
    expect(memories.all.characters).toBeGreaterThan(LEAST_CHARACTERS);
    expect(memories.all.ideal.written).toBeGreaterThan(0.3);
    expect(memories.all.human.written).toBeLessThan(memories.all.ideal.written);
    expect(memories.languages.map(({ name }) => name)).toEqual(['.ts']);
    expect(memories.kinds.map(({ characters }) => characters)).toEqual([memories.all.characters, 0, 0]);
    expect(told.length).toBeGreaterThan(10);
    expect(told).toEqual(told.toSorted((a, b) => a - b));
    expect(told.at(-1)).toBeCloseTo(1, 1);
    expect(opened).toEqual([]);
    expect(examples.largest.length).toBeGreaterThan(2);
    expect(examples.largest.map(({ text }) => [...text].length)).toEqual(
      examples.largest.map(({ text }) => [...text].length).toSorted((a, b) => b - a),
    );
    for (const { path, before, text, right } of examples.largest) {
      expect(readFileSync(join(folder, 'repository', path), 'utf8')).toContain(before + text);
      expect(right).toBe(text.length);
    }
    for (const { path, before, text, right } of examples.wrong) {
      const written = readFileSync(join(folder, 'repository', path), 'utf8');
      expect(written).toContain(before + text.slice(0, right));
      expect(right).toBeLessThan(text.length);
    }
    expect(existsSync(join(folder, 'storage', 'replay'))).toBe(false);
  });

  it("types everybody's where its user's own is too little, or nobody knows who that is", async ({ folder }) => {
    const repository = repositoryIn(folder, ['second', 'third'], 'you@example.org');
    commit(repository, { 'mine.ts': moduleOf('mine', 2) });
    expect((await done(requestFor(folder))).figures).toMatchObject({ whose: 'everybody', commits: 3 });
    git(repository, 'config', '--unset', 'user.email');
    vi.stubEnv('HOME', folder);
    expect((await done(requestFor(folder))).figures).toMatchObject({ whose: 'everybody', commits: 3 });
    git(repository, 'config', 'user.email', 'YOU@example.org');
    expect((await done(requestFor(folder))).figures).toMatchObject({ whose: 'own', commits: 2 });
  });

  it("says that all is its user's where nobody else has typed, however little that is", async ({ folder }) => {
    const repository = repositoryIn(folder, []);
    commit(repository, { 'mine.ts': moduleOf('mine', 2) });
    const { figures } = await done(requestFor(folder));
    expect(figures).toMatchObject({ whose: 'own', commits: 1, least: LEAST_CHARACTERS });
    expect(figures.memories.all.characters).toBeLessThan(LEAST_CHARACTERS);
  });

  it('asks a network about what was committed after it was trained, and the memories about the same', async ({
    folder,
  }) => {
    const repository = repositoryIn(folder, []);
    const authored = new Date(Date.now() - 2 * DAY).toISOString();
    // It was rebased since.
    for (const name of ['old', 'older']) commit(repository, { [`${name}.ts`]: moduleOf(name) }, { authored });
    for (const name of ['second', 'third']) commit(repository, { [`${name}.ts`]: moduleOf(name) });
    const path = join(folder, 'model.onnx');
    writeModel(path, Date.now() - DAY);
    const { server, opened, told } = served();
    const { figures } = (await server.replay(requestFor(folder, { model: { path } }))) as Done;
    expect(opened).toHaveLength(1);
    expect(figures.network).toEqual({ type: 'asked', trained: opened[0] });
    expect(figures.commits).toBe(2);
    expect(figures.both!.all.characters).toBe(figures.memories.all.characters);
    expect(figures.both!.all).not.toEqual(figures.memories.all);
    expect(told.some((fraction) => fraction > 0.4 && fraction < 0.6)).toBe(true);
  });

  it('does not ask a network that may have learnt most of it', async ({ folder }) => {
    const repository = repositoryIn(folder, []);
    const authored = new Date(Date.now() - 2 * DAY).toISOString();
    for (const name of ['a', 'b']) commit(repository, { [`${name}.ts`]: moduleOf(name) }, { authored });
    commit(repository, { 'd.ts': moduleOf('d', 6) });
    const path = join(folder, 'model.onnx');
    writeModel(path, Date.now() - DAY);
    const { server, opened } = served();
    const { figures } = (await server.replay(requestFor(folder, { model: { path } }))) as Done;
    expect(opened).toEqual([]);
    const trained = expect.any(String);
    expect(figures).toMatchObject({ commits: 3, network: { type: 'early', trained } });
    expect(figures.both).toBeUndefined();
    const { characters } = figures.network as { characters: number };
    expect(characters).toBeGreaterThan(100);
    expect(characters).toBeLessThan(LEAST_CHARACTERS);
  });

  it('does not ask a network about lines that it read before they were committed', async ({ folder }) => {
    repositoryIn(folder, ['second', 'third', 'fourth']);
    const [path, learnt] = [join(folder, 'model.onnx'), join(folder, 'learnt.json')];
    writeModel(path, Date.now() - DAY);
    const text = (name: string) => readFileSync(join(folder, 'repository', `${name}.ts`), 'utf8');
    const read = ['first', 'second', 'third'].map((name) => ({ path: `${name}.ts`, text: text(name) }));
    await writeFingerprints(learnt, fingerprintsOf(read));
    const before = await done(requestFor(folder, { model: { path, learnt } }));
    expect(before.figures.network).toMatchObject({ type: 'early' });
    const others = read.map(({ text }, index) => ({ path: `other${index}.ts`, text }));
    await writeFingerprints(learnt, fingerprintsOf(others));
    const after = await done(requestFor(folder, { model: { path, learnt } }));
    expect(after.figures.network).toMatchObject({ type: 'asked' });
  });

  it('goes on without a network that cannot be read, and says so', async ({ folder }) => {
    repositoryIn(folder, ['second', 'third']);
    const path = join(folder, 'model.onnx');
    writeFileSync(path, 'no model');
    const { figures, notices } = await done(requestFor(folder, { model: { path } }));
    expect(figures.network).toEqual({ type: 'none' });
    expect(notices).toEqual([expect.stringContaining(path)]);
  });

  it('types what was typed in a folder of a repository alone, by the rules of the folders above', async ({
    folder,
  }) => {
    const repository = join(folder, 'repository');
    initRepository(repository);
    commit(repository, { '.gitignore': 'ignored.ts\n', 'sub/deep/first.ts': moduleOf('first'), 'first.ts': 'a\n' });
    for (const name of ['second', 'third']) {
      commit(repository, { [`sub/deep/${name}.ts`]: moduleOf(name), [`beside/${name}.ts`]: moduleOf(`x${name}`) });
    }
    writeFileSync(join(repository, 'sub', 'deep', 'ignored.ts'), moduleOf('ignored'));
    git(repository, 'add', '-f', 'sub/deep/ignored.ts');
    git(repository, 'commit', '-q', '-m', 'Ignored');
    const deep = { path: join(repository, 'sub', 'deep') };
    const { figures, examples } = await done(requestFor(folder, { folder: deep }));
    expect(figures.commits).toBe(2);
    const typed = ['second', 'third'].map((name) => moduleOf(name)).reduce((sum, text) => sum + text.length, 0);
    expect(figures.memories.all.characters).toBe(typed);
    for (const { path } of examples.largest) expect(path).toMatch(/^(second|third)\.ts$/);
  });

  it('calls the files of one folder among several as the memory does', async ({ folder }) => {
    const repository = repositoryIn(folder, ['second', 'third', 'fourth']);
    const named = { path: repository, name: 'front', exclude: ['third.ts'] };
    const { figures, examples } = await done(requestFor(folder, { folder: named }));
    expect(figures).toMatchObject({ folder: 'front', commits: 2 });
    for (const { path } of examples.largest) expect(path).toMatch(/^front\/(second|fourth)\.ts$/);
  });

  it('leaves out files in which there are no suggestions, and says of how many characters', async ({ folder }) => {
    const repository = repositoryIn(folder, ['second', 'third']);
    commit(repository, { 'README.md': 'Read me first, and then everything else.\n' });
    const { figures, notices } = await done(requestFor(folder));
    expect(figures.memories.languages.map(({ name }) => name)).toEqual(['.ts']);
    expect(notices).toEqual([expect.stringMatching(/^41 characters in files with \.md are left out/)]);
  });

  it('shows no secret in an example, nor a part of one', async ({ folder }) => {
    const repository = repositoryIn(folder, ['second']);
    const secret = 'ghp_16C7e42F292c6912E7710c838347Ae178B4a';
    const lines = (name: string) =>
      Array.from({ length: 12 }, (_, index) => `connect${name}('${secret}', loadCustomer, customer${index}.name);\n`);
    for (const name of ['A', 'B', 'C']) commit(repository, { [`${name}.ts`]: lines(name).join('') });
    const { examples } = await done(requestFor(folder));
    expect(examples.largest.some(({ before }) => before.includes('REDACTED'))).toBe(true);
    const all = JSON.stringify(examples);
    for (let at = 0; at + 8 <= secret.length; at++) expect(all).not.toContain(secret.slice(at, at + 8));
  });

  it('says in a sentence what is missing', async ({ folder }) => {
    const repository = join(folder, 'repository');
    initRepository(repository);
    expect(await refusal(requestFor(folder))).toMatch(/has no commit yet\.$/);
    commit(repository, { 'a.ts': moduleOf('a') });
    expect(await refusal(requestFor(folder))).toMatch(/^No commit changes text in .*repository that Inkling would/);
    commit(repository, { 'README.md': 'Read me first, and then everything else.\n' });
    expect(await refusal(requestFor(folder))).toMatch(/No commit changes text.* 41 characters in files with \.md/);
    git(folder, 'clone', '-q', '--depth', '1', `file://${repository}`, 'shallow');
    const shallow = { path: join(folder, 'shallow') };
    expect(await refusal(requestFor(folder, { folder: shallow }))).toMatch(/The clone is shallow.* --unshallow/);
    expect(await refusal(requestFor(folder, { folder: { path: folder } }))).toMatch(/is not in a Git repository/);
    vi.stubEnv('PATH', '');
    expect(await refusal(requestFor(folder))).toMatch(/^Git is not installed/);
    expect(existsSync(join(folder, 'storage', 'replay'))).toBe(false);
  });

  it('ends when it is told to, at any time, and leaves nothing', { timeout: 240_000 }, async ({ folder }) => {
    repositoryIn(folder, ['second', 'third', 'fourth']);
    for (const milliseconds of [0, 50, 200, 800, 1600]) {
      const { server } = served();
      const outcome = server.replay(requestFor(folder));
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
      server.cancel();
      expect(await outcome).toEqual({ type: 'cancelled' });
      expect(existsSync(join(folder, 'storage', 'replay'))).toBe(false);
    }
    const { server } = served();
    const outcome = server.replay(requestFor(folder));
    expect(await server.replay(requestFor(folder))).toMatchObject({ type: 'refused' });
    await server.shutDown();
    expect(await outcome).toEqual({ type: 'cancelled' });
  });

  it('waits for whoever types, and can be ended then, too', async ({ folder }) => {
    repositoryIn(folder, ['second', 'third']);
    const { server, told } = served();
    const outcome = server.replay(requestFor(folder));
    await vi.waitFor(() => expect(told.length).toBeGreaterThan(2), { timeout: 60_000, interval: 5 });
    const typing = setInterval(() => server.giveWay(), 50);
    server.giveWay();
    await new Promise((resolve) => setTimeout(resolve, 100));
    const before = told.length;
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(told.length).toBe(before);
    server.cancel();
    expect(await outcome).toEqual({ type: 'cancelled' });
    clearInterval(typing);
  });

  it.skipIf(process.platform === 'win32')('starts git with nothing that is in the workspace', async ({ folder }) => {
    const repository = repositoryIn(folder, ['second', 'third']);
    git(repository, 'config', 'user.email', 'from-the-workspace@example.org');
    commit(repository, { 'sub/and/more.ts': moduleOf('more') });
    const real = (process.env['PATH'] ?? '').split(delimiter).find((path) => existsSync(join(path, 'git')))!;
    const log = join(folder, 'log');
    const program = join(folder, 'git');
    writeFileSync(program, `#!/bin/sh\nfor one in "$@"; do echo "$one" >> '${log}'; done\nexec '${real}/git' "$@"\n`);
    chmodSync(program, 0o755);
    vi.stubEnv('PATH', `${folder}${delimiter}${process.env['PATH']}`);
    await done(requestFor(folder, { folder: { path: join(repository, 'sub') } }));
    const given = [...new Set(readFileSync(log, 'utf8').trim().split('\n'))];
    expect(given.length).toBeGreaterThan(20);
    const words = given.filter((one) => !/^[0-9a-f]{40}$/.test(one));
    expect(words.join(' ')).not.toMatch(/example\.org|\bsub\b|\.ts\b/);
  });
});
