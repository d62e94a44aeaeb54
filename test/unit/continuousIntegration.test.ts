import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { git } from '../support/git.ts';
import { folderWith } from './corpus/temporaryFolder.ts';

const script = fileURLToPath(new URL('../../.ci/run', import.meta.url));
const readme = fileURLToPath(new URL('../../README.md', import.meta.url));

/** In npm's place: writes down where it runs, with which arguments, which CI and which files, and fails at what it is told. */
const NPM = `#!/usr/bin/env bash
printf '%s|%s|%s|%s\\n' "$PWD" "$*" "\${CI-unset}" "$(echo *)" >> "$SEEN"
echo "said by npm $*"
[[ "$*" != "$FAILING" ]] || exit 3
`;

/** Runs the script in a small repository with uncommitted changes. */
async function run(failing = '') {
  const folder = await folderWith({
    'checkout/.gitignore': 'ignored/\n',
    'checkout/ignored/built.js': '',
    'checkout/kept.ts': 'before',
    'checkout/removed.ts': '',
    'bin/npm': NPM,
    'bin/strace': '',
  });
  const checkout = join(folder, 'checkout');
  for (const name of ['npm', 'strace']) chmodSync(join(folder, 'bin', name), 0o755);
  mkdirSync(join(checkout, '.ci'));
  copyFileSync(script, join(checkout, '.ci', 'run'));
  git(checkout, 'init', '-q');
  git(checkout, 'add', '.');
  rmSync(join(checkout, 'removed.ts'));
  writeFileSync(join(checkout, 'new file.ts'), '');
  const temporary = join(folder, 'temporary');
  mkdirSync(temporary);
  const env = {
    ...process.env,
    PATH: `${join(folder, 'bin')}${delimiter}${process.env['PATH']}`,
    SEEN: join(folder, 'seen'),
    FAILING: failing,
    CI: 'true',
    TMPDIR: temporary,
  };
  const { status, stdout } = spawnSync(join(checkout, '.ci', 'run'), { env, encoding: 'utf8' });
  const lines = readFileSync(join(folder, 'seen'), 'utf8').trim().split('\n');
  const seen = lines.map((line) => {
    const [place, command, ci, files] = line.split('|');
    return { place: place!, command: `npm ${command}`, ci, files };
  });
  return { status, stdout, seen, left: readdirSync(temporary) };
}

describe.skipIf(process.platform === 'win32')('what continuous integration runs (not on Windows)', () => {
  it('is what the README says, in a folder named inkling without CI, on the files that git does not ignore', async () => {
    const { status, seen, left, stdout } = await run();
    expect(status).toBe(0);
    const commands = seen.map(({ command }) => command);
    expect(readFileSync(readme, 'utf8')).toContain(`    ${commands.at(0)} && ${commands.at(-1)} `);
    for (const { place, ci, files } of seen) {
      expect(place).toMatch(/\/temporary\/[^/]+\/inkling$/);
      expect(ci).toBe('unset');
      expect(files).toBe('kept.ts new file.ts');
    }
    expect(left).toEqual([]);
    expect(stdout).toContain('said by npm test');
  });

  it.each(['ci', 'run setup:vscode', 'test'])('fails as npm %s does, and leaves nothing behind', async (failing) => {
    const { status, seen, left } = await run(failing);
    expect(status).toBe(3);
    expect(seen.map(({ command }) => command)).toContain(`npm ${failing}`);
    if (failing !== 'test') expect(seen.map(({ command }) => command)).not.toContain('npm test');
    expect(left).toEqual([]);
  });
});
