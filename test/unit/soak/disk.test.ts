import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { readModelFile } from '../../../src/lstm/modelFile.ts';
import type { TrainingRequest } from '../../../src/protocol/training.ts';
import type { TrainingEvent } from '../../../src/protocol/trainingEvents.ts';
import { storageIn } from '../../../src/training/client.ts';
import { TrainingServer } from '../../../src/training/server.ts';
import { folderWith, prose } from '../corpus/temporaryFolder.ts';

const FILES = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`f${index}.ts`, prose(`f${index}`)]));

/** Whether this process may mount file systems; said in the titles of tests that cannot run. */
const mayMount = process.platform === 'linux' && mounts();
const skipped = mayMount ? '' : ' (skipped: file systems can be mounted by root on Linux only)';

let request: TrainingRequest;
let events: TrainingEvent[];
let onEvent: (event: TrainingEvent) => void;
let server: TrainingServer;

beforeEach(async () => {
  events = [];
  onEvent = () => {};
  request = {
    run: '20260101000000000-abcd',
    folders: [await folderWith(FILES)],
    beginning: 'new',
    options: { recipe: 'default', budget: { epochs: 2 }, hidden: 16, layers: 1, threads: 1, seed: 1 },
    scan: {},
    storage: await folderWith({}),
    cache: await folderWith({}),
    tensorflowFolders: [],
  };
  server = new TrainingServer({
    onReading: async () => {},
    onCorpus: async () => {},
    onEvent: async (event) => {
      events.push(event);
      onEvent(event);
    },
    onLive: async () => {},
  });
});

/** Once, when training has begun. */
function whenTraining(act: () => void): void {
  onEvent = ({ type }) => {
    if (type !== 'progress' && type !== 'evaluation') return;
    onEvent = () => {};
    act();
  };
}

test('a storage folder that goes while training is made anew, and the model lands there', async () => {
  whenTraining(() => rmSync(request.storage, { recursive: true }));
  expect(await server.run(request)).toMatchObject({ type: 'done', isLive: true });
  await readModelFile(storageIn(request.storage).model);
});

test('a storage folder that cannot be made is one sentence', async () => {
  const file = join(request.storage, 'file');
  writeFileSync(file, '');
  request = { ...request, storage: join(file, 'storage') };
  const sentence = expect.stringMatching(/^Could not write .*: a part of the path is not a folder\.$/);
  expect(await server.run(request)).toEqual({ type: 'refused', message: sentence });
});

describe.skipIf(!mayMount)(`a file system${skipped}`, () => {
  afterEach(() => void spawnSync('umount', ['--lazy', request.storage]));

  test('that is full ends a training with one sentence, and leaves the model that was there', async () => {
    mount('size=220k');
    await server.run({ ...request, options: { ...request.options, budget: { epochs: 0.2 } } });
    const { model } = storageIn(request.storage);
    const before = readFileSync(model);
    whenTraining(() => fill(request.storage));
    const outcome = await server.run(request);
    expect(outcome).toEqual({
      type: 'refused',
      message: expect.stringMatching(/^Could not write .*: the disk is full\.$/),
    });
    expect(readFileSync(model).equals(before)).toBe(true);
    // And goes on when there is room again.
    rmSync(join(request.storage, 'filler'));
    const { unfinished } = storageIn(request.storage);
    expect(existsSync(unfinished)).toBe(true);
    expect(await server.run({ ...request, beginning: 'resume' })).toMatchObject({ type: 'done' });
  });

  test('that becomes read-only does so too', async () => {
    mount('size=4m');
    whenTraining(() => void spawnSync('mount', ['-o', 'remount,ro', request.storage]));
    const sentence = expect.stringMatching(/^Could not write .*: the file system is read-only\.$/);
    expect(await server.run(request)).toEqual({ type: 'refused', message: sentence });
    expect(await server.run(request)).toEqual({ type: 'refused', message: sentence });
  });

  function mount(options: string): void {
    const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', request.storage]);
    if (status !== 0) throw new Error(String(stderr));
  }
});

describe('a clock that is put back', () => {
  afterEach(() => void vi.useRealTimers());

  test('changes nothing in a training, before or after it', async () => {
    whenTraining(() => vi.useFakeTimers({ toFake: ['Date'], now: new Date('1999-12-31') }));
    expect(await server.run(request)).toMatchObject({ type: 'done', isLive: true });
    const seconds = events.flatMap((event) => ('elapsedSeconds' in event ? event.elapsedSeconds : []));
    expect(seconds.every((at, index) => at >= 0 && at >= (seconds[index - 1] ?? 0))).toBe(true);
    expect(await server.run({ ...request, beginning: 'continue' })).toMatchObject({ type: 'done' });
  });
});

/** Writes until nothing fits any more. */
function fill(folder: string): void {
  spawnSync('dd', ['if=/dev/zero', `of=${join(folder, 'filler')}`, 'bs=1k']);
}

function mounts(): boolean {
  const script = 'd=$(mktemp -d) && mount -t tmpfs -o size=4k tmpfs "$d" && umount "$d" && rmdir "$d"';
  return spawnSync('sh', ['-c', script]).status === 0;
}
