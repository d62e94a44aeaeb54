import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { FileWatch } from '../../../../src/editor/models/fileWatch.ts';
import { folderWith } from '../../corpus/temporaryFolder.ts';

const INTERVAL_MILLISECONDS = 100;

describe('a file that is watched', () => {
  let watch: FileWatch;
  let changes = 0;

  function watching(path: string): void {
    changes = 0;
    watch = new FileWatch(() => void changes++, INTERVAL_MILLISECONDS);
    watch.set(path);
  }
  const told = (times: number) => vi.waitFor(() => expect(changes).toBe(times), { timeout: 5000, interval: 5 });
  const later = () => new Promise((resolve) => setTimeout(resolve, 5 * INTERVAL_MILLISECONDS));

  afterEach(() => watch.dispose());

  it('is told of when it comes, changes and goes', async () => {
    const path = join(await folderWith({}), 'team.onnx');
    watching(path);
    await later();
    await writeFile(path, 'one');
    await told(1);
    await writeFile(path, 'another');
    await told(2);
    await rm(path);
    await told(3);
  });

  it('is told of once, when it is whole, however long it is written to', async () => {
    const path = join(await folderWith({ 'team.onnx': '' }), 'team.onnx');
    watching(path);
    await later();
    for (let length = 1; length < 20; length++) {
      await writeFile(path, 'x'.repeat(length));
      await new Promise((resolve) => setTimeout(resolve, INTERVAL_MILLISECONDS / 4));
    }
    await told(1);
    await later();
    expect(changes).toBe(1);
  });

  it('is told of no more when another one is watched, or none', async () => {
    const folder = await folderWith({ 'a.onnx': '', 'b.onnx': '' });
    watching(join(folder, 'a.onnx'));
    watch.set(join(folder, 'b.onnx'));
    await later();
    await writeFile(join(folder, 'a.onnx'), 'changed');
    await later();
    expect(changes).toBe(0);
    await writeFile(join(folder, 'b.onnx'), 'changed');
    await told(1);
    watch.set(undefined);
    await writeFile(join(folder, 'b.onnx'), 'changed again');
    await later();
    expect(changes).toBe(1);
  });
});
