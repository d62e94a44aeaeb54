import { createHash } from 'node:crypto';
import type { ExclusionReason } from './exclusions.ts';

/** File that was read. */
export interface ReadFile {
  readonly path: string;
  readonly text: string;
  /** Size on disk. */
  readonly bytes: number;
}

/** File that is left out. */
export interface Excluded {
  readonly path: string;
  readonly reason: ExclusionReason;
}

/**
 * Selection of files: takes them until they hold so much, each content once. Of files with the same content the one with
 * the smallest path stays, whichever came first: the times of a fresh checkout are arbitrary, and the corpus should not
 * depend on them.
 */
export class FileSelection {
  readonly #maxBytes: number;
  readonly #maxCharacters: number;
  readonly #byContent = new Map<string, ReadFile>();
  #bytes = 0;
  #characters = 0;
  #isFull = false;

  /** @param maxCharacters UTF-16 units of text */
  constructor(maxBytes: number, maxCharacters = Number.POSITIVE_INFINITY) {
    this.#maxBytes = maxBytes;
    this.#maxCharacters = maxCharacters;
  }

  /** Bytes on disk of the files taken. */
  get bytes(): number {
    return this.#bytes;
  }

  get count(): number {
    return this.#byContent.size;
  }

  /** True from the first file on that did not fit: older ones are not taken instead of it, even if they are smaller. */
  get isFull(): boolean {
    return this.#isFull;
  }

  /** Takes a file, or returns the one that is left out: this, or of two with the same content the other. */
  add(file: ReadFile): Excluded | undefined {
    const { path } = file;
    if (this.#isFull) return { path, reason: 'over-corpus-limit' };
    const content = createHash('sha256').update(file.text).digest('base64');
    const same = this.#byContent.get(content);
    if (same !== undefined) {
      if (path > same.path) return { path, reason: 'duplicate' };
      this.#byContent.set(content, { ...file, bytes: same.bytes });
      return { path: same.path, reason: 'duplicate' };
    }
    if (this.#bytes + file.bytes > this.#maxBytes || this.#characters + file.text.length > this.#maxCharacters) {
      this.#isFull = true;
      return { path, reason: 'over-corpus-limit' };
    }
    this.#bytes += file.bytes;
    this.#characters += file.text.length;
    this.#byContent.set(content, file);
    return undefined;
  }

  /** Files taken, by path in the order of code units. */
  files(): ReadFile[] {
    return [...this.#byContent.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  }
}
