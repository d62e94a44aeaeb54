import { ContextTable, MOST_IDS, ORDERS, singleCount, singleId } from './contextTable.ts';

/**
 * An interpolated modified Kneser–Ney model of characters, over documents that come and go: a distribution of the next
 * character from counts of what followed the characters before it.
 *
 * For the longest context of an occurrence its followers are counted as often as they occur; in a shorter one, in how
 * many different longer contexts they do (Kneser & Ney, "Improved backing-off for m-gram language modeling", 1995). So a
 * follower that is there in a longer context changes nothing below it, which makes learning cheap (PPM calls this update
 * exclusion), and each count says how readily the character turns up where it was not seen before. From counts of 1, 2
 * and more three different discounts are taken, estimated for each length, and what they leave is given to the next
 * shorter context (Chen & Goodman, "An empirical study of smoothing techniques for language modeling", 1999). Other than
 * there, not all lengths are counted, discounts are kept within bounds, and the shortest context can fall back on another
 * distribution.
 *
 * All that is kept are counts of occurrences, in no order: unlearning a text restores exactly what was before it was
 * learnt, whatever was learnt in between. They are stored in a {@link ContextTable}.
 */
export class KneserNeyModel {
  /** Number of ids. */
  readonly vocabularySize: number;
  /** Occurrences learnt. */
  characters = 0;
  readonly #table: ContextTable;
  /** [vocabulary] counts of the empty context's followers. */
  readonly #unigrams: Int32Array;
  #unigramTotal = 0;
  /** For each order, what is taken off counts of 1, 2 and more. */
  readonly #discounts = ORDERS.map(() => new Float64Array(4));
  #areDiscountsStale = true;
  /** Of the contexts before a place, by order. */
  readonly #followers = new Int32Array(ORDERS.length);

  /**
   * @param expected characters that are going to be learnt, if that is known: then tables need not grow
   * @throws RangeError for a vocabulary of more than 8192 ids
   */
  constructor(vocabularySize: number, expected = 0) {
    if (vocabularySize > MOST_IDS) throw new RangeError(`A vocabulary of ${vocabularySize} ids is too large.`);
    this.vocabularySize = vocabularySize;
    this.#unigrams = new Int32Array(vocabularySize);
    this.#table = new ContextTable(expected);
  }

  /** Bytes of all tables. */
  get bytes(): number {
    return this.#table.bytes + this.#unigrams.byteLength;
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
      const orders = this.#table.select(ids, index);
      this.#table.touch(orders);
      this.#learn(ids[index]!, orders);
    }
    this.characters += end - start;
    this.#areDiscountsStale = true;
  }

  /** The inverse of {@link learn}: for what has been learnt, in the same contexts. */
  unlearn(ids: ArrayLike<number>, start = 0, end = ids.length): void {
    for (let index = start; index < end; index++) this.#unlearn(ids[index]!, this.#table.select(ids, index));
    this.characters -= end - start;
    this.#areDiscountsStale = true;
  }

  /**
   * Distribution of the next character.
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
    const orders = this.#table.select(ids, end);
    const followers = this.#followers;
    let known = 0;
    for (; known < orders; known++) {
      const here = this.#table.followers(known);
      if (here === 0) break; // nor is any longer one there
      followers[known] = here;
    }
    probabilities.fill(0);
    let rest = 1;
    for (let order = known - 1; order >= 0; order--) {
      rest *= this.#add(followers[order]!, this.#discounts[order]!, rest, probabilities);
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
   * Adds the discounted probabilities of what follows a context.
   *
   * @param scale what longer contexts have left
   * @returns the part of it that is left to shorter ones
   */
  #add(followers: number, discounts: Float64Array, scale: number, probabilities: Float64Array | Float32Array): number {
    if (followers < 0) {
      const count = singleCount(followers);
      const rest = discounts[count < 3 ? count : 3]! / count;
      probabilities[singleId(followers)]! += (1 - rest) * scale;
      return rest;
    }
    const { entries } = this.#table;
    let total = 0;
    let discounted = 0;
    for (let entry = followers; entry !== 0; entry = entries[entry]!) {
      const count = entries[entry + 1]!;
      total += count;
      discounted += discounts[count < 3 ? count : 3]!;
    }
    const share = scale / total;
    for (let entry = followers; entry !== 0; entry = entries[entry]!) {
      const count = entries[entry + 1]!;
      probabilities[entries[entry + 2]!]! += (count - discounts[count < 3 ? count : 3]!) * share;
    }
    return discounted / total;
  }

  #learn(id: number, orders: number): void {
    for (let order = orders - 1; order >= 0; order--) if (this.#table.increment(order, id) > 0) return;
    this.#unigrams[id]!++;
    this.#unigramTotal++;
  }

  #unlearn(id: number, orders: number): void {
    for (let order = orders - 1; order >= 0; order--) if (this.#table.decrement(order, id) > 0) return;
    this.#unigrams[id]!--;
    this.#unigramTotal--;
  }

  /** Estimates discounts from how many counts are 1, 2, 3 and 4 (Chen & Goodman, 1999). */
  #updateDiscounts(): void {
    this.#areDiscountsStale = false;
    for (const [order, counts] of this.#table.countsOfCounts.entries()) {
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

function within(value: number, lowest: number, highest: number): number {
  return value < lowest ? lowest : value > highest ? highest : value;
}
