import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { basename } from 'node:path';
import { encodeContent } from './documents.ts';
import type { CorpusPart } from './manifest.ts';
import { UNKNOWN, type Vocabulary } from './vocabulary.ts';

/** Bytes that are read or written together. */
const BLOCK = 4 << 20;
const UNIT = Uint16Array.BYTES_PER_ELEMENT;
const OFFSET = BigUint64Array.BYTES_PER_ELEMENT;

/**
 * Writes one part of a corpus. Its vocabulary is known only when all of the text has been seen, so documents are first
 * put down as UTF-16, each behind the room for its separator, and then become ids in place: no character has more ids
 * than UTF-16 units.
 */
export class PartWriter {
  readonly #ids: WrittenFile;
  readonly #offsets: WrittenFile;
  #documents = 0;
  /** UTF-16 units and separators so far. */
  #units = 0;
  /** Document that is not to become ids. */
  #omitted: number | undefined;

  private constructor(ids: WrittenFile, offsets: WrittenFile) {
    this.#ids = ids;
    this.#offsets = offsets;
  }

  /** @param path of the ids, without `.bin`; the offsets lie beside them, in `.offsets.bin` */
  static async open(path: string): Promise<PartWriter> {
    return new PartWriter(await WrittenFile.open(`${path}.bin`), await WrittenFile.open(`${path}.offsets.bin`));
  }

  get documents(): number {
    return this.#documents;
  }

  /** @param content header and text of a document */
  async add(content: string): Promise<void> {
    await this.#offsets.writeOffset(this.#units);
    await this.#ids.writeText(`\0${content}`);
    this.#documents++;
    this.#units += 1 + content.length;
  }

  /** Takes a document out again: its header and text. */
  async takeOut(document: number): Promise<string> {
    await this.#flush();
    const [start, end] = await this.#placesOf(document, document + 1);
    this.#omitted = document;
    return textOf(await this.#ids.read(start! * UNIT, end! * UNIT)).slice(1);
  }

  /** Makes ids of what was put down. Ends with the signal's reason when aborted. */
  async encode(vocabulary: Vocabulary, signal: AbortSignal | undefined): Promise<CorpusPart> {
    await this.#flush();
    const [ids, offsets] = [this.#ids.rewrite(), this.#offsets.rewrite()];
    let [documents, characters, unknown] = [0, 0, 0];
    for (let from = 0; from < this.#documents; ) {
      signal?.throwIfAborted();
      const places = await this.#placesOf(from, Math.min(this.#documents, from + BLOCK / OFFSET));
      let next = 0;
      while (next + 1 < places.length) {
        const first = next;
        const start = places[first]!;
        do next++;
        while (next + 1 < places.length && (places[next + 1]! - start) * UNIT <= BLOCK);
        const text = textOf(await this.#ids.read(start * UNIT, places[next]! * UNIT));
        for (let document = first; document < next; document++) {
          if (from + document === this.#omitted) continue;
          const encoded = encodeContent(
            vocabulary,
            text.slice(places[document]! - start + 1, places[document + 1]! - start),
          );
          await offsets.writeOffset(characters);
          await ids.writeIds(encoded);
          documents++;
          characters += encoded.length;
          for (const id of encoded) if (id === UNKNOWN) unknown++;
        }
      }
      from += places.length - 1;
    }
    await offsets.writeOffset(characters);
    return { ids: await ids.end(), offsets: await offsets.end(), documents, characters, unknown };
  }

  async close(): Promise<void> {
    await this.#ids.close();
    await this.#offsets.close();
  }

  async #flush(): Promise<void> {
    await this.#ids.flush();
    await this.#offsets.flush();
  }

  /** Places where some documents begin, and where the last of them ends. */
  async #placesOf(from: number, to: number): Promise<number[]> {
    const bytes = await this.#offsets.read(from * OFFSET, Math.min(to + 1, this.#documents) * OFFSET);
    const places = Array.from({ length: bytes.length / OFFSET }, (_, i) => Number(bytes.readBigUInt64LE(i * OFFSET)));
    return to === this.#documents ? [...places, this.#units] : places;
  }
}

function textOf(units: Buffer): string {
  return units.toString('utf16le');
}

/** File that is written from its start on, once or twice, in large blocks. */
class WrittenFile {
  readonly #path: string;
  readonly #file: FileHandle;
  /**
   * Bytes to be written, and room to read. Both stay: garbage of this size, outside of JavaScript's heap, would pile
   * up for long before it is collected.
   */
  #block = Buffer.allocUnsafe(BLOCK);
  #read = Buffer.allocUnsafe(0);
  #waiting = 0;
  #position = 0;
  /** Of what is written the second time, which is what stays. */
  #hash: Hash | undefined;

  private constructor(path: string, file: FileHandle) {
    this.#path = path;
    this.#file = file;
  }

  static async open(path: string): Promise<WrittenFile> {
    return new WrittenFile(path, await open(path, 'w+'));
  }

  async writeText(text: string): Promise<void> {
    const [block, at] = await this.#room(text.length * UNIT);
    block.write(text, at, 'utf16le');
  }

  async writeOffset(offset: number): Promise<void> {
    const [block, at] = await this.#room(OFFSET);
    block.writeBigUInt64LE(BigInt(offset), at);
  }

  async writeIds(ids: Uint16Array): Promise<void> {
    const [block, at] = await this.#room(ids.byteLength);
    block.set(new Uint8Array(ids.buffer, ids.byteOffset, ids.byteLength), at);
  }

  /** Room for so many bytes that are written next. */
  async #room(bytes: number): Promise<[block: Buffer, at: number]> {
    if (this.#waiting + bytes > this.#block.length) await this.flush();
    if (bytes > this.#block.length) this.#block = Buffer.allocUnsafe(bytes);
    const at = this.#waiting;
    this.#waiting += bytes;
    return [this.#block, at];
  }

  async flush(): Promise<void> {
    const block = this.#block.subarray(0, this.#waiting);
    this.#waiting = 0;
    this.#hash?.update(block);
    for (let written = 0; written < block.length; ) {
      const { bytesWritten } = await this.#file.write(block, written, block.length - written, this.#position);
      written += bytesWritten;
      this.#position += bytesWritten;
    }
  }

  /**
   * Bytes between two places.
   *
   * @param end not beyond what was flushed
   * @returns bytes that are good until the next reading
   */
  async read(start: number, end: number): Promise<Buffer> {
    if (this.#read.length < end - start) this.#read = Buffer.allocUnsafe(end - start);
    const bytes = this.#read.subarray(0, end - start);
    for (let length = 0; length < bytes.length; ) {
      const { bytesRead } = await this.#file.read(bytes, length, bytes.length - length, start + length);
      if (bytesRead === 0) throw new Error(`${this.#path} has become shorter while it was written.`);
      length += bytesRead;
    }
    return bytes;
  }

  /** Begins anew at the start; what was there can be read as long as nothing new is written over it. */
  rewrite(): WrittenFile {
    this.#position = 0;
    this.#hash = createHash('sha256');
    return this;
  }

  /** Cuts off what is left of an earlier content, and brings all of it to the disk. */
  async end(): Promise<CorpusPart['ids']> {
    await this.flush();
    await this.#file.truncate(this.#position);
    await this.#file.sync();
    return { file: basename(this.#path), sha256: this.#hash?.digest('hex') ?? '' };
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
