import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect } from 'vitest';
import { setTranslations } from '../../../../src/base/language.ts';
import { ReplayClient } from '../../../../src/evaluation/replay/client.ts';
import type { ReplayRequest } from '../../../../src/protocol/replay.ts';
import { descendantsOf } from '../../../support/processes.ts';
import { commit, initRepository, moduleOf } from '../../../support/repository.ts';
import { it } from '../../fixtures.ts';

const root = fileURLToPath(new URL('../../../..', import.meta.url));

function requestFor(folder: string): ReplayRequest {
  return {
    ...{ folder: { path: folder }, scan: {}, maximum: 2_000_000, commits: 100, characters: 5000 },
    ...{ maxLength: 120, minimumProbability: 0.3, multiline: true, offered: {}, othersOffered: true },
    temporary: join(folder, 'storage', 'replay'),
  };
}

describe('A replay in a worker', () => {
  afterEach(() => setTranslations());

  it('is refused in the language of the thread that started it, and leaves no worker', async ({ folder }) => {
    setTranslations(JSON.parse(readFileSync(join(root, 'l10n', 'bundle.l10n.zh-cn.json'), 'utf8')));
    const client = new ReplayClient(join(root, 'src', 'replayWorker.ts'), { onProgress: () => {} });
    const outcome = await client.remote.replay(requestFor(folder));
    expect(outcome).toEqual({ type: 'refused', message: `${folder} 不在 Git 存储库中，因此没有历史。` });
    await client.end();
    expect(client.isRunning).toBe(false);
  });

  it('ends in the middle of things, with what it has started and written', async ({ folder }) => {
    const repository = join(folder, 'repository');
    initRepository(repository);
    for (const name of ['a', 'b', 'c', 'd']) commit(repository, { [`${name}.ts`]: moduleOf(name) });
    let onProgress = () => {};
    const begun = new Promise<void>((resolve) => {
      onProgress = resolve;
    });
    const client = new ReplayClient(join(root, 'src', 'replayWorker.ts'), { onProgress: () => onProgress() });
    const request = { ...requestFor(repository), temporary: join(folder, 'replay') };
    const outcome = client.remote.replay(request);
    await begun;
    expect(existsSync(request.temporary)).toBe(true);
    await client.end();
    expect(await outcome).toEqual({ type: 'cancelled' });
    expect(client.isRunning).toBe(false);
    expect(existsSync(request.temporary)).toBe(false);
    if (process.platform === 'linux') expect(descendantsOf(process.pid).filter(isGit)).toEqual([]);
    expect(await client.remote.replay(request)).toMatchObject({ type: 'done' });
    await client.dispose();
  });
});

function isGit(pid: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('cat-file');
  } catch {
    return false; // it has ended
  }
}
