import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { describe, expect, it, vi } from 'vitest';
import { takes } from '../../../src/base/rpcMessage.ts';
import { WorkerClient, WorkerDiedError } from '../../../src/base/workerRpc.ts';
import { folderWith } from '../corpus/temporaryFolder.ts';

interface Service {
  add(a: number, b: number): number;
  fail(): void;
  never(): Promise<void>;
  die(): void;
  tellTwice(word: string): void;
}

/** A real worker around real RPC. */
async function clientOf(local: object = {}, onDeath?: (error: WorkerDiedError) => void, shutDown = 'async () => {}') {
  const module = new URL('../../../src/base/workerRpc.ts', import.meta.url).href;
  const folder = await folderWith({});
  const file = join(folder, 'worker.mjs');
  await writeFile(
    file,
    `import { serveFromWorker } from ${JSON.stringify(module)};
     import { takes } from ${JSON.stringify(new URL('../../../src/base/rpcMessage.ts', import.meta.url).href)};
     import { number, string } from ${JSON.stringify(import.meta.resolve('valibot'))};
     serveFromWorker((host) => ({
       add: (a, b) => a + b,
       fail: () => { throw new Error('it fails'); },
       never: () => new Promise(() => setInterval(() => {}, 1000)),
       die: () => process.exit(3),
       tellTwice: async (word) => { await host.tell(word); await host.tell(word); },
       shutDown: ${shutDown},
     }), {
       add: takes(number(), number()).answers(),
       fail: takes().answers(),
       never: takes().answers(),
       die: takes().answers(),
       tellTwice: takes(string()).answers(),
     });`,
  );
  return new WorkerClient<Service, object>({
    file,
    local,
    calls: { tell: takes(v.string()).answers<void>() },
    ...(onDeath === undefined ? {} : { onDeath }),
  });
}

describe('a worker behind calls', () => {
  it('starts with the first call and ends when asked to', async () => {
    const client = await clientOf();
    expect(client.isRunning).toBe(false);
    expect(await client.remote.add(2, 3)).toBe(5);
    expect(client.isRunning).toBe(true);
    await client.stop(5000);
    expect(client.isRunning).toBe(false);
  });

  it('hands on errors', async () => {
    const client = await clientOf();
    await expect(client.remote.fail()).rejects.toThrow('it fails');
    await client.stop(5000);
  });

  it('refuses arguments that are not what they should be, on either side, and goes on', async () => {
    const heard: unknown[] = [];
    const client = await clientOf({ tell: (word: string) => void heard.push(word) });
    await expect(client.remote.add('2' as never, 3)).rejects.toThrow(
      'The arguments of add are not what they should be.',
    );
    await expect(client.remote.add(2, undefined as never)).rejects.toThrow('add');
    await expect((client.remote as never as { constructor(): Promise<void> }).constructor()).rejects.toThrow(
      'not found',
    );
    await expect(client.remote.tellTwice('')).resolves.toBeUndefined();
    expect(await client.remote.add(2, 3)).toBe(5);
    expect(heard).toEqual(['', '']);
    await client.stop(5000);
  });

  it('calls back', async () => {
    const heard: string[] = [];
    const client = await clientOf({ tell: (word: string) => void heard.push(word) });
    await client.remote.tellTwice('hello');
    expect(heard).toEqual(['hello', 'hello']);
    await client.stop(5000);
  });

  it('that dies rejects the calls that wait, says so, and starts anew with the next', async () => {
    const deaths: WorkerDiedError[] = [];
    const client = await clientOf({}, (error) => deaths.push(error));
    const waiting = client.remote.never();
    const dying = client.remote.die();
    await expect(waiting).rejects.toThrow(WorkerDiedError);
    await expect(dying).rejects.toThrow(WorkerDiedError);
    expect(deaths).toHaveLength(1);
    expect(await client.remote.add(1, 1)).toBe(2);
    await client.stop(5000);
    expect(deaths).toHaveLength(1);
  });

  it('ends when asked to though it fails to end well', async () => {
    const client = await clientOf({}, undefined, "async () => { throw new Error('it fails'); }");
    await client.remote.add(1, 1);
    await client.stop(5000);
    expect(client.isRunning).toBe(false);
  });

  it('that takes longer to end than is waited for has been asked to all the same', async () => {
    const deaths: WorkerDiedError[] = [];
    const client = await clientOf(
      {},
      (error) => deaths.push(error),
      '() => new Promise((resolve) => setTimeout(resolve, 300))',
    );
    await client.remote.add(1, 1);
    await client.stop(1);
    expect(client.isRunning).toBe(true);
    await vi.waitFor(() => expect(client.isRunning).toBe(false), { timeout: 5000 });
    expect(deaths).toEqual([]);
  });

  it('that takes long to end is waited for where nothing is said of how long', async () => {
    const client = await clientOf({}, undefined, '() => new Promise((resolve) => setTimeout(resolve, 300))');
    await client.remote.add(1, 1);
    await client.stop();
    expect(client.isRunning).toBe(false);
  });
});
