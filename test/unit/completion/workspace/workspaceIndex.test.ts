import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { contextIds } from '../../../../src/completion/context/contextIds.ts';
import { WordStream } from '../../../../src/completion/context/wordStream.ts';
import { type DocumentCache, GrowingDocumentCache } from '../../../../src/completion/experts/documentCache.ts';
import type { Predictor } from '../../../../src/completion/predictor.ts';
import { ModelLease } from '../../../../src/completion/worker/modelLease.ts';
import { WorkspaceIndex } from '../../../../src/completion/workspace/workspaceIndex.ts';
import { encodeDocument } from '../../../../src/corpus/documents.ts';
import { Vocabulary } from '../../../../src/corpus/vocabulary.ts';
import type { WorkspaceRequest } from '../../../../src/protocol/workspace.ts';
import { tablePredictor } from '../../../support/tablePredictor.ts';
import { folderWith, prose } from '../../corpus/temporaryFolder.ts';

const never = new AbortController().signal;
const vocabulary = Vocabulary.fromTexts([Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).join('')], {
  minimumCount: 1,
});
const FILES = { 'a.ts': prose('a'), 'src/b.ts': prose('b'), '.gitignore': 'private.ts\n', 'private.ts': prose('p') };

async function workspace(files: Record<string, string> = FILES, maximum = 1_000_000) {
  const folder = await folderWith(files);
  const request: WorkspaceRequest = { folders: [folder], scan: {}, maximum };
  const read = () => WorkspaceIndex.read(request, never, vocabulary);
  return { folder, read, memory: await read() };
}

/** What a memory expects along a text, as one long list. */
function expectations({ counts }: WorkspaceIndex, text: string): number[] {
  const ids = vocabulary.encode(text);
  return Array.from(ids, (_, index) => {
    const probabilities = new Float32Array(vocabulary.size);
    counts.predict(ids, index, probabilities);
    return [...probabilities];
  }).flat();
}

/** How it would go on, the most probable character each time. */
function continued({ counts, vocabulary: known }: WorkspaceIndex, path: string, before: string, length: number) {
  const ids = contextIds(known, path, before);
  const first = ids.length;
  while (ids.length < first + length) {
    const probabilities = new Float32Array(known.size);
    counts.predict(ids, ids.length, probabilities);
    ids.push(probabilities.indexOf(Math.max(...probabilities)));
  }
  return known.decode(ids.slice(first));
}

function same(a: WorkspaceIndex, b: WorkspaceIndex, text: string): void {
  const [p, q] = [expectations(a, text), expectations(b, text)];
  expect(a.characters).toBe(b.characters);
  expect(Math.max(...p.map((value, index) => Math.abs(value - q[index]!)))).toBeLessThan(1e-6);
}

describe('The memory of a workspace', () => {
  it('knows its files, by all the characters that are in them if it is not told which', async () => {
    const folder = await folderWith({ 'a.ts': 'const größe = messeGröße(wert);\n'.repeat(20) });
    const memory = await WorkspaceIndex.read({ folders: [folder], scan: {}, maximum: 1e6 }, never);
    expect(continued(memory, 'a.ts', 'const gr', 22)).toBe('öße = messeGröße(wert)');
    expect(memory.vocabulary.idOf('#'.codePointAt(0)!)).toBeGreaterThan(1);
  });

  it('holds what is in an editor in the place of what is on disk, until that is closed', async () => {
    const { memory, read } = await workspace();
    const text = 'export function surpriseEverybody(): void {}\n'.repeat(3);
    await memory.set({ path: 'a.ts', text, isFile: true });
    expect(continued(memory, 'a.ts', 'export function sur', 16)).toBe('priseEverybody()');
    for (const edited of [text.slice(0, 70), `${text.slice(0, 50)}const x = 1;\n${text.slice(50)}`, '']) {
      await memory.set({ path: 'a.ts', text: edited, isFile: true });
    }
    await memory.close('a.ts');
    same(memory, await read(), prose('a').slice(0, 300));
  });

  it('has of a file that is closed what is on disk of that one, not of another with its name', async () => {
    const { memory, read } = await workspace({ 'X/a.ts': prose('x'), 'a.ts': prose('a') });
    await memory.set({ path: 'a.ts', text: prose('a').slice(0, 500), isFile: true });
    await memory.close('a.ts');
    same(memory, await read(), prose('a').slice(0, 300));
  });

  it('reads those files again that have changed, if it is told which', async () => {
    const { folder, memory, read } = await workspace();
    writeFileSync(join(folder, 'a.ts'), prose('changed'));
    writeFileSync(join(folder, 'src/new.ts'), prose('n'));
    writeFileSync(join(folder, 'private.ts'), prose('q'));
    rmSync(join(folder, 'src/b.ts'));
    await memory.refresh(['a.ts', 'src/new.ts', 'private.ts', 'src/b.ts']);
    same(memory, await read(), prose('changed').slice(0, 300));
  });

  it('takes in what there is room for of a text that is longer, and goes on as it is edited', async () => {
    const { memory } = await workspace({ 'a.ts': prose('a') }, 6000);
    const long = prose('a').repeat(Math.ceil(20_000 / prose('a').length));
    for (const text of [long, long.slice(0, 5000), `x${long}`]) {
      await memory.set({ path: 'a.ts', text, isFile: true });
      expect(memory.characters).toBeLessThanOrEqual(6000);
    }
  });

  it('knows each document in an editor alone, too, as it stands there', async () => {
    const { memory } = await workspace();
    expect(memory.cacheOf('a.ts')).toBeUndefined();
    const texts = [prose('x'), `${prose('x')}const added = 1;\n${prose('y')}`, prose('y').slice(0, 500)];
    for (const text of texts) {
      await memory.set({ path: 'a.ts', text, isFile: true });
      const grown = new GrowingDocumentCache(vocabulary);
      grown.append(encodeDocument(vocabulary, { path: 'a.ts', text }));
      const ids = contextIds(vocabulary, 'a.ts', text.slice(0, 200));
      const words = new WordStream(vocabulary).of(ids);
      const predicted = ({ characters, words: byWords }: DocumentCache) => {
        const [first, second] = [new Float32Array(vocabulary.size), new Float32Array(vocabulary.size)];
        characters.predict(ids, ids.length, first);
        byWords.predict(words, words.length, second);
        return [first, second];
      };
      expect(predicted(memory.cacheOf('a.ts')!)).toEqual(predicted(grown));
    }
    await memory.close('a.ts');
    expect(memory.cacheOf('a.ts')).toBeUndefined();
    await memory.set({ path: 'private.ts', text: 'something private', isFile: true });
    expect(memory.cacheOf('private.ts')).toBeUndefined();
    for (let i = 0; i < 40; i++) await memory.set({ path: `Untitled-${i}`, text: 'new', isFile: false });
    expect(memory.cacheOf('Untitled-0')).toBeUndefined();
    expect(memory.cacheOf('Untitled-39')).toBeDefined();
  });

  it('knows nothing of what the rules leave out, in an editor either', async () => {
    const { memory } = await workspace();
    const before = memory.characters;
    await memory.set({ path: 'private.ts', text: 'something private', isFile: true });
    await memory.set({ path: 'node_modules/x/index.ts', text: 'something foreign', isFile: true });
    expect(memory.characters).toBe(before);
    await memory.set({ path: 'Untitled-1', text: 'something new', isFile: false });
    expect(memory.characters).toBeGreaterThan(before);
    await memory.close('Untitled-1');
    expect(memory.characters).toBe(before);
  });

  it('takes secrets out of files and editors before it learns them', async () => {
    const key = 'ghp_aBcD1234eFgH5678iJkL9012mNoP3456qRsT';
    const { memory } = await workspace({ ...FILES, 'a.ts': `const token = "${key}";\n`.repeat(5) });
    await memory.set({ path: 'src/b.ts', text: `const token = "${key}";\n`.repeat(5), isFile: true });
    const text = continued(memory, 'a.ts', 'const token = "', 20);
    expect(text).toMatch(/^REDACTED/);
    expect(continued(memory, 'a.ts', 'const token = "ghp_aBcD', 20)).not.toContain('1234eFgH');
  });

  it('follows files as they change, come and go', async () => {
    const { folder, memory, read } = await workspace();
    await memory.set({ path: 'src/b.ts', text: 'open in an editor', isFile: true });
    writeFileSync(join(folder, 'a.ts'), prose('a').replaceAll('a', 'o'));
    writeFileSync(join(folder, 'c.ts'), prose('c'));
    await memory.refresh();
    rmSync(join(folder, 'c.ts'));
    await memory.refresh();
    await memory.close('src/b.ts');
    same(memory, await read(), prose('c').slice(0, 300));
  });

  it('forgets what is open when rules come that are against it', async () => {
    const { folder, memory, read } = await workspace();
    await memory.set({ path: 'a.ts', text: prose('a'), isFile: true });
    await memory.set({ path: 'Untitled-1', text: 'something new', isFile: false });
    writeFileSync(join(folder, '.gitignore'), 'private.ts\na.ts\n');
    await memory.refresh();
    expect(memory.cacheOf('a.ts')).toBeUndefined();
    expect(memory.cacheOf('Untitled-1')).toBeDefined();
    await memory.set({ path: 'a.ts', text: prose('a'), isFile: true });
    await memory.close('Untitled-1');
    same(memory, await read(), prose('a').slice(0, 300));
  });

  it('knows what is open of several folders by their names, and nothing of what one of them leaves out', async () => {
    const parent = await folderWith({ 'one/a.ts': prose('a'), 'two/b.ts': prose('b'), 'two/c.ts': prose('c') });
    const folders = [
      { path: join(parent, 'one'), name: 'one' },
      { path: join(parent, 'two'), name: 'two', exclude: ['c.ts'], notices: ['A setting is wrong.'] },
    ];
    const memory = await WorkspaceIndex.read({ folders, scan: {}, maximum: 1e6 }, never, vocabulary);
    expect(memory.notices).toEqual(['A setting is wrong.']);
    const before = memory.characters;
    await memory.set({ path: 'two/c.ts', text: prose('c'), isFile: true });
    expect(memory.characters).toBe(before);
    writeFileSync(join(parent, 'two', 'd.ts'), prose('d'));
    await memory.set({ path: 'two/d.ts', text: prose('d'), isFile: true });
    expect(memory.cacheOf('two/d.ts')).toBeDefined();
  });

  it('forgets what was touched longest ago where there is no room', async () => {
    const { memory } = await workspace(FILES, 1500);
    expect(memory.characters).toBeLessThanOrEqual(1500);
    await memory.set({ path: 'Untitled-1', text: 'typed '.repeat(200), isFile: false });
    expect(memory.characters).toBeLessThanOrEqual(1500);
    expect(continued(memory, 'x', 'typed ty', 4)).toBe('ped ');
  });

  it('trains a mixer on files that were held out, and knows as much as before', async () => {
    const files = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`f${i}.ts`, prose(`${i}`)]));
    const { memory, read } = await workspace(files);
    let asked = 0;
    const network = tablePredictor(vocabulary, () => {
      asked++;
      return new Float32Array(vocabulary.size).fill(1 / vocabulary.size);
    });
    const lease = new ModelLease(network as Predictor, memory);
    memory.join((work) => work(lease.mixture));
    await memory.trainMixer(never);
    expect(asked).toBeGreaterThan(500);
    const { mixture } = lease;
    const state = await mixture.read(mixture.start(), contextIds(vocabulary, 'f1.ts', prose('1').slice(0, 200)));
    expect(mixture.weightsOf(mixture.predict(state)).get('lstm')).toBeLessThan(0.4);
    same(memory, await read(), prose('7').slice(0, 300));
  });

  it('says why it cannot be read', async () => {
    const request = { folders: ['/nowhere/at/all'], scan: {}, maximum: 1000 };
    await expect(WorkspaceIndex.read(request, never)).rejects.toThrow('cannot be read');
  });
});
