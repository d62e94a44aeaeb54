import { spawnSync } from 'node:child_process';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { holdLock } from '../../../src/base/fileLock.ts';
import { folderWith } from '../corpus/temporaryFolder.ts';

describe('a lock', () => {
  it('is held and let go', async () => {
    const folder = await folderWith({});
    const release = await holdLock(join(folder, 'lock'), 'busy');
    expect(await readdir(folder)).toEqual(['lock']);
    await release();
    expect(await readdir(folder)).toEqual([]);
  });

  it('of a living process is respected', async () => {
    const folder = await folderWith({});
    await writeFile(join(folder, 'lock'), String(process.ppid));
    await expect(holdLock(join(folder, 'lock'), 'Another window trains.')).rejects.toThrow('Another window trains.');
  });

  it.each(['', 'nonsense', '-1'])('that says %j counts for nothing', async (text) => {
    const folder = await folderWith({ lock: text });
    await (await holdLock(join(folder, 'lock'), 'busy'))();
  });

  it('of a process that has ended counts for nothing', async () => {
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    const folder = await folderWith({ lock: String(pid) });
    await (await holdLock(join(folder, 'lock'), 'busy'))();
  });
});
