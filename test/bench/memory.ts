/**
 * What the memory beside the network costs, on text of this repository's dependencies: reading a workspace of a million
 * characters and of as much as is kept by default, the longest that others had to wait meanwhile, room, how fast it learns,
 * and how long a distribution takes, alone and joined with others.
 *
 *     npm run bench:memory
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { type DocumentCache, GrowingDocumentCache } from '../../src/completion/experts/documentCache.ts';
import { KneserNeyModel } from '../../src/completion/experts/kneserNeyModel.ts';
import type { Predictor } from '../../src/completion/predictor.ts';
import { WorkspaceIndex } from '../../src/completion/workspace/workspaceIndex.ts';
import { readDocuments } from '../../src/corpus/corpus.ts';
import { encodeDocument } from '../../src/corpus/documents.ts';
import { Vocabulary } from '../../src/corpus/vocabulary.ts';
import { type Known, mixtureOf } from '../support/knowledge.ts';
import { collect } from './texts.ts';

const SAMPLING_MILLISECONDS = 1;
const folder = mkdtempSync(join(tmpdir(), 'inkling-bench-'));
try {
  console.log(`${cpus()[0]?.model}, Node ${process.version}`);
  // Much of it is left out by the rules for files.
  const large = collect(join(folder, 'large'), 12e6);
  await read(large, 200_000); // whoever is first waits for code to be compiled
  const [one, two] = [await read(large, 1_000_000), await read(large, 2_000_000)];
  const { speed, microseconds, joined, withNetwork } = await learn(large);
  console.table({
    [`reading ${one.characters.toLocaleString('en')} characters`]: `${one.seconds.toFixed(2)} s`,
    [`reading ${two.characters.toLocaleString('en')} characters`]: `${two.seconds.toFixed(2)} s`,
    'longest wait meanwhile': `${two.longest.toFixed(0)} ms`,
    '99 % of waits at most': `${two.lag99.toFixed(0)} ms`,
    'room for them': `${two.megabytes.toFixed(0)} MB`,
    learning: `${speed.toFixed(1)} MB/s`,
    'a distribution': `${microseconds.toFixed(1)} µs`,
    'joined with those of the document': `${joined.toFixed(1)} µs`,
    'and with a network': `${withNetwork.toFixed(1)} µs`,
  });
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** As the completion worker does. */
async function read(source: string, maximum: number) {
  const lag = monitorEventLoopDelay({ resolution: SAMPLING_MILLISECONDS });
  lag.enable();
  const start = performance.now();
  const request = { folders: [source], scan: {}, maximum };
  const { counts } = await WorkspaceIndex.read(request, new AbortController().signal);
  const seconds = (performance.now() - start) / 1000;
  lag.disable();
  const [longest, lag99] = [lag.max, lag.percentile(99)].map((value) => value / 1e6 - SAMPLING_MILLISECONDS);
  const { characters, bytes } = counts;
  return { seconds, characters, longest: longest!, lag99: lag99!, megabytes: bytes / 1e6 };
}

async function learn(source: string) {
  const { documents } = await readDocuments(source, { maxCorpusCharacters: 2_000_000 });
  const vocabulary = Vocabulary.fromDocuments(documents);
  const texts = documents.map((document) => encodeDocument(vocabulary, document));
  const characters = texts.reduce((sum, ids) => sum + ids.length, 0);
  const bytes = documents.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
  const memory = new KneserNeyModel(vocabulary.size, characters);
  const start = performance.now();
  for (const ids of texts) memory.learn(ids);
  const learnt = performance.now();
  const probabilities = new Float32Array(vocabulary.size);
  let asked = 0;
  for (const ids of texts.slice(0, 20)) {
    for (let end = 0; end < ids.length; end++, asked++) memory.predict(ids, end, probabilities);
  }
  const microseconds = ((performance.now() - learnt) * 1e3) / asked;
  const [joined, withNetwork] = [
    await joinedMicroseconds(vocabulary, { workspace: memory }, texts),
    await joinedMicroseconds(vocabulary, { workspace: memory, network: unsure(vocabulary) }, texts),
  ];
  return { speed: bytes / 1e3 / (learnt - start), microseconds, joined, withNetwork };
}

/** A network that costs nothing, for what joining costs. */
function unsure(vocabulary: Vocabulary): Predictor {
  const probabilities = new Float32Array(vocabulary.size).fill(1 / vocabulary.size);
  return {
    vocabulary,
    start: () => undefined,
    read: async () => undefined,
    advance: async (states) => states.map(() => undefined),
    next: () => probabilities,
    dispose: async () => {},
  };
}

async function joinedMicroseconds(
  vocabulary: Vocabulary,
  known: Known,
  texts: readonly Uint16Array[],
): Promise<number> {
  const documents = new Map<string, DocumentCache>();
  const mixture = mixtureOf(vocabulary, { ...known, documents });
  let [milliseconds, asked] = [0, 0];
  for (const ids of texts.slice(0, 20)) {
    const document = new GrowingDocumentCache(vocabulary);
    documents.set('a', document);
    let state = mixture.within(mixture.start(), 'a');
    for (let at = 0; at < Math.min(ids.length, 2000); at++, asked++) {
      const start = performance.now();
      mixture.next(state);
      milliseconds += performance.now() - start;
      document.append(ids.subarray(at, at + 1));
      state = await mixture.read(state, ids.subarray(at, at + 1));
    }
  }
  return (milliseconds * 1e3) / asked;
}
