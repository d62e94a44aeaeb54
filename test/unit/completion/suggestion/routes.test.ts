import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Predictor } from '../../../../src/completion/predictor.ts';
import type { Policy } from '../../../../src/completion/suggestion/policy.ts';
import { CompletionServer } from '../../../../src/completion/worker/completionServer.ts';
import { ModelLease } from '../../../../src/completion/worker/modelLease.ts';
import { WorkspaceIndex } from '../../../../src/completion/workspace/workspaceIndex.ts';
import { inkling, jsonLines } from '../../../support/commandLine.ts';
import { folderWith } from '../../corpus/temporaryFolder.ts';

const never = new AbortController().signal;
/** Of a document that is in no file yet. */
const PATH = 'untitled';
const CODE = 'export function total(order) {\n  console.log(formatOrder(order));\n  return order.total;\n}\n';
const AFTER = ');\n}\n';
const PLACES = [
  ['within brackets that the editor has closed', 'function one(order) {\n  console.log(form', AFTER],
  ['at the end of a line', 'function one(order) {\n  return order.', ''],
  ['where nothing is to be said', 'zzz ', ''],
] as const;
const POLICY: Policy = { trigger: 'automatic', maxLength: 120, minimumProbability: 0.3, multiline: true };

/** As the editor tells of a document. */
function withoutLineOfCursor(before: string, after: string): string {
  return [...before.split('\n').slice(0, -1), ...after.split('\n').slice(1)].join('\n');
}

describe('One place, asked by every route', () => {
  let folder: string;
  let files: string;
  let server: CompletionServer;

  beforeEach(async () => {
    folder = await folderWith({ 'order.js': CODE.repeat(12) });
    files = await folderWith({ after: AFTER, nothing: '' });
    server = new CompletionServer(() => Promise.reject(new Error('There is no model.')));
    await server.indexWorkspace({ folders: [folder], scan: {}, maximum: 100_000 });
  });
  afterEach(() => server.shutDown());

  /** As benchmarks and simulations ask, without a worker. */
  async function suggested(before: string, after: string) {
    const index = await WorkspaceIndex.read({ folders: [folder], scan: {}, maximum: 100_000 }, never);
    const lease = new ModelLease<Predictor>(undefined, index);
    index.join((work) => work(lease.mixture));
    await index.trainMixer(never);
    await index.set({ path: PATH, text: withoutLineOfCursor(before, after), isFile: false });
    return lease.suggester.suggest(PATH, { path: PATH, before, after }, POLICY);
  }

  it.each(PLACES)('gives the same: %s', async (_, before, after) => {
    const expected = await suggested(before, after);
    const said = expected.map(({ text, replaces, probability }) => ({ text, replaces, probability }));

    const file = join(files, after === '' ? 'nothing' : 'after');
    const outcome = await inkling(['complete', '--folder', folder, '--after', file, '--json'], before);
    const [line] = jsonLines(outcome);
    expect(line).toMatchObject({ type: 'completion', suggestions: said });

    await server.edit({ path: PATH, text: withoutLineOfCursor(before, after), isFile: false });
    const request = { ...POLICY, document: PATH, path: PATH, before, after };
    // Its mixer is trained on the workspace as soon as nobody waits for an answer.
    const next = await vi.waitFor(async () => {
      expect(await server.complete({ ...request, id: 1 })).toEqual(expected);
      const found = (await server.next(request))!;
      expect(found.experts.map(({ id, weight }) => ({ id, weight }))).toEqual(line.experts);
      return found;
    }, 10_000);
    expect(next.suggestion.map(({ character }) => character).join('')).toBe(expected[0]?.text ?? '');
    const product = next.suggestion.reduce((all, { probability }) => all * probability, 1);
    const shown = expected[0]?.characters.reduce((all, probability) => all * probability, 1) ?? 1;
    expect(product).toBeCloseTo(shown, 12);
  });

  it('has something to say in two of them', async () => {
    const texts = await Promise.all(PLACES.map(async ([, before, after]) => (await suggested(before, after))[0]?.text));
    expect(texts[0]).toMatch(/^atOrder/);
    expect(texts[1]).toBe('total;');
    expect(texts[2]).toBeUndefined();
  });
});
