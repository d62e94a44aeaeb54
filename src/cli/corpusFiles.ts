import { type FileHandle, open, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { reasonOf, UserFacingError } from '../base/errors.ts';
import { accepts } from '../base/schema.ts';
import { CORPUS_FORMAT_VERSION, CorpusManifest } from '../corpus/manifest.ts';
import { shuffled } from '../corpus/shuffle.ts';
import { FIRST_CHARACTER, Vocabulary } from '../corpus/vocabulary.ts';
import { readModelFile } from '../lstm/modelFile.ts';

/** Size of the largest manifest that is read, in bytes: usual ones are a few kilobytes. */
const LARGEST_MANIFEST = 1 << 20;

/**
 * Vocabulary that a corpus or a model is made of.
 *
 * @param path of a `manifest.json`, or of a model
 * @throws UserFacingError when it is neither
 */
export async function readVocabulary(path: string): Promise<Vocabulary> {
  const characters = path.endsWith('.json')
    ? (await readManifest(path)).vocabulary
    : (await readModelFile(path)).card.vocabulary.join('');
  return Vocabulary.fromJSON({ characters });
}

/**
 * Manifest of a corpus.
 *
 * @throws UserFacingError when there is no such file, or it is not the manifest of a corpus of this version
 */
export async function readManifest(path: string): Promise<CorpusManifest> {
  const value = await readJson(path);
  if (accepts(CorpusManifest, value)) {
    Vocabulary.fromJSON({ characters: value.vocabulary });
    return value;
  }
  const version = (value as { formatVersion?: unknown } | null)?.formatVersion;
  if (Number.isSafeInteger(version) && version !== CORPUS_FORMAT_VERSION) {
    throw new UserFacingError(
      `${path} is the manifest of a corpus of format ${version}, but this Inkling reads ${CORPUS_FORMAT_VERSION}: write the corpus again.`,
    );
  }
  throw new UserFacingError(`${path} is not the manifest of a corpus, or it is damaged.`);
}

async function readJson(path: string): Promise<unknown> {
  let text: string;
  try {
    const found = await stat(path);
    text = found.isFile() && found.size <= LARGEST_MANIFEST ? await readFile(path, 'utf8') : '';
  } catch (error) {
    throw new UserFacingError(`Could not read ${path}: ${reasonOf(error)}.`, 'failure', { cause: error });
  }
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Held-out documents of a corpus, drawn at random until they hold so many characters; always the same ones.
 *
 * @param path of the manifest, beside which the ids lie
 * @throws UserFacingError when these are not there, or not what the manifest says
 */
export async function someHeldOut(
  path: string,
  { heldOut, vocabulary }: CorpusManifest,
  characters: number,
): Promise<Uint16Array[]> {
  const size = [...vocabulary].length + FIRST_CHARACTER;
  const texts: Uint16Array[] = [];
  const offsets = await openPart(
    path,
    heldOut.offsets.file,
    (heldOut.documents + 1) * BigUint64Array.BYTES_PER_ELEMENT,
  );
  const ids = await openPart(path, heldOut.ids.file, heldOut.characters * Uint16Array.BYTES_PER_ELEMENT);
  try {
    let missing = characters;
    for (const document of shuffled(
      Array.from({ length: heldOut.documents }, (_, index) => index),
      1,
    )) {
      if (missing <= 0) break;
      const places = new BigUint64Array((await readAt(offsets, document * 8, 16)).buffer);
      const [start, end] = [Number(places[0]), Number(places[1])];
      if (!(start < end && end <= heldOut.characters)) throw damagedCorpus(path);
      const text = new Uint16Array((await readAt(ids, 2 * start, 2 * (end - start))).buffer);
      if (text.some((id) => id >= size)) throw damagedCorpus(path);
      texts.push(text);
      missing -= text.length;
    }
    return texts;
  } finally {
    await offsets.close();
    await ids.close();
  }
}

async function openPart(manifestPath: string, name: string, bytes: number): Promise<FileHandle> {
  const path = join(dirname(manifestPath), name);
  const file = await open(path).catch((error: unknown) => {
    const message = `Could not read ${path}, the held-out text beside the manifest: ${reasonOf(error)}.`;
    throw new UserFacingError(message, 'failure', { cause: error });
  });
  if ((await file.stat()).size === bytes) return file;
  await file.close();
  throw damagedCorpus(manifestPath);
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  await file.read(bytes, 0, length, position);
  return bytes;
}

function damagedCorpus(manifestPath: string): UserFacingError {
  return new UserFacingError(
    `The held-out text beside ${manifestPath} is not what it says: copy or write the corpus again.`,
  );
}
