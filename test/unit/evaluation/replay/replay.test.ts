import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, vi } from 'vitest';
import { EXPERTS } from '../../../../src/completion/experts/registry.ts';
import { applied } from '../../../../src/evaluation/replay/edits.ts';
import { History } from '../../../../src/evaluation/replay/history.ts';
import { type Plan, type PlanOptions, planReplay } from '../../../../src/evaluation/replay/plan.ts';
import { type Replay, type ReplayOptions, replay } from '../../../../src/evaluation/replay/replay.ts';
import { git } from '../../../support/git.ts';
import { commit, moduleOf } from '../../../support/repository.ts';
import { it } from '../../fixtures.ts';
import { historyIn, TYPED, typedIn } from './histories.ts';

const PLAN = { commits: 100, characters: 100_000 };
const OPTIONS = {
  ...{ characters: 100_000, wordsPerMinute: 45, seed: 1, maximum: 2_000_000 },
  ...{ maxLength: 120, minimumProbability: 0.3, multiline: true },
};

async function plan(folder: string, options: PlanOptions = PLAN): Promise<Plan> {
  const history = await History.open(folder);
  try {
    return await planReplay(history, options);
  } finally {
    history.close();
  }
}

async function replayed(folder: string, options: ReplayOptions = OPTIONS): Promise<Replay> {
  const history = await History.open(folder);
  try {
    return await replay(history, await planReplay(history, PLAN), options);
  } finally {
    history.close();
  }
}

/** Of the history with every kind of edit, with the memories alone. */
const FIGURES = {
  ...{ commits: 13, characters: 617, keystrokes: 345, shown: 59, accepted: 26 },
  experts: ['workspace', 'document', 'words'],
  keystrokeSavings: expect.closeTo(0.42786, 5),
  acceptanceRate: 26 / 59,
  wrongPerAcceptedCharacter: expect.closeTo(0.71127, 5),
  silentPart: 40 / 617,
  human: { keystrokeSavings: expect.closeTo(0.22222, 5), acceptanceRate: expect.closeTo(0.23611, 5) },
  kinds: {
    newFile: {
      ...{ characters: 455, keystrokeSavings: expect.closeTo(0.47973, 5), acceptanceRate: 22 / 46, silentPart: 0 },
      wrongPerAcceptedCharacter: expect.closeTo(0.61277, 5),
    },
    newLines: {
      ...{ characters: 122, keystrokeSavings: expect.closeTo(0.37815, 5), acceptanceRate: 4 / 13, silentPart: 0 },
      wrongPerAcceptedCharacter: expect.closeTo(1.18367, 5),
    },
    withinLine: {
      ...{ characters: 40, keystrokeSavings: 0, acceptanceRate: 0, silentPart: 1 },
      wrongPerAcceptedCharacter: 0,
    },
  },
};

describe('A history that is replayed', () => {
  it('is planned so that text before, typed and behind is the file of the commit', async ({ folder }) => {
    historyIn(folder);
    const { commits } = await plan(folder);
    for (const { id, typed } of commits) {
      for (const { path, before, edits } of typed) {
        const content = git(folder, 'show', `${id}:${path}`).replace(/\r\n/g, '\n');
        expect(applied(before ?? '', edits), `${path} of ${id}`).toBe(content);
      }
    }
    expect(commits.flatMap(({ typed }) => typed).map(({ path, edits }) => [path, ...typedIn(edits)])).toEqual(TYPED);
  });

  it('is planned as each of its commits is alone, whatever rules held before and after', async ({ folder }) => {
    const whole = join(folder, 'whole');
    historyIn(whole);
    const { commits } = await plan(whole);
    const alone = join(folder, 'alone');
    git(whole, 'worktree', 'add', '-q', '--detach', alone, 'HEAD');
    for (const commit of commits) {
      git(alone, 'checkout', '-q', commit.id);
      expect((await plan(alone, { ...PLAN, commits: 1 })).commits).toEqual([commit]);
    }
  });

  it('gives these figures, twice, with each kind of edit', { timeout: 120_000 }, async ({ folder }) => {
    historyIn(folder);
    const { latencyMs: _, languages, ...figures } = await replayed(folder);
    expect(figures).toMatchObject(FIGURES);
    const { latencyMs: __, languages: ___, ...again } = await replayed(folder);
    expect(again).toEqual(figures);
    const sum = (parts: readonly { readonly characters: number }[]) =>
      parts.reduce((all, one) => all + one.characters, 0);
    expect(sum(Object.values(figures.kinds))).toBe(figures.characters);
    expect(sum(Object.values(languages))).toBe(figures.characters);
    expect(Object.keys(languages)).toEqual(['.gitignore', '.md', '.ts', '.txt', 'deep']);
  });

  it('is typed with the experts that are asked for', { timeout: 120_000 }, async ({ folder }) => {
    historyIn(folder);
    const experts = EXPERTS.filter(({ id }) => id === 'workspace');
    const alone = await replayed(folder, { ...OPTIONS, experts });
    expect(alone.experts).toEqual(['workspace']);
    expect(alone.characters).toBe(FIGURES.characters);
    expect(alone.keystrokes).not.toBe(FIGURES.keystrokes);
  });

  it('is that of one author, where that is asked for', async ({ folder }) => {
    historyIn(folder);
    const id = commit(
      folder,
      { 'a.ts': `${moduleOf('first')}export const theirs = loadCustomer(1);\n` },
      { author: 'you+x@example.org' },
    );
    const { commits } = await plan(folder, { ...PLAN, author: 'you+x@example.org' });
    expect(commits.map((one) => one.id)).toEqual([id]);
  });

  it('is read of a bare repository, of a worktree, of one with SHA-256, and of a shallow clone as far as it reaches', async ({
    folder,
  }) => {
    const whole = join(folder, 'whole');
    historyIn(whole);
    git(folder, 'clone', '-q', '--bare', whole, 'bare');
    git(whole, 'worktree', 'add', '-q', join(folder, 'worktree'), 'HEAD~1');
    git(folder, 'clone', '-q', '--depth', '3', `file://${whole}`, 'shallow');
    const count = async (name: string) => {
      const history = await History.open(join(folder, name));
      const { commits } = await planReplay(history, PLAN);
      const isShallow = await history.isShallow();
      history.close();
      return [commits.length, isShallow] as const;
    };
    const [all] = await count('whole');
    expect(await count('bare')).toEqual([all, false]);
    historyIn(join(folder, 'longer'), '--object-format=sha256');
    expect(await count('longer')).toEqual([all, false]);
    expect((await count('worktree'))[0]).toBe(all - 1);
    const [reached, isShallow] = await count('shallow');
    expect(isShallow).toBe(true);
    expect(reached).toBeLessThan(all);
  });

  it('says in a sentence what is missing', async ({ folder }) => {
    await expect(History.open(folder)).rejects.toThrow('is not in a Git repository');
    git(folder, 'init', '-q', '-b', 'main');
    await expect(History.open(folder)).rejects.toThrow('has no commit yet');
    vi.stubEnv('PATH', '');
    await expect(History.open(folder)).rejects.toThrow('Git is not installed');
    vi.unstubAllEnvs();
  });

  it('runs nothing that the repository names', async ({ folder }) => {
    historyIn(folder);
    const marker = join(folder, 'ran');
    const script = join(folder, '.git', 'evil.sh');
    writeFileSync(script, `#!/bin/sh\ntouch ${marker}\ncat\n`, { mode: 0o755 });
    for (const hook of ['post-checkout', 'pre-commit', 'reference-transaction', 'post-index-change']) {
      writeFileSync(join(folder, '.git', 'hooks', hook), `#!/bin/sh\ntouch ${marker}\n`, { mode: 0o755 });
    }
    for (const name of [
      ...['core.fsmonitor', 'diff.external', 'diff.evil.command', 'diff.evil.textconv', 'filter.evil.smudge'],
      ...['filter.evil.clean', 'filter.evil.process', 'core.pager', 'core.sshCommand', 'gpg.program', 'core.editor'],
      ...['core.alternateRefsCommand', 'alias.rev-list', 'alias.diff-tree', 'credential.helper'],
    ]) {
      git(folder, 'config', name, name.startsWith('alias') ? `!${script}` : script);
    }
    git(folder, 'config', 'log.showSignature', 'true');
    git(folder, 'config', 'protocol.ext.allow', 'always');
    git(folder, 'config', 'remote.origin.url', `ext::${script}`);
    git(folder, 'config', 'remote.origin.promisor', 'true');
    git(folder, 'config', 'core.repositoryformatversion', '1');
    git(folder, 'config', 'extensions.partialClone', 'origin');
    writeFileSync(join(folder, '.git', 'info', 'attributes'), '* diff=evil filter=evil\n');
    const history = await History.open(folder);
    try {
      await replay(history, await planReplay(history, { ...PLAN, commits: 2 }), OPTIONS);
      // An object that is not there would be fetched.
      await expect(history.content({ path: 'a', blob: '1'.repeat(40) })).rejects.toThrow('partial');
    } finally {
      history.close();
    }
    expect(existsSync(marker)).toBe(false);
    expect(readFileSync(script, 'utf8')).toContain('touch');
  });
});
