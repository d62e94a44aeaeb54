import { Sequencer } from '../../base/async/sequencer.ts';
import { type GiveWay, giveWay, type Pace, pacer } from '../../base/pace.ts';
import { type Document, header } from '../../corpus/document.ts';
import { encodeDocument } from '../../corpus/documents.ts';
import { type ScanOptions, scan } from '../../corpus/scan.ts';
import { createScrubber, type Scrubber } from '../../corpus/scrub.ts';
import { inHashOrder, splitDocuments } from '../../corpus/split.ts';
import { CharacterCounts, Vocabulary } from '../../corpus/vocabulary.ts';
import type { OpenText, WorkspaceRequest } from '../../protocol/workspace.ts';
import { WordStream } from '../context/wordStream.ts';
import { DocumentCache, GrowingDocumentCache } from '../experts/documentCache.ts';
import { KneserNeyModel } from '../experts/kneserNeyModel.ts';
import type { ExpertMixture } from '../mixing/expertMixture.ts';
import { difference } from './difference.ts';
import { IndexedDocuments } from './indexedDocuments.ts';

/** Work between two pauses that let other requests in. */
const BREATH_MILLISECONDS = 10;
/** The same while somebody types. */
const SHORT_BREATH_MILLISECONDS = 2;
/** Ids that are learnt between two looks at the clock: two milliseconds' worth. */
const PIECE = 4096;
/** Ids that the network reads in one run while the mixer is trained: a large one needs two milliseconds for them. */
const TRAINING_PIECE = 32;
/** Characters of held-out files that the mixer is trained on. */
const TRAINING_CHARACTERS = 20_000;
const TRAINING_OF_EACH = 4000;
/** Longest change that counts as typed, in characters: more at once was pasted, or written by a tool. */
const LONGEST_TYPED = 400;
/** Most open documents that are counted alone, too. */
const MOST_CACHES = 16;
/** Ids before typed text that the network reads first. */
const CONTEXT = 256;

const ASCII = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)).join('');

/**
 * Counts over the text of a workspace: of its files as they are on disk, and where a file is open, as it stands in the
 * editor. Everything is scrubbed before it is counted. Work is done in turns and in small pieces, with other requests let
 * in between.
 */
export class WorkspaceIndex {
  readonly request: WorkspaceRequest;
  readonly vocabulary: Vocabulary;
  readonly counts: KneserNeyModel;
  readonly #documents: IndexedDocuments;
  /** Of documents in editors, by path; least recently changed first. */
  readonly #caches = new Map<string, CachedDocument>();
  readonly #giveWay: GiveWay;
  readonly #scrub: Scrubber;
  readonly #words: WordStream;
  /** What stands in editors, and whether it is a file. */
  readonly #open = new Map<string, boolean>();
  /** Files not learnt that were asked for, and whether they may be: until files are read again. */
  readonly #permitted = new Map<string, boolean>();
  #notices: readonly string[] = [];
  #mixture: UseOfMixture | undefined;
  /** A document that the mixer is trained on, and counts over as much of it as it has read. */
  #reread: { readonly path: string; readonly cache: GrowingDocumentCache } | undefined;
  /** Ids that are unlearnt for a while, for the mixer to be trained on. */
  #unlearnt = 0;
  readonly #turns = new Sequencer();

  /**
   * Reads a workspace.
   *
   * @param vocabulary default: all the characters that are there
   * @param way lets in what goes first, now and for as long as the index is there
   * @throws UserFacingError when a folder cannot be read; the signal's reason when aborted
   */
  static async read(
    request: WorkspaceRequest,
    signal: AbortSignal,
    vocabulary?: Vocabulary,
    way: GiveWay = giveWay,
  ): Promise<WorkspaceIndex> {
    const pace = pacer(BREATH_MILLISECONDS, way);
    const { documents, notices } = await scrubbed(request, pace, { signal });
    const known = vocabulary ?? (await vocabularyOf(documents, pace));
    const characters = documents.reduce((sum, { path, text }) => sum + path.length + text.length + 2, 0);
    const index = new WorkspaceIndex(request, known, Math.min(characters, request.maximum), way);
    index.#notices = notices;
    for (const document of documents) {
      signal.throwIfAborted();
      await index.#put(document.path, encodeDocument(known, document), pace);
    }
    return index;
  }

  private constructor(request: WorkspaceRequest, vocabulary: Vocabulary, expected: number, way: GiveWay) {
    this.request = request;
    this.#giveWay = way;
    this.#scrub = createScrubber(pacer(SHORT_BREATH_MILLISECONDS, way));
    this.vocabulary = vocabulary;
    this.counts = new KneserNeyModel(vocabulary.size, expected);
    this.#documents = new IndexedDocuments(this.counts, request.maximum);
    this.#words = new WordStream(vocabulary);
  }

  /** Ids learnt. */
  get characters(): number {
    return this.counts.characters + this.#unlearnt;
  }

  /** Rules for files that could not be used when all were read last, and what was done instead, in sentences. */
  get notices(): readonly string[] {
    return this.#notices;
  }

  /** Counts over a document alone, which is open in an editor or being read to train the mixer. */
  cacheOf(path: string): DocumentCache | undefined {
    return this.#reread?.path === path ? this.#reread.cache : this.#caches.get(path)?.cache;
  }

  /** Chooses the mixture whose mixer is trained on what is typed from now on; undefined: none. */
  join(mixture: UseOfMixture | undefined): void {
    this.#mixture = mixture;
  }

  /** Trains the mixer on files that the network was not trained on, each of them unlearnt meanwhile. */
  async trainMixer(signal: AbortSignal): Promise<void> {
    let left = TRAINING_CHARACTERS;
    const heldOut = inHashOrder(splitDocuments(this.#documents.paths().map((path) => ({ path }))).heldOut);
    for (const { path } of heldOut) {
      if (left <= 0) return;
      signal.throwIfAborted();
      const most = Math.min(left, TRAINING_OF_EACH);
      left -= await this.#turns.queue(() => this.#trainOn(path, most, signal));
    }
  }

  /** Learns what stands in an editor, in the place of what was learnt of that file. */
  set({ path, text, isFile }: OpenText): Promise<void> {
    return this.#turns.queue(async () => {
      if (isFile && !this.#documents.has(path) && !(await this.#mayLearn(path))) return;
      this.#open.set(path, isFile);
      this.#touchCache(path);
      await this.#put(path, await this.#encoded(path, text), pacer(SHORT_BREATH_MILLISECONDS, this.#giveWay));
    });
  }

  /** Takes note that a document is not open any more: what counts is on disk. */
  close(path: string): Promise<void> {
    return this.#turns.queue(async () => {
      if (!this.#open.delete(path)) return;
      this.#caches.delete(path);
      const pace = pacer(BREATH_MILLISECONDS, this.#giveWay);
      const [document] = (await scrubbed(this.request, pace, { paths: [path] })).documents;
      await this.#replace(path, document, pace);
    });
  }

  /**
   * Reads files again, as some have changed.
   *
   * @param paths of those, where no rules have; default: all are read
   */
  refresh(paths?: readonly string[]): Promise<void> {
    return this.#turns.queue(async () => {
      this.#permitted.clear();
      const pace = pacer(BREATH_MILLISECONDS, this.#giveWay);
      const found = await scrubbed(this.request, pace, { paths });
      if (paths === undefined) this.#notices = found.notices;
      const documents = new Map(found.documents.map((document) => [document.path, document]));
      for (const path of new Set(paths ?? [...this.#documents.paths(), ...documents.keys()])) {
        if (!this.#open.has(path) || !(await this.#mayStay(path, documents))) {
          await this.#replace(path, documents.get(path), pace);
        }
      }
    });
  }

  async #replace(path: string, document: Document | undefined, pace: Pace): Promise<void> {
    const { vocabulary } = this;
    await this.#put(path, document === undefined ? NOTHING : encodeDocument(vocabulary, document), pace);
    if (document === undefined) this.#documents.delete(path);
  }

  /** Whether a document that is open may go on to be learnt: rules may have come that are against it. */
  async #mayStay(path: string, documents: ReadonlyMap<string, Document>): Promise<boolean> {
    const isFile = this.#open.get(path);
    if (!isFile || documents.has(path) || (await this.#mayLearn(path))) return true;
    this.#open.delete(path);
    this.#caches.delete(path);
    return false;
  }

  /** Whether the rules for files let it be learnt. */
  async #mayLearn(path: string): Promise<boolean> {
    const known = this.#permitted.get(path);
    if (known !== undefined) return known;
    const found = await scan(this.request.folders, { ...this.request.scan, paths: [path] });
    const isPermitted = found.files.some((file) => file.path === path);
    this.#permitted.set(path, isPermitted);
    return isPermitted;
  }

  async #encoded(path: string, text: string): Promise<Uint16Array> {
    const { text: clean } = await this.#scrub(text, path);
    return encodeDocument(this.vocabulary, { path, text: clean });
  }

  /** Changes what was learnt of a document to these ids, where they differ. What does not fit at their end is left out. */
  async #put(path: string, all: Uint16Array, pace: Pace): Promise<void> {
    const ids = all.subarray(0, this.request.maximum);
    await this.#trainOnTyped(path, ids, pace);
    await change(this.#documents, path, ids, pace);
    const cached = this.#caches.get(path);
    if (cached === undefined) return;
    await change(cached.characters, path, ids, pace);
    await change(cached.words, path, this.#words.of(ids), pace);
  }

  /** Makes a document the one that was changed last, and drops the counts of one that was so long ago. */
  #touchCache(path: string): void {
    const cached = this.#caches.get(path) ?? this.#emptyCache();
    this.#caches.delete(path);
    this.#caches.set(path, cached);
    if (this.#caches.size > MOST_CACHES) this.#caches.delete(this.#caches.keys().next().value!);
  }

  #emptyCache(): CachedDocument {
    const cache = new DocumentCache(this.vocabulary);
    const { maximum } = this.request;
    return {
      cache,
      characters: new IndexedDocuments(cache.characters, maximum),
      words: new IndexedDocuments(cache.words, maximum),
    };
  }

  /** Trains the mixer on what was typed into a document, before it is counted. */
  async #trainOnTyped(path: string, ids: Uint16Array, pace: Pace): Promise<void> {
    const { start, end } = difference(this.#documents.get(path) ?? NOTHING, ids);
    if (start === 0 || end.after === start || end.after - start > LONGEST_TYPED) return;
    await this.#mixture?.(async (mixture) => {
      let state = mixture.within(mixture.start(), path);
      for (const piece of piecesOf(ids.subarray(Math.max(0, start - CONTEXT), start))) {
        state = await mixture.read(state, piece);
        await pace();
      }
      for (const piece of piecesOf(ids.subarray(start, end.after))) {
        state = await mixture.trainOn(state, piece);
        await pace();
      }
    });
  }

  /** @returns how many characters were read */
  async #trainOn(path: string, most: number, signal: AbortSignal): Promise<number> {
    const ids = this.#documents.get(path)?.subarray(0, most) ?? NOTHING;
    if (this.#open.has(path)) return 0;
    await this.#mixture?.((mixture) => this.#trainOnForgotten(path, ids, mixture, signal));
    return ids.length;
  }

  async #trainOnForgotten(path: string, ids: Uint16Array, mixture: ExpertMixture, signal: AbortSignal): Promise<void> {
    const pace = pacer(SHORT_BREATH_MILLISECONDS, this.#giveWay);
    for (let end = ids.length; end > 0; end -= PIECE) {
      const from = Math.max(0, end - PIECE);
      this.#documents.edit(path, from, end - from, NOTHING);
      this.#unlearnt += end - from;
      await pace();
    }
    const cache = new GrowingDocumentCache(this.vocabulary);
    this.#reread = { path, cache };
    let state = mixture.within(mixture.start(), path);
    try {
      for (let at = 0; at < ids.length; at += TRAINING_PIECE) {
        const end = Math.min(ids.length, at + TRAINING_PIECE);
        const piece = ids.subarray(at, end);
        if (!signal.aborted) state = await mixture.trainOn(state, piece);
        this.#documents.edit(path, at, 0, piece);
        this.#unlearnt -= piece.length;
        cache.append(piece);
        await pace();
      }
    } finally {
      this.#reread = undefined;
    }
  }
}

/** Pieces that the network reads in one run each. */
function* piecesOf(ids: Uint16Array): Iterable<Uint16Array> {
  for (let at = 0; at < ids.length; at += TRAINING_PIECE) yield ids.subarray(at, at + TRAINING_PIECE);
}

/** Lets a mixture be used, as long as suggestions are made with it. */
export type UseOfMixture = (work: (mixture: ExpertMixture) => Promise<void>) => Promise<void>;

const NOTHING = new Uint16Array(0);

/** Counts over an open document, and the documents that they were made of. */
interface CachedDocument {
  readonly cache: DocumentCache;
  readonly characters: IndexedDocuments;
  readonly words: IndexedDocuments;
}

/** Files of a workspace without secrets; those that were changed last, if there are too many. */
async function scrubbed(
  { folders, scan: options, maximum }: WorkspaceRequest,
  pace: Pace,
  { signal, paths }: Pick<ScanOptions, 'signal' | 'paths'> = {},
): Promise<{ documents: Document[]; notices: readonly string[] }> {
  const { files, notices } = await scan(folders, { ...options, paths, maxCorpusCharacters: maximum, signal });
  const scrub = createScrubber(pace);
  const documents: Document[] = [];
  for (const file of files) {
    signal?.throwIfAborted();
    documents.push({ path: file.path, text: (await scrub(file.text, file.path)).text });
    await pace();
  }
  return { documents, notices };
}

/** Vocabulary of all the characters that are there, and of ASCII. */
async function vocabularyOf(documents: readonly Document[], pace: Pace): Promise<Vocabulary> {
  const counts = new CharacterCounts();
  counts.add(ASCII);
  for (const { path, text } of documents) {
    counts.add(header(path));
    counts.add(text);
    await pace();
  }
  return Vocabulary.fromCounts(counts, { minimumCount: 1 });
}

/** Changes what was learnt of a document to these ids, where they differ. */
async function change(documents: IndexedDocuments, path: string, ids: Uint16Array, pace: Pace): Promise<void> {
  if (!documents.has(path)) documents.set(path, NOTHING);
  const { start, end } = difference(documents.get(path)!, ids);
  for (let at = end.before; at > start; at -= PIECE) {
    const from = Math.max(start, at - PIECE);
    documents.edit(path, from, at - from, NOTHING);
    await pace();
  }
  for (let at = start; at < end.after; at += PIECE) {
    documents.edit(path, at, 0, ids.subarray(at, Math.min(end.after, at + PIECE)));
    await pace();
  }
}
