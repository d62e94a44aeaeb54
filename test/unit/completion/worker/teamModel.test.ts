import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LstmPredictor } from '../../../../src/completion/experts/lstmPredictor.ts';
import { CompletionServer } from '../../../../src/completion/worker/completionServer.ts';
import type { NextCharacter } from '../../../../src/protocol/inspection.ts';
import { chainModel } from '../../../support/models.ts';
import { folderWith } from '../../corpus/temporaryFolder.ts';

const ASCII = ['\n', ...Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index))];
const TEXT = 'const pengüin = 1;\nconst gathered = pengüin;\n'.repeat(20);

/** A model from elsewhere, which expects b after a and c after b, beside the memory of this workspace. */
describe("a team's model", () => {
  let server: CompletionServer;
  let path: string;

  beforeEach(async () => {
    path = join(await folderWith({}), 'team.onnx');
    await writeFile(path, chainModel(ASCII));
    server = new CompletionServer((file) => LstmPredictor.load(file));
    await server.indexWorkspace({
      folders: [await folderWith({ 'a.ts': TEXT, 'b.ts': TEXT })],
      scan: {},
      maximum: 100_000,
    });
  });
  afterEach(() => server.shutDown());

  const at = (before: string) =>
    server.next({
      document: 'file:///a.ts',
      path: 'a.ts',
      before,
      after: '',
      maxLength: 20,
      minimumProbability: 0.3,
      multiline: false,
      wrongCost: 0.1,
      trigger: 'automatic',
    });
  const topOf = (next: NextCharacter | undefined, expert: string) => next?.experts.find(({ id }) => id === expert)?.top;
  const first = (candidates: readonly { readonly character: string }[] | undefined) => candidates?.[0]?.character;

  it('is adapted by the memory of the workspace: both speak, and what is typed is known at once', async () => {
    await server.load(path);
    let before = await at('const g');
    // Files that the mixer is trained on are forgotten for the while.
    await until(async () => {
      before = await at('const g');
      return first(topOf(before, 'workspace')) === 'a';
    });
    expect(first(topOf(before, 'lstm'))).toBe('h');
    for (const { weight } of before!.experts) expect(weight).toBeGreaterThan(0);

    const typed = 'const zebra = 1;\nconst zebra = 2;\n'.repeat(10);
    await server.edit({ path: 'a.ts', text: typed, isFile: true });
    expect(first((await at(`${typed}const ze`))?.top)).toBe('b');
  });

  it('does not take the memory away when it goes', async () => {
    await server.load(path);
    await server.unload();
    await until(async () => first((await at('const g'))?.top) === 'a');
    expect(topOf(await at('const g'), 'lstm')).toBeUndefined();
  });

  it('leaves what serves alone when its file cannot be used', async () => {
    await server.load(path);
    await writeFile(path, 'something else');
    await expect(server.load(path)).rejects.toThrow(/is not an ONNX model/);
    expect(first(topOf(await at('const g'), 'lstm'))).toBe('h');
  });
});

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const start = performance.now();
  while (!(await isSo())) {
    if (performance.now() - start > 20_000) throw new Error('Waited in vain.');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
