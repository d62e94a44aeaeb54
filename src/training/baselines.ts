import { setTimeout as delay } from 'node:timers/promises';
import { constants, createBrotliCompress } from 'node:zlib';
import type { Corpus } from '../corpus/corpus.ts';
import { type Document, documentLength } from '../corpus/document.ts';
import { encodeDocument, header } from '../corpus/documents.ts';
import { shuffled } from '../corpus/shuffle.ts';
import { UNKNOWN, UNKNOWN_CHARACTER_BITS, Vocabulary } from '../corpus/vocabulary.ts';
import type { Baselines } from '../protocol/trainingEvents.ts';

/**
 * Brotli is given so much text at most, of which a quarter may be held out: it takes more than a second of a processor
 * for each megabyte, twice. All of it fits brotli's window of 16 MiB.
 */
const BROTLI_BYTES = 4 << 20;
const HELD_OUT_PART = 0.25;
/** Brotli compresses blocks of this size, bytes. */
const BLOCK = 1 << 18;
/** So many times as long as a block took, nothing is done: who types and who trains come first. */
const REST = 3;

/**
 * Compares by the project's one measure: bits for header and text of every held-out document, separators included,
 * divided by the number of code points.
 *
 * This thread is busy with it for less than a tenth of a second per megabyte, at the beginning; brotli works in Node's
 * thread pool, for ten seconds to one or two minutes.
 *
 * @throws the signal's reason when aborted
 */
export async function baselinesOf(
  { train, heldOut }: Pick<Corpus, 'train' | 'heldOut'>,
  signal?: AbortSignal,
): Promise<Baselines> {
  const vocabulary = Vocabulary.fromDocuments(train);
  const idsOf = (documents: readonly Document[]) => documents.map((document) => encodeDocument(vocabulary, document));
  const unigram = unigramBits(idsOf(train), idsOf(heldOut), vocabulary.size);
  return { uniform: Math.log2(vocabulary.size), unigram, ...(await brotliBits(train, heldOut, BROTLI_BYTES, signal)) };
}

/**
 * −log₂ p per held-out id, p = (count + 1) ÷ (ids + vocabulary) of the training text; an unknown character costs 20 bits
 * more, as it does a network.
 */
export function unigramBits(
  train: readonly Uint16Array[],
  heldOut: readonly Uint16Array[],
  vocabulary: number,
): number {
  const [before, after] = [train, heldOut].map((texts) => countsOf(texts, vocabulary)) as [Float64Array, Float64Array];
  const total = sum(before) + vocabulary;
  const bits = after.map((count, id) => count * Math.log2(total / (before[id]! + 1)));
  return (sum(bits) + after[UNKNOWN]! * UNKNOWN_CHARACTER_BITS) / sum(after);
}

/**
 * 8 · (size of both − size of the training text) ÷ held-out characters, sizes as brotli compresses them at its best.
 * Where there is more text than `maximumBytes`, whole documents are drawn from it, always the same ones.
 *
 * @throws the signal's reason when aborted
 */
export async function brotliBits(
  train: readonly Document[],
  heldOut: readonly Document[],
  maximumBytes: number,
  signal?: AbortSignal,
): Promise<Pick<Baselines, 'brotli' | 'brotliPart'>> {
  const [all, allHeldOut] = [bytesOf(train) + bytesOf(heldOut), bytesOf(heldOut)];
  const isAll = all <= maximumBytes;
  const measured = isAll ? heldOut : drawn(heldOut, Math.min(allHeldOut, maximumBytes * HELD_OUT_PART));
  const learnt = isAll ? train : drawn(train, maximumBytes - bytesOf(measured));
  const [before, after] = [textOf(learnt), textOf([...learnt, ...measured])];
  const characters = measured.reduce((total, document) => total + documentLength(document), 0);
  const bytes = (await compressedSize(after, signal)) - (await compressedSize(before, signal));
  return { brotli: (8 * bytes) / characters, brotliPart: after.length / all };
}

function countsOf(texts: readonly Uint16Array[], vocabulary: number): Float64Array {
  const counts = new Float64Array(vocabulary);
  for (const ids of texts) for (const id of ids) counts[id]!++;
  return counts;
}

function sum(numbers: Float64Array): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** Documents in random order until the next one does not fit; at least one. */
function drawn(documents: readonly Document[], maximumBytes: number): Document[] {
  let bytes = 0;
  const order = shuffled(documents, 1);
  const end = order.findIndex((document) => {
    bytes += bytesOf([document]);
    return bytes > maximumBytes;
  });
  return order.slice(0, end === -1 ? order.length : Math.max(1, end));
}

/** A NUL stands where networks have the separator. */
function textOf(documents: readonly Document[]): Buffer {
  return Buffer.from(documents.map(({ path, text }) => `\0${header(path)}${text}`).join(''));
}

function bytesOf(documents: readonly Document[]): number {
  return documents.reduce((total, { path, text }) => total + 1 + Buffer.byteLength(header(path) + text), 0);
}

async function compressedSize(text: Buffer, signal?: AbortSignal): Promise<number> {
  const brotli = createBrotliCompress({
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
      [constants.BROTLI_PARAM_SIZE_HINT]: text.length,
    },
  });
  let size = 0;
  brotli.on('data', (chunk: Buffer) => {
    size += chunk.length;
  });
  try {
    for (let start = 0; start < text.length; start += BLOCK) {
      const before = performance.now();
      await new Promise<void>((resolve, reject) => {
        brotli.write(text.subarray(start, start + BLOCK), (error) => (error ? reject(error) : resolve()));
      });
      await delay(REST * (performance.now() - before), undefined, { signal });
    }
    await new Promise((resolve, reject) => brotli.once('end', resolve).once('error', reject).end());
    return size;
  } finally {
    brotli.destroy();
  }
}
