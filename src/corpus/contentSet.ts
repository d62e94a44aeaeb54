import { createHash } from 'node:crypto';

/** 32-bit words that are kept of each content's SHA-256: 128 bits, so that no two of a billion files meet by chance. */
const WORDS = 4;
const SMALLEST = 1024;

/** Tells texts that were met before, in 32 to 64 bytes for each, however long: millions of files are not kept. */
export class ContentSet {
  /** Slots of a hash table with open addressing; one whose first word is 0 is free. */
  #slots = new Uint32Array(SMALLEST * WORDS);
  #size = 0;

  /** Adds a text. False: it was there already. */
  add(text: string): boolean {
    const hash = new Uint32Array(new Uint8Array(createHash('sha256').update(text).digest()).buffer, 0, WORDS);
    hash[0] ||= 1;
    if (!this.#insert(hash)) return false;
    if (2 * ++this.#size * WORDS > this.#slots.length) this.#grow();
    return true;
  }

  #insert(hash: Uint32Array): boolean {
    const slots = this.#slots;
    let at = hash[1]! * WORDS;
    for (at %= slots.length; slots[at] !== 0; at = (at + WORDS) % slots.length) {
      if (hash.every((word, index) => slots[at + index] === word)) return false;
    }
    slots.set(hash, at);
    return true;
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Uint32Array(2 * old.length);
    for (let at = 0; at < old.length; at += WORDS) if (old[at] !== 0) this.#insert(old.subarray(at, at + WORDS));
  }
}
