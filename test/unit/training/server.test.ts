import { readFile } from 'node:fs/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Remote } from '../../../src/base/workerRpc.ts';
import { writeSample } from '../../../src/completion/generation/sample.ts';
import { readCorpus } from '../../../src/corpus/corpus.ts';
import type { CorpusDetails } from '../../../src/protocol/corpus.ts';
import type { TrainingListener, TrainingRequest } from '../../../src/protocol/training.ts';
import type { TrainingEvent } from '../../../src/protocol/trainingEvents.ts';
import { baselinesOf } from '../../../src/training/baselines.ts';
import { TrainingServer } from '../../../src/training/server.ts';
import { storageIn } from '../../../src/training/storage.ts';
import { folderWith, prose } from '../corpus/temporaryFolder.ts';

const FILES = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`f${index}.ts`, prose(`f${index}`)]));

describe('the training server', () => {
  let events: TrainingEvent[];
  let live: string[];
  let corpora: CorpusDetails[];
  let request: TrainingRequest;
  let server: TrainingServer;
  let host: Remote<TrainingListener>;
  /** What is done at each event. */
  let onEvent: (event: TrainingEvent) => void;

  beforeEach(async () => {
    events = [];
    live = [];
    corpora = [];
    onEvent = () => {};
    request = {
      run: 'first',
      folders: [await folderWith(FILES)],
      beginning: 'new',
      options: { recipe: 'default', budget: { epochs: 2 }, hidden: 16, layers: 1, threads: 1, seed: 1 },
      scan: {},
      storage: await folderWith({}),
      cache: await folderWith({}),
      tensorflowFolders: [],
    };
    host = {
      onReading: async () => {},
      onCorpus: async (details) => void corpora.push(details),
      onEvent: async (event) => {
        events.push(event);
        onEvent(event);
      },
      onLive: async (path) => void live.push(path),
    };
    server = new TrainingServer(host, { sample: writeSample });
  });

  const eventsOf = <T extends TrainingEvent['type']>(type: T) =>
    events.filter((event): event is Extract<TrainingEvent, { type: T }> => event.type === type);

  it('makes the model live that it has trained', async () => {
    const outcome = await server.run(request);
    const { model } = storageIn(request.storage);
    expect(outcome).toMatchObject({ type: 'done', isLive: true, result: { reason: 'budget', epochs: 2 } });
    expect(live.at(-1)).toBe(model);
    expect((await readFile(model)).length).toBeGreaterThan(0);
  });

  it('lets the network write something at each evaluation', async () => {
    await server.run(request);
    const evaluations = eventsOf('evaluation');
    expect(evaluations.length).toBeGreaterThan(1);
    for (const { sample } of evaluations) expect([...sample]).toHaveLength(160);
  });

  it('tells what the network has to beat, though that may take longer than the training', async () => {
    const told = new Promise<TrainingEvent>((resolve) => {
      onEvent = (event) => {
        if (event.type === 'baselines') resolve(event);
      };
    });
    await server.run(request);
    const { train, heldOut } = await readCorpus(request.folders);
    expect(await told).toEqual({ type: 'baselines', ...(await baselinesOf({ train, heldOut })) });
  });

  it('tells what it read, and keeps that for those who ask later', async () => {
    await server.run(request);
    expect(corpora).toMatchObject([{ folders: request.folders, files: 30 }]);
    expect(JSON.parse(await readFile(storageIn(request.storage).corpus, 'utf8'))).toEqual(corpora[0]);
  });

  it('runs one training at a time', async () => {
    const first = server.run(request);
    expect(await server.run(request)).toMatchObject({ type: 'refused' });
    expect(await first).toMatchObject({ type: 'done' });
  });

  it('ends in peace while a training fails, which only who asked for it is told', async () => {
    let ending: Promise<void> | undefined;
    const rest = async () => {
      ending = server.shutDown();
      throw new Error('it fails');
    };
    server = new TrainingServer(host, { sample: writeSample, rest });
    await expect(server.run(request)).rejects.toThrow('it fails');
    await expect(ending).resolves.toBeUndefined();
  });
});
