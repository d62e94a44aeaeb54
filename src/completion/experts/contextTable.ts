import { LONGEST_CONTEXT } from '../context/longestContext.ts';

/**
 * Lengths of the contexts that are counted, in characters, the shortest first: their *orders* are the indices. Long ones
 * are far apart, as what follows them is mostly the same.
 */
export const ORDERS = [1, 2, 3, 4, 5, 6, 8, 11, 16, LONGEST_CONTEXT] as const;

/** Of the two polynomials that contexts are hashed by. */
const BASES = [0x9e3779b1 | 0, 0x85ebca77 | 0] as const;
const HIGHEST_LOAD = 0.6;
const FIRST_SLOTS = 1 << 14;
/** About as many as source code has; prose has more. */
const CONTEXTS_PER_CHARACTER = 2.2;
const FIRST_ENTRIES = 1 << 12;

/**
 * A slot is three numbers: the context's hash of 64 bits, and its followers. Two contexts with one hash would spoil each
 * other's counts when they are unlearnt; among millions of contexts that is as good as impossible.
 */
const SLOT = 3;
/** An entry is three numbers: the next entry of the context, how often, and which character. */
const ENTRY = 3;

/** A single follower is kept in the slot itself, as a negative number: so many bits for the character. */
const SYMBOL_BITS = 13;
const LARGEST_SINGLE_COUNT = (1 << (30 - SYMBOL_BITS)) - 1;
/** Ids that can be told apart. */
export const MOST_IDS = 1 << SYMBOL_BITS;

/**
 * Counts of what follows which context, as a hash table: for contexts of all {@link ORDERS} one open table in typed
 * arrays, with linear probing, and lists of followers where there are several. No objects are made per context, of which
 * a workspace has millions.
 *
 * A context's followers are one number: 0 where there are none; negative for a single one, see {@link singleCount} and
 * {@link singleId}; otherwise the index of the first of its {@link entries}.
 */
export class ContextTable {
  /** For each order, how many followers have a count of 1, 2, 3, 4. */
  readonly countsOfCounts: readonly Int32Array[] = ORDERS.map(() => new Int32Array(5));
  #entries = new Int32Array(FIRST_ENTRIES * ENTRY);
  /** The first entry never used; 0 is none. */
  #entriesEnd = 1;
  /** The first of the entries that are free again. */
  #free = 0;
  #slots: Int32Array;
  #mask: number;
  #contexts = 0;
  /** Of the chosen contexts, two numbers for each. */
  readonly #hashes = new Int32Array(2 * ORDERS.length);
  /** What was read by {@link touch}. */
  readonly #touched = new Int32Array(ORDERS.length);

  /** @param expected characters that are going to be counted, if that is known: then the table need not grow */
  constructor(expected = 0) {
    let slots = FIRST_SLOTS;
    while (slots * HIGHEST_LOAD < expected * CONTEXTS_PER_CHARACTER) slots *= 2;
    this.#slots = new Int32Array(slots * SLOT);
    this.#mask = slots - 1;
  }

  /**
   * Lists of followers: at an entry's index stand that of the next entry of its context (0: none), its count and its id.
   * Another array after something was counted.
   */
  get entries(): Int32Array {
    return this.#entries;
  }

  get bytes(): number {
    return this.#slots.byteLength + this.#entries.byteLength;
  }

  /**
   * Chooses the contexts before a place, which the other functions then name by their order, the shortest first.
   *
   * @returns how many there are
   */
  select(ids: ArrayLike<number>, end: number): number {
    let [first, second] = [0, 0];
    let order = 0;
    let next: number = ORDERS[0];
    const longest = end < LONGEST_CONTEXT ? end : LONGEST_CONTEXT;
    for (let length = 1; length <= longest; length++) {
      const id = ids[end - length]! + 1;
      first = (Math.imul(first, BASES[0]) + id) | 0;
      second = (Math.imul(second, BASES[1]) + id) | 0;
      if (length !== next) continue;
      this.#hashes[2 * order] = mixed(first ^ Math.imul(length, 0x27d4eb2f));
      this.#hashes[2 * order + 1] = second ^ Math.imul(length, 0x165667b1);
      next = ORDERS[++order]!;
    }
    return order;
  }

  /** Reads all slots at once, so that the processor waits once for those that are not in its cache, and not for each. */
  touch(orders: number): void {
    const slots = this.#slots;
    const mask = this.#mask;
    // Kept, or the reading would be optimised away.
    for (let order = 3; order < orders; order++) {
      this.#touched[order] = slots[(this.#hashes[2 * order]! & mask) * SLOT + 2]!;
    }
  }

  /** Followers of a chosen context, as one number. */
  followers(order: number): number {
    const slot = this.#find(order);
    return slot < 0 ? 0 : this.#slots[slot + 2]!;
  }

  /**
   * Counts that a character follows a chosen context once more.
   *
   * @returns how often it did before
   */
  increment(order: number, id: number): number {
    let slot = this.#find(order);
    const countsOfCounts = this.countsOfCounts[order]!;
    if (slot < 0) {
      if (this.#contexts + 1 > HIGHEST_LOAD * (this.#mask + 1)) {
        this.#grow();
        slot = this.#find(order);
      }
      this.#contexts++;
      this.#slots[~slot] = this.#hashes[2 * order]!;
      this.#slots[~slot + 1] = this.#hashes[2 * order + 1]!;
      this.#slots[~slot + 2] = single(id, 1);
      countsOfCounts[1]!++;
      return 0;
    }
    const first = this.#slots[slot + 2]!;
    if (first < 0) {
      const count = singleCount(first);
      if (singleId(first) === id && count < LARGEST_SINGLE_COUNT) {
        this.#slots[slot + 2] = single(id, count + 1);
        moved(countsOfCounts, count, count + 1);
        return count;
      }
      this.#slots[slot + 2] = this.#newEntry(singleId(first), count);
    }
    const entries = this.#entries;
    let last = 0;
    for (let entry = this.#slots[slot + 2]!; entry !== 0; entry = entries[entry]!) {
      if (entries[entry + 2] === id) {
        const count = entries[entry + 1]!;
        entries[entry + 1] = count + 1;
        moved(countsOfCounts, count, count + 1);
        return count;
      }
      last = entry;
    }
    const added = this.#newEntry(id, 1);
    this.#entries[last] = added;
    countsOfCounts[1]!++;
    return 0;
  }

  /**
   * Takes back one {@link increment} in a chosen context.
   *
   * @returns how often the character goes on to follow
   * @throws Error when it was not counted
   */
  decrement(order: number, id: number): number {
    const slot = this.#find(order);
    if (slot < 0) throw new Error('This was not learnt.');
    const countsOfCounts = this.countsOfCounts[order]!;
    const first = this.#slots[slot + 2]!;
    if (first < 0) {
      const count = singleCount(first);
      if (singleId(first) !== id) throw new Error('This was not learnt.');
      moved(countsOfCounts, count, count - 1);
      if (count === 1) this.#remove(slot);
      else this.#slots[slot + 2] = single(id, count - 1);
      return count - 1;
    }
    const entries = this.#entries;
    let before = 0;
    for (let entry = first; entry !== 0; entry = entries[entry]!) {
      if (entries[entry + 2] !== id) {
        before = entry;
        continue;
      }
      const count = entries[entry + 1]!;
      moved(countsOfCounts, count, count - 1);
      if (count > 1) {
        entries[entry + 1] = count - 1;
        return count - 1;
      }
      if (before === 0) this.#slots[slot + 2] = entries[entry]!;
      else entries[before] = entries[entry]!;
      this.#release(entry);
      this.#inlineSingle(slot);
      return 0;
    }
    throw new Error('This was not learnt.');
  }

  /** A follower that is alone again moves back into its slot. */
  #inlineSingle(slot: number): void {
    const entry = this.#slots[slot + 2]!;
    if (entry === 0) {
      this.#remove(slot);
      return;
    }
    const count = this.#entries[entry + 1]!;
    if (this.#entries[entry] !== 0 || count > LARGEST_SINGLE_COUNT) return;
    this.#slots[slot + 2] = single(this.#entries[entry + 2]!, count);
    this.#release(entry);
  }

  #newEntry(id: number, count: number): number {
    let entry = this.#free;
    if (entry !== 0) this.#free = this.#entries[entry]!;
    else {
      entry = this.#entriesEnd * ENTRY;
      this.#entriesEnd++;
      if (entry + ENTRY > this.#entries.length) {
        const larger = new Int32Array(Math.ceil((this.#entries.length * 1.5) / ENTRY) * ENTRY);
        larger.set(this.#entries);
        this.#entries = larger;
      }
    }
    this.#entries[entry] = 0;
    this.#entries[entry + 1] = count;
    this.#entries[entry + 2] = id;
    return entry;
  }

  #release(entry: number): void {
    this.#entries[entry] = this.#free;
    this.#free = entry;
  }

  /** Empties a slot, and moves those after it up that were put further on because of it (Knuth 6.4, algorithm R). */
  #remove(slot: number): void {
    const slots = this.#slots;
    const mask = this.#mask;
    let hole = slot / SLOT;
    this.#contexts--;
    for (let index = (hole + 1) & mask; slots[index * SLOT + 2] !== 0; index = (index + 1) & mask) {
      const home = slots[index * SLOT]! & mask;
      // It may move up to the hole unless its home lies between the two, cyclically.
      if (((index - home) & mask) < ((index - hole) & mask)) continue;
      slots.copyWithin(hole * SLOT, index * SLOT, (index + 1) * SLOT);
      hole = index;
    }
    slots[hole * SLOT + 2] = 0;
  }

  #grow(): void {
    const before = this.#slots;
    const slots = new Int32Array(2 * before.length);
    const mask = 2 * this.#mask + 1;
    for (let slot = 0; slot < before.length; slot += SLOT) {
      if (before[slot + 2] === 0) continue;
      let index = before[slot]! & mask;
      while (slots[index * SLOT + 2] !== 0) index = (index + 1) & mask;
      for (let part = 0; part < SLOT; part++) slots[index * SLOT + part] = before[slot + part]!;
    }
    this.#slots = slots;
    this.#mask = mask;
  }

  /** @returns where a chosen context's slot is, or the complement of where it would be */
  #find(order: number): number {
    const slots = this.#slots;
    const mask = this.#mask;
    const first = this.#hashes[2 * order]!;
    const second = this.#hashes[2 * order + 1]!;
    for (let index = first & mask; ; index = (index + 1) & mask) {
      const slot = index * SLOT;
      if (slots[slot + 2] === 0) return ~slot;
      if (slots[slot] === first && slots[slot + 1] === second) return slot;
    }
  }
}

/** How often a single follower follows. */
export function singleCount(followers: number): number {
  return -followers >> SYMBOL_BITS;
}

/** Which character a single follower is. */
export function singleId(followers: number): number {
  return -followers & (MOST_IDS - 1);
}

function single(id: number, count: number): number {
  return -((count << SYMBOL_BITS) | id);
}

/** Spreads a hash over all bits. */
function mixed(hash: number): number {
  let value = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
  value = Math.imul(value ^ (value >>> 15), 0x2c1b3c6d);
  return value ^ (value >>> 16);
}

function moved(countsOfCounts: Int32Array, from: number, to: number): void {
  if (from > 0 && from < 5) countsOfCounts[from]!--;
  if (to > 0 && to < 5) countsOfCounts[to]!++;
}
