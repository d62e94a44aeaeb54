import { LONGEST_CONTEXT } from '../context/longestContext.ts';

/**
 * Lengths of the contexts that are counted, beside the empty one. Long ones are far apart: what follows them is mostly
 * the same.
 */
const ORDERS = [1, 2, 3, 4, 5, 6, 8, 11, 16, LONGEST_CONTEXT] as const;
/** Of the two polynomials that contexts are hashed by. */
const BASES = [0x9e3779b1 | 0, 0x85ebca77 | 0] as const;
const HIGHEST_LOAD = 0.6;
const FIRST_SLOTS = 1 << 14;
/** About as many as source code has; prose has more. */
const CONTEXTS_PER_CHARACTER = 2.2;
const FIRST_ENTRIES = 1 << 12;

/**
 * A slot is three numbers: the context's hash of 64 bits, and what follows it. Two contexts with one hash would spoil each
 * other's counts when they are unlearnt; among millions of contexts that is as good as impossible.
 */
const SLOT = 3;
/** An entry is three numbers: the next entry of the context, how often, and which character. */
const ENTRY = 3;

/** A single follower is kept in the slot itself, as a negative number: so many bits for the character. */
const SYMBOL_BITS = 13;
const LARGEST_INLINE_COUNT = (1 << (30 - SYMBOL_BITS)) - 1;

/**
 * What follows which context, counted over documents that come and go: the statistics of an interpolated modified
 * Kneser-Ney model (Chen & Goodman, 1998) of characters.
 *
 * For the longest context of an occurrence its followers are counted as often as they occur; in a shorter one, in how
 * many different longer contexts they do. So a follower that is known in a longer context changes nothing below it, which
 * makes learning cheap, and each count says how readily the character turns up where it was not seen before. (PPM calls
 * this update exclusion.)
 *
 * All that is kept are counts of occurrences, in no order: unlearning a text restores exactly what was before it was
 * learnt, whatever was learnt in between.
 *
 * Everything lives in typed arrays: one open hash table for the contexts of all lengths, and lists of the followers where
 * there are several.
 */
export class KneserNeyModel {
  /** Number of ids. */
  readonly vocabularySize: number;
  /** Occurrences learnt. */
  characters = 0;
  #slots: Int32Array;
  #mask: number;
  #contexts = 0;
  #entries = new Int32Array(FIRST_ENTRIES * ENTRY);
  /** The first entry never used; 0 is none. */
  #entriesEnd = 1;
  /** The first of the entries that are free again. */
  #free = 0;
  /** Followers of the empty context. */
  readonly #unigrams: Int32Array;
  #unigramTotal = 0;
  /** For each order, how many followers have a count of 1, 2, 3, 4. */
  readonly #countsOfCounts = ORDERS.map(() => new Int32Array(5));
  /** For each order, what is taken off counts of 1, 2 and more. */
  readonly #discounts = ORDERS.map(() => new Float64Array(4));
  #areDiscountsStale = true;
  /** Of the contexts before a place, two numbers for each. */
  readonly #hashes = new Int32Array(2 * ORDERS.length);
  /** What their slots hold. */
  readonly #firsts = new Int32Array(ORDERS.length);

  /** @param expected characters that are going to be learnt, if that is known: then tables need not grow */
  constructor(vocabularySize: number, expected = 0) {
    if (vocabularySize > 1 << SYMBOL_BITS) throw new RangeError(`A vocabulary of ${vocabularySize} ids is too large.`);
    this.vocabularySize = vocabularySize;
    this.#unigrams = new Int32Array(vocabularySize);
    let slots = FIRST_SLOTS;
    while (slots * HIGHEST_LOAD < expected * CONTEXTS_PER_CHARACTER) slots *= 2;
    this.#slots = new Int32Array(slots * SLOT);
    this.#mask = slots - 1;
  }

  /** Bytes of all tables. */
  get bytes(): number {
    return this.#slots.byteLength + this.#entries.byteLength + this.#unigrams.byteLength;
  }

  /**
   * Learns that characters follow those before them.
   *
   * @param ids a document
   * @param start the first that is learnt; those before it are its context
   * @param end behind the last one
   */
  learn(ids: ArrayLike<number>, start = 0, end = ids.length): void {
    for (let index = start; index < end; index++) {
      const orders = this.#findContexts(ids, index);
      this.#touch(orders);
      this.#learn(ids[index]!, orders);
    }
    this.characters += end - start;
    this.#areDiscountsStale = true;
  }

  /** The inverse of {@link learn}: for what has been learnt, in the same contexts. */
  unlearn(ids: ArrayLike<number>, start = 0, end = ids.length): void {
    for (let index = start; index < end; index++) this.#unlearn(ids[index]!, this.#findContexts(ids, index));
    this.characters -= end - start;
    this.#areDiscountsStale = true;
  }

  /**
   * How probable each character is next.
   *
   * @param ids of which those before `end` have been read
   * @param probabilities [vocabulary], is filled; sums to 1
   * @param below [vocabulary] what is expected where all contexts leave it open. Default: how readily each character turns
   *   up in new contexts here
   * @returns the length of the longest context that was seen before
   */
  predict(
    ids: ArrayLike<number>,
    end: number,
    probabilities: Float64Array | Float32Array,
    below?: ArrayLike<number>,
  ): number {
    if (this.#areDiscountsStale) this.#updateDiscounts();
    const orders = this.#findContexts(ids, end);
    const firsts = this.#firsts;
    let known = 0;
    for (; known < orders; known++) {
      const slot = this.#find(known);
      if (slot < 0) break; // nor is any longer one there
      firsts[known] = this.#slots[slot + 2]!;
    }
    probabilities.fill(0);
    let rest = 1;
    for (let order = known - 1; order >= 0; order--) {
      rest *= this.#add(firsts[order]!, this.#discounts[order]!, rest, probabilities);
    }
    if (below !== undefined) {
      for (let id = 0; id < below.length; id++) probabilities[id]! += rest * below[id]!;
    } else {
      // Half an occurrence for each character there is, so that none is impossible.
      const unigrams = this.#unigrams;
      const scale = rest / (this.#unigramTotal + 0.5 * unigrams.length);
      for (let id = 0; id < unigrams.length; id++) probabilities[id]! += (unigrams[id]! + 0.5) * scale;
    }
    return known === 0 ? 0 : ORDERS[known - 1]!;
  }

  /**
   * Adds what follows a context.
   *
   * @param scale what longer contexts have left
   * @returns the part of it that is left to shorter ones
   */
  #add(first: number, discounts: Float64Array, scale: number, probabilities: Float64Array | Float32Array): number {
    if (first < 0) {
      const count = -first >> SYMBOL_BITS;
      const rest = discounts[count < 3 ? count : 3]! / count;
      probabilities[-first & ((1 << SYMBOL_BITS) - 1)]! += (1 - rest) * scale;
      return rest;
    }
    const entries = this.#entries;
    let total = 0;
    let discounted = 0;
    for (let entry = first; entry !== 0; entry = entries[entry]!) {
      const count = entries[entry + 1]!;
      total += count;
      discounted += discounts[count < 3 ? count : 3]!;
    }
    const share = scale / total;
    for (let entry = first; entry !== 0; entry = entries[entry]!) {
      const count = entries[entry + 1]!;
      probabilities[entries[entry + 2]!]! += (count - discounts[count < 3 ? count : 3]!) * share;
    }
    return discounted / total;
  }

  /** Hashes the contexts before a place, the shortest first. @returns how many there are */
  #findContexts(ids: ArrayLike<number>, end: number): number {
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
  #touch(orders: number): void {
    const slots = this.#slots;
    const mask = this.#mask;
    // Kept, or the reading would be optimised away.
    for (let order = 3; order < orders; order++) {
      this.#firsts[order] = slots[(this.#hashes[2 * order]! & mask) * SLOT + 2]!;
    }
  }

  /** @returns where its slot is, or the complement of where it would be */
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

  #learn(id: number, orders: number): void {
    for (let order = orders - 1; order >= 0; order--) if (this.#increment(order, id) > 0) return;
    this.#unigrams[id]!++;
    this.#unigramTotal++;
  }

  #unlearn(id: number, orders: number): void {
    for (let order = orders - 1; order >= 0; order--) if (this.#decrement(order, id) > 0) return;
    this.#unigrams[id]!--;
    this.#unigramTotal--;
  }

  /** @returns the count before */
  #increment(order: number, id: number): number {
    let slot = this.#find(order);
    const countsOfCounts = this.#countsOfCounts[order]!;
    if (slot < 0) {
      if (this.#contexts + 1 > HIGHEST_LOAD * (this.#mask + 1)) {
        this.#grow();
        slot = this.#find(order);
      }
      this.#contexts++;
      this.#slots[~slot] = this.#hashes[2 * order]!;
      this.#slots[~slot + 1] = this.#hashes[2 * order + 1]!;
      this.#slots[~slot + 2] = inline(id, 1);
      countsOfCounts[1]!++;
      return 0;
    }
    const first = this.#slots[slot + 2]!;
    if (first < 0) {
      const count = -first >> SYMBOL_BITS;
      if ((-first & ((1 << SYMBOL_BITS) - 1)) === id && count < LARGEST_INLINE_COUNT) {
        this.#slots[slot + 2] = inline(id, count + 1);
        moved(countsOfCounts, count, count + 1);
        return count;
      }
      this.#slots[slot + 2] = this.#newEntry(-first & ((1 << SYMBOL_BITS) - 1), count);
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

  /** @returns the count after */
  #decrement(order: number, id: number): number {
    const slot = this.#find(order);
    if (slot < 0) throw new Error('This was not learnt.');
    const countsOfCounts = this.#countsOfCounts[order]!;
    const first = this.#slots[slot + 2]!;
    if (first < 0) {
      const count = -first >> SYMBOL_BITS;
      if ((-first & ((1 << SYMBOL_BITS) - 1)) !== id) throw new Error('This was not learnt.');
      moved(countsOfCounts, count, count - 1);
      if (count === 1) this.#remove(slot);
      else this.#slots[slot + 2] = inline(id, count - 1);
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
    if (this.#entries[entry] !== 0 || count > LARGEST_INLINE_COUNT) return;
    this.#slots[slot + 2] = inline(this.#entries[entry + 2]!, count);
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

  #updateDiscounts(): void {
    this.#areDiscountsStale = false;
    for (const [order, counts] of this.#countsOfCounts.entries()) {
      const [, n1, n2, n3, n4] = counts as unknown as [number, number, number, number, number];
      const y = n1 === 0 ? 0.5 : n1 / (n1 + 2 * n2);
      const estimate = (count: number, fewer: number, more: number) =>
        fewer === 0 ? count * 0.5 : count - ((count + 1) * y * more) / fewer;
      const discounts = this.#discounts[order]!;
      discounts[1] = within(estimate(1, n1, n2), 0.05, 0.95);
      discounts[2] = within(estimate(2, n2, n3), 0.1, 1.9);
      discounts[3] = within(estimate(3, n3, n4), 0.2, 2.9);
    }
  }
}

/** Spreads a hash over all bits. */
function mixed(hash: number): number {
  let value = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
  value = Math.imul(value ^ (value >>> 15), 0x2c1b3c6d);
  return value ^ (value >>> 16);
}

function inline(id: number, count: number): number {
  return -((count << SYMBOL_BITS) | id);
}

function moved(countsOfCounts: Int32Array, from: number, to: number): void {
  if (from > 0 && from < 5) countsOfCounts[from]!--;
  if (to > 0 && to < 5) countsOfCounts[to]!++;
}

function within(value: number, lowest: number, highest: number): number {
  return value < lowest ? lowest : value > highest ? highest : value;
}
