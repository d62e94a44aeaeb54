import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Predictor } from '../../../../src/completion/predictor.ts';
import { CompletionServer } from '../../../../src/completion/worker/completionServer.ts';
import { fingerprintsOf, writeFingerprints } from '../../../../src/corpus/fingerprints.ts';
import { scan } from '../../../../src/corpus/scan.ts';
import { Vocabulary } from '../../../../src/corpus/vocabulary.ts';
import type { ModelCard } from '../../../../src/protocol/modelCard.ts';
import type { CompletionRequest } from '../../../../src/protocol/suggestions.ts';
import { tablePredictor } from '../../../support/tablePredictor.ts';
import { folderWith, prose } from '../../corpus/temporaryFolder.ts';

const vocabulary = Vocabulary.fromJSON({ characters: '\nabcdefgh' });

/** A model that is sure of one continuation, reads when it is let, and tells what happens to it. */
function modelOf(continuation: string) {
  const ids = vocabulary.encode(continuation);
  let letRead = () => {};
  const mayRead = new Promise<void>((resolve) => {
    letRead = resolve;
  });
  const log: string[] = [];
  const table = tablePredictor(vocabulary, (read) => {
    const probabilities = new Float32Array(vocabulary.size);
    // What was read after the text "a\na" of the requests below.
    probabilities[ids[read.length - 4] ?? 1] = 1;
    return probabilities;
  });
  const model: Predictor<readonly number[]> & { card: ModelCard } = {
    ...table,
    card: { heldOutBitsPerCharacter: 1 } as ModelCard,
    read: async (state, more) => {
      log.push('read');
      await mayRead;
      return table.read(state, more);
    },
    dispose: async () => void log.push('disposed'),
  };
  return { model, log, letRead };
}

const request = (id: number): CompletionRequest => ({
  id,
  document: 'file:///a',
  path: 'a',
  before: 'a',
  after: '',
  maxLength: 3,
  minimumProbability: 0.5,
  multiline: false,
  wrongCost: 0,
  trigger: 'automatic',
  typedPast: [],
  acceptanceRate: 0.5,
  beginning: '',
});

describe('the completion server', () => {
  function serverOf(models: Record<string, ReturnType<typeof modelOf>>) {
    return new CompletionServer(async (path) => models[path]!.model);
  }

  it('answers a request with the model that it began with, while another one takes over', async () => {
    const [first, second] = [modelOf('bcd'), modelOf('efg')];
    const server = serverOf({ first, second });
    await server.load('first');
    const asked = server.complete(request(1));
    await until(() => first.log.includes('read'));
    await server.load('second');
    expect(first.log).not.toContain('disposed');
    second.letRead();
    expect(await server.complete(request(2))).toMatchObject([{ text: 'efg' }]);
    first.letRead();
    expect(await asked).toMatchObject([{ text: 'bcd', probability: 1 }]);
    expect(first.log.at(-1)).toBe('disposed');
    expect(second.log).not.toContain('disposed');
  });

  it('keeps the model that serves when another one cannot be loaded', async () => {
    const first = modelOf('bcd');
    const server = serverOf({ first });
    first.letRead();
    await server.load('first');
    await expect(server.load('none')).rejects.toThrow();
    expect(await server.complete(request(1))).toMatchObject([{ text: 'bcd' }]);
  });

  it('has nothing to say without a model, and after unloading it', async () => {
    const first = modelOf('bcd');
    const server = serverOf({ first });
    expect(await server.complete(request(1))).toEqual([]);
    await server.load('first');
    await server.unload();
    expect(await server.complete(request(2))).toEqual([]);
    expect(first.log).toEqual(['disposed']);
  });

  it('has nothing to say to a request that is cancelled', async () => {
    const first = modelOf('bcd');
    const server = serverOf({ first });
    await server.load('first');
    const asked = server.complete(request(1));
    await until(() => first.log.includes('read'));
    server.cancel(1);
    first.letRead();
    expect(await asked).toEqual([]);
  });

  it('reads a document ahead, and gives that up for a request', async () => {
    const first = modelOf('bcd');
    const server = serverOf({ first });
    await server.load('first');
    const warming = server.warm({ document: 'file:///b', path: 'b', before: 'a'.repeat(1000) });
    await until(() => first.log.includes('read'));
    const asked = server.complete(request(1));
    first.letRead();
    await warming;
    expect(await asked).toMatchObject([{ text: 'bcd' }]);
    // One piece of the document ahead, and the request's own.
    expect(first.log).toEqual(['read', 'read']);
  });

  it('needs no more reading for a request where it has read ahead', async () => {
    const first = modelOf('bcd');
    const server = serverOf({ first });
    first.letRead();
    await server.load('first');
    await server.warm({ document: 'file:///a', path: 'a', before: 'a' });
    expect(first.log).toEqual(['read']);
    await server.complete(request(1));
    expect(first.log).toEqual(['read']);
  });

  it('completes from a memory alone, with it and a model, and without it again', async () => {
    const folder = await folderWith({ 'a.ts': 'abc abcdefgh\n'.repeat(40), 'b.ts': 'bad face, abcdefgh\n'.repeat(40) });
    const first = modelOf('hhh');
    first.letRead();
    const server = serverOf({ first });
    const asked = { ...request(1), before: 'bad face, abc', maxLength: 5 };
    const remembered = { folders: [folder], scan: {}, maximum: 100_000 };
    const workspace = async () => {
      const expert = (await server.next(asked))!.experts.find(({ id }) => id === 'workspace');
      return { first: expert?.top[0]?.character, matched: expert?.matched };
    };
    const report = await server.indexWorkspace(remembered);
    expect(report!.characters).toBeGreaterThan(1000);
    // Files that the mixer is trained on are forgotten for the while.
    await until(async () => (await server.complete(asked)).some(({ text }) => text.startsWith('de')));
    expect(await workspace()).toMatchObject({ matched: 11, first: 'd' });
    await server.load('first');
    // The memory is read anew, with the characters of the model.
    await until(async () => (await server.next(asked))!.experts.length > 1);
    expect(await workspace()).toMatchObject({ first: 'd' });
    expect(await server.indexWorkspace(undefined)).toBeUndefined();
    expect((await server.next(asked))!.experts.map(({ id }) => id)).toEqual(['lstm']);
    await server.unload();
    expect(await server.complete(asked)).toEqual([]);
  });

  it('remembers what stands in editors, whatever is read meanwhile', async () => {
    const folder = await folderWith({ 'a.ts': 'abc abcdefgh\n'.repeat(40), 'b.ts': 'ab\n'.repeat(400) });
    const server = serverOf({});
    const indexing = server.indexWorkspace({ folders: [folder], scan: {}, maximum: 100_000 });
    await server.edit({ path: 'a.ts', text: 'gag fed hedge\n'.repeat(10), isFile: true });
    await indexing;
    const matched = async () => {
      const next = await server.next({ ...request(1), before: 'gag fed h' });
      return next!.experts.find(({ id }) => id === 'workspace')!.matched!;
    };
    await until(async () => (await matched()) === 8);
    await server.closeText('a.ts');
    expect(await matched()).toBeLessThan(4);
  });

  it('trains no mixer of a model that was disposed of, though there is something typed left to learn', async () => {
    const folder = await folderWith({ 'a.ts': 'abc abcdefgh\n'.repeat(40) });
    const first = modelOf('bcd');
    first.letRead();
    const server = serverOf({ first });
    await server.load('first');
    await server.indexWorkspace({ folders: [folder], scan: {}, maximum: 100_000 });
    const edits = ['bad', 'badface', 'badface cab'].map((text) =>
      server.edit({ path: 'a.ts', text: `${'abc abcdefgh\n'.repeat(40)}${text}`, isFile: true }),
    );
    await server.unload();
    await Promise.all(edits);
    expect(first.log.filter((event) => event === 'disposed')).toHaveLength(1);
    await until(() => first.log.at(-1) === 'disposed');
  });

  it('surveys how much has changed since training', async () => {
    const folder = await folderWith({ 'a.ts': prose('a'), 'b.ts': prose('b') });
    const storage = await folderWith({});
    const learnt = join(storage, 'learnt.json');
    const server = serverOf({});
    const survey = { folders: [folder], scan: {}, learnt };
    expect(await server.survey(survey)).toBeUndefined();
    const { files } = await scan(folder);
    await writeFingerprints(learnt, fingerprintsOf(files.slice(0, 1)));
    expect(await server.survey(survey)).toBe(1);
  });
});

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setImmediate(resolve));
}
