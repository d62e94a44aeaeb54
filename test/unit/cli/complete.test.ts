import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { addCompleteCommand } from '../../../src/cli/complete.ts';
import { LstmPredictor } from '../../../src/completion/experts/lstmPredictor.ts';
import { CLI, inkling, jsonLines } from '../../support/commandLine.ts';
import { randomModel } from '../../support/models.ts';

let folder: string;
let workspace: string;
let model: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inkling-complete-'));
  workspace = join(folder, 'workspace');
  model = join(folder, 'model.onnx');
  await mkdir(join(workspace, '.gitignore'), { recursive: true });
  await writeFile(join(workspace, 'a.ts'), 'const alpha = beta;\n'.repeat(20));
  await writeFile(model, randomModel({ vocabulary: 20, hidden: 8, layers: 1 }).bytes);
});
afterAll(() => rm(folder, { recursive: true }));
afterEach(() => vi.restoreAllMocks());

describe('inkling complete', () => {
  test('says on standard error which rules of the folder could not be used', async () => {
    const completed = await inkling(['complete', '--folder', workspace, '--json'], 'const al');
    expect(completed.code).toBe(0);
    expect(jsonLines(completed)).toMatchObject([{ type: 'completion' }]);
    expect(completed.stderr).toMatch(/^inkling: .*\.gitignore is no file, so there are no rules in it\.\n$/);
  });

  test('refuses a least probability for what is asked for, which has its own', async () => {
    const both = await inkling(['complete', model, '--invoked', '--minimum-probability', '0.3'], 'a');
    expect(both).toMatchObject({ code: 2, stdout: '' });
    expect(both.stderr).toContain('leave out --minimum-probability');
  });

  test.each([
    ['model', () => [join(folder, 'none.onnx')]],
    ['folder', () => ['--folder', join(folder, 'none')]],
    ['text behind the cursor', () => [model, '--after', join(folder, 'none')]],
  ])('says that the %s is not there before it waits for the text', async (_, args) => {
    const child = spawn(process.execPath, [CLI, 'complete', ...args()]); // its standard input stays open
    try {
      expect(await exitCode(child)).toBeGreaterThan(0);
    } finally {
      child.kill();
    }
  });

  test('disposes of the network where the folder cannot be read', async () => {
    const isTerminal = Object.getOwnPropertyDescriptor(process.stdin, 'isTTY');
    Object.defineProperty(process.stdin, 'isTTY', { value: false, configurable: true });
    const dispose = vi.spyOn(LstmPredictor.prototype, 'dispose');
    const program = new Command().exitOverride();
    addCompleteCommand(program);
    try {
      const args = ['complete', model, '--folder', join(folder, 'none')];
      await expect(program.parseAsync(args, { from: 'user' })).rejects.toThrow('cannot be read');
      expect(dispose).toHaveBeenCalledOnce();
    } finally {
      if (isTerminal === undefined) delete (process.stdin as { isTTY?: boolean }).isTTY;
      else Object.defineProperty(process.stdin, 'isTTY', isTerminal);
    }
  });
});

function exitCode(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
}
