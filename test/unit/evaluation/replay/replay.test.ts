import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, vi } from 'vitest';
import { applied, type TextEdit } from '../../../../src/evaluation/replay/edits.ts';
import { History } from '../../../../src/evaluation/replay/history.ts';
import { planReplay } from '../../../../src/evaluation/replay/plan.ts';
import { replay } from '../../../../src/evaluation/replay/replay.ts';
import { git } from '../../../support/git.ts';
import { it } from '../../fixtures.ts';

const PLAN = { commits: 100, characters: 100_000 };
const OPTIONS = {
  ...{ characters: 100_000, wordsPerMinute: 45, seed: 1, maximum: 2_000_000 },
  ...{ maxLength: 120, minimumProbability: 0.3, multiline: true },
};

/** A file that is to be written, or to go. */
type Files = Readonly<Record<string, string | Buffer | undefined>>;

function commit(folder: string, files: Files, author = 'me@example.org'): string {
  for (const [path, content] of Object.entries(files)) {
    const file = join(folder, path);
    if (content === undefined) git(folder, 'rm', '-q', path);
    else {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
    }
  }
  git(folder, 'add', '-A');
  git(folder, '-c', 'user.name=Me', '-c', `user.email=${author}`, 'commit', '-q', '-m', 'Change', '--allow-empty');
  return git(folder, 'rev-parse', 'HEAD').trim();
}

function moduleOf(name: string, count = 12): string {
  const lines = Array.from({ length: count }, (_, index) => `export const ${name}${index} = loadCustomer(${index});\n`);
  return `import { loadCustomer } from './customer';\n\n${lines.join('')}`;
}

/** A history with every kind of edit. */
function historyIn(folder: string): void {
  git(folder, 'init', '-q', '-b', 'main');
  git(folder, 'config', 'core.autocrlf', 'false');
  commit(folder, { 'a.ts': moduleOf('first'), 'b.ts': moduleOf('second'), 'windows.ts': 'one();\r\ntwo();\r\n' });
  commit(folder, {
    'a.ts': moduleOf('first').replace('first3 = load', 'first3 = await reload'),
    'end.txt': 'no line end',
  });
  commit(folder, { 'new.ts': moduleOf('third', 6), 'picture.png': Buffer.from([0x89, 0x50, 0, 1, 2, 0]) });
  commit(folder, { 'b.ts': `${moduleOf('second')}export const another = loadCustomer(another);\n` });
  commit(folder, { 'windows.ts': 'one();\r\nbetween(one, two);\r\ntwo();\r\n', 'end.txt': 'no line end, but more' });
  commit(folder, { 'emoji.md': 'Say 😀 to the world.\n' });
  commit(folder, { 'emoji.md': 'Say 😀 and 😁 to the whole world.\n' });
  git(folder, 'mv', 'new.ts', 'renamed.ts');
  commit(folder, {});
  git(folder, 'checkout', '-q', '-b', 'side', 'HEAD~2');
  commit(folder, { 'side.ts': moduleOf('side', 5) });
  git(folder, 'checkout', '-q', 'main');
  git(folder, '-c', 'user.name=Me', '-c', 'user.email=me@example.org', 'merge', '-q', '--no-ff', '-m', 'Merge', 'side');
  commit(folder, { 'side.ts': `${moduleOf('side', 5)}export const afterwards = loadCustomer(side1);\n` });
}

describe('A history that is replayed', () => {
  it('is planned so that text before, typed and behind is the file of the commit', async ({ folder }) => {
    historyIn(folder);
    const history = await History.open(folder);
    const { commits } = await planReplay(history, PLAN);
    history.close();
    let files = 0;
    for (const { id, typed } of commits) {
      for (const { path, before, edits } of typed) {
        files++;
        const content = git(folder, 'show', `${id}:${path}`).replace(/\r\n/g, '\n');
        expect(applied(before ?? '', edits), `${path} of ${id}`).toBe(content);
      }
    }
    expect(files).toBeGreaterThanOrEqual(8);
    const typed = commits.flatMap(({ typed }) => typed);
    expect(typed.map(({ path }) => path)).not.toContain('picture.png');
    // A rename is a deletion and lines that were moved; what a merge brings was typed elsewhere.
    expect(typed.map(({ path }) => path)).not.toContain('renamed.ts');
    expect(typedIn(typed.find(({ path, before }) => path === 'side.ts' && before !== undefined)!.edits)).toBe(
      '\nexport const afterwards = loadCustomer(side1);',
    );
  });

  it('gives the same figures twice, and the sum of its kinds is the whole', { timeout: 120_000 }, async ({
    folder,
  }) => {
    historyIn(folder);
    const run = async () => {
      const history = await History.open(folder);
      try {
        return await replay(history, await planReplay(history, PLAN), OPTIONS);
      } finally {
        history.close();
      }
    };
    const first = await run();
    const { latencyMs: _, ...figures } = first;
    const { latencyMs: __, ...again } = await run();
    expect(again).toEqual(figures);
    const sum = (parts: readonly { readonly characters: number }[]) =>
      parts.reduce((all, one) => all + one.characters, 0);
    expect(sum(Object.values(first.kinds))).toBe(first.characters);
    expect(sum(Object.values(first.languages))).toBe(first.characters);
    expect(first.keystrokes).toBeLessThan(first.characters);
    expect(first.keystrokeSavings).toBeGreaterThan(0.2);
    expect(first.human.keystrokeSavings).toBeLessThan(first.keystrokeSavings);
    expect(Object.values(first.kinds).every(({ characters }) => characters > 0)).toBe(true);
    expect(first.kinds.newFile.silentPart).toBe(0);
    expect(first.kinds.withinLine.silentPart).toBeGreaterThan(0);
  });

  it('is that of one author, where that is asked for', async ({ folder }) => {
    historyIn(folder);
    const id = commit(
      folder,
      { 'a.ts': `${moduleOf('first')}export const theirs = loadCustomer(1);\n` },
      'you+x@example.org',
    );
    const history = await History.open(folder);
    const { commits } = await planReplay(history, { ...PLAN, author: 'you+x@example.org' });
    history.close();
    expect(commits.map((one) => one.id)).toEqual([id]);
  });

  it('is read of a bare repository, of a worktree, and of a shallow clone as far as it reaches', async ({ folder }) => {
    const whole = join(folder, 'whole');
    mkdirSync(whole);
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
      await expect(history.content({ path: 'a', blob: '1'.repeat(40) })).rejects.toThrow('cannot be read at a');
    } finally {
      history.close();
    }
    expect(existsSync(marker)).toBe(false);
    expect(readFileSync(script, 'utf8')).toContain('touch');
  });
});

function typedIn(edits: readonly TextEdit[]): string {
  return edits.flatMap(({ parts }) => parts.filter(({ isTyped }) => isTyped).map(({ text }) => text)).join('');
}
