import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { random } from '../../../../src/base/random.ts';
import { contextIds } from '../../../../src/completion/context/contextIds.ts';
import { LstmPredictor } from '../../../../src/completion/experts/lstmPredictor.ts';
import type { Predictor } from '../../../../src/completion/predictor.ts';
import { type Continuation, search } from '../../../../src/completion/suggestion/beamSearch.ts';
import { type SearchPolicy, SHORTEST_SUGGESTION } from '../../../../src/completion/suggestion/policy.ts';
import { bestLength, isBetterLater } from '../../../../src/completion/suggestion/utility.ts';
import { SEPARATOR, Vocabulary } from '../../../../src/corpus/vocabulary.ts';
import { chainModel, randomModel } from '../../../support/models.ts';
import { tablePredictor } from '../../../support/tablePredictor.ts';

const vocabulary = Vocabulary.fromJSON({ characters: '\nabcdefgh😀' });

type Wish = Partial<SearchPolicy> & { readonly signal?: AbortSignal };

/** A search that nothing keeps back but what is said. */
const FREE: SearchPolicy = {
  maxLength: 120,
  minimumProbability: 0.25,
  multiline: false,
  count: 1,
  wrongCost: 0,
  contradictionCost: 0,
  smallestSaving: 0,
};

function searched<State>(predictor: Predictor<State>, state: State, { signal, ...wish }: Wish = {}) {
  return search(predictor, state, { ...FREE, ...wish }, signal);
}

async function best<State>(
  predictor: Predictor<State>,
  state: State,
  wish: Wish = {},
): Promise<Continuation | undefined> {
  return (await searched(predictor, state, wish))[0];
}

/** What comes at the end of a text. */
async function bestAfter(
  predictor: LstmPredictor,
  { path, before }: { path: string; before: string },
  wish: Wish = {},
) {
  const state = await predictor.read(predictor.start(), contextIds(predictor.vocabulary, path, before));
  return best(predictor, state, wish);
}

/** A predictor that is given, for what was read so far, the probabilities of some characters. */
function predictorOf(
  table: (text: string) => Readonly<Record<string, number>>,
  special: { readonly unknown?: number; readonly separator?: number } = {},
): Predictor<readonly number[]> {
  return tablePredictor(vocabulary, (ids) => {
    const probabilities = new Float32Array(vocabulary.size);
    probabilities.set([special.unknown ?? 0, special.separator ?? 0]);
    for (const [character, probability] of Object.entries(table(vocabulary.decode(ids)))) {
      probabilities[vocabulary.idOf(character.codePointAt(0)!)] = probability;
    }
    return probabilities;
  });
}

/** Sure of one text. */
function sureOf(text: string): Predictor<readonly number[]> {
  const characters = [...text];
  return predictorOf((before) => {
    const next = characters[[...before].length];
    return next === undefined ? {} : { [next]: 1 };
  });
}

describe('the beam search', () => {
  it('suggests what the predictor is sure of, to the end of the line', async () => {
    expect(await best(sureOf('abcd\nef'), [])).toMatchObject({ text: 'abcd', probability: 1 });
  });

  it('goes on beyond the end of the line when asked to', async () => {
    expect(await best(sureOf('abcd\nef\n'), [], { multiline: true })).toMatchObject({
      text: 'abcd\nef\n',
      probability: 1,
    });
  });

  it('offers several, of which none begins another, those that save most first', async () => {
    const predictor = predictorOf((before): Readonly<Record<string, number>> => {
      if (before === '') return { a: 0.6, b: 0.4 };
      return before.length < 4 ? { [before.startsWith('a') ? 'c' : 'd']: 1 } : { '\n': 1 };
    });
    const several = await searched(predictor, [], { minimumProbability: 0.1, count: 5 });
    expect(several.map(({ text }) => text)).toEqual(['accc', 'bddd']);
    expect(several[0]!.probability).toBeCloseTo(0.6);
    expect(await searched(predictor, [], { minimumProbability: 0.1, count: 1 })).toEqual(several.slice(0, 1));
  });

  it('counts characters, not UTF-16 units, and never cuts one in two', async () => {
    const predictor = sureOf('😀😀😀😀😀');
    expect(await best(predictor, [], { maxLength: 3 })).toMatchObject({ text: '😀😀😀', probability: 1 });
  });

  it('suggests nothing when the line ends here, when it knows nothing, or when two characters are all', async () => {
    expect(await best(sureOf('\nab'), [])).toBeUndefined();
    expect(
      await best(
        predictorOf(() => ({ a: 0.1, b: 0.1 })),
        [],
      ),
    ).toBeUndefined();
    expect(await best(sureOf('ab\nc'), [])).toBeUndefined();
  });

  it('never suggests a separator or an unknown character, however probable', async () => {
    const special = { unknown: 0.2, separator: 0.4 };
    const predictor = predictorOf((text) => (text.length < 3 ? { a: 0.9 } : { b: 0.4 }), special);
    expect((await best(predictor, []))?.text).toBe('aaa');
  });

  it('goes on beyond the end of the line only where it is sure', async () => {
    const options = { multiline: true, maxLength: 9 };
    const predictor = (sure: number) =>
      predictorOf((text) =>
        text === 'abc\n' ? { d: sure, e: 1 - sure } : { [[...'abc\ndefg\n'][[...text].length] ?? 'a']: 1 },
      );
    expect((await best(predictor(0.9), [], options))?.text).toMatch(/^abc\ndefg\n/);
    expect((await best(predictor(0.7), [], options))?.text).toBe('abc\n');
    expect((await best(sureOf('abc\ndefg\n'), [], options))?.text).toBe('abc\ndefg\n');
  });

  it('ends with a line, where it goes beyond one and is not sure to the end of the next', async () => {
    const lines = [...'abc\ndefg'];
    const predictor = (ends: number) =>
      predictorOf((text): Readonly<Record<string, number>> => {
        const next = lines[[...text].length];
        if (text === 'abc\ndefg') return { '\n': ends, a: (1 - ends) / 2, b: (1 - ends) / 2 };
        return next === undefined ? {} : { [next]: text === 'abc\nd' ? 0.9 : 1 };
      });
    expect((await best(predictor(1), [], { multiline: true, maxLength: 8 }))?.text).toBe('abc\ndefg');
    expect((await best(predictor(0), [], { multiline: true, maxLength: 8 }))?.text).toBe('abc\n');
  });

  it('shows less where wrong characters cost more', async () => {
    const predictor = predictorOf((text) => (text.length === 3 ? { b: 0.7, c: 0.3 } : { a: 1 }));
    const lengths = [0, 0.5, 5].map(
      async (wrongCost) => (await best(predictor, [], { maxLength: 40, wrongCost }))?.text.length,
    );
    expect(await Promise.all(lengths)).toEqual([40, 4, 3]);
  });

  it('says how probable each character was', async () => {
    const predictor = predictorOf((text) =>
      text === '' ? { a: 0.8, b: 0.2 } : text === 'a' ? { b: 0.9, c: 0.1 } : { c: 0.5 },
    );
    const suggestion = await best(predictor, [], { maxLength: 3 });
    expect(suggestion!.text).toBe('abc');
    expect(suggestion!.characters[0]).toBeCloseTo(0.8);
    expect(suggestion!.characters[1]).toBeCloseTo(0.9);
    expect(suggestion!.characters[2]).toBeCloseTo(0.5);
    expect(suggestion!.probability).toBeCloseTo(0.36);
  });

  it('stops where a further character would cost more than it saves', async () => {
    const predictor = predictorOf((text) => (text.length < 4 ? { a: 1 } : { b: 0.6, c: 0.4 }));
    expect(await best(predictor, [])).toMatchObject({ text: 'aaaa', probability: 1 });
  });

  it('looks past a doubtful character to sure ones', async () => {
    const predictor = predictorOf((text) => (text.length === 1 ? { b: 0.6, c: 0.4 } : { a: 1 }));
    const suggestion = await best(predictor, [], { maxLength: 40 });
    expect(suggestion?.text).toBe(`ab${'a'.repeat(38)}`);
    expect(suggestion?.probability).toBeCloseTo(0.6, 6);
  });

  it('shows what it is sure of, and leaves the doubtful rest for when that is accepted', async () => {
    const predictor = predictorOf((text) => (text.length === 4 ? { b: 0.6, c: 0.4 } : { a: 1 }));
    expect(await best(predictor, [], { maxLength: 40 })).toMatchObject({ text: 'aaaa', probability: 1 });
  });

  it('prefers a less probable beginning with a sure continuation', async () => {
    const predictor = predictorOf((text) => {
      if (text === '') return { a: 0.55, b: 0.45 };
      return text.startsWith('b') ? { c: 1 } : { a: 0.3, d: 0.3, e: 0.4 };
    });
    expect((await best(predictor, [], { maxLength: 10 }))?.text).toBe(`b${'c'.repeat(9)}`);
  });

  it('asks the predictor nothing more when it is told to stop', async () => {
    const stop = new AbortController();
    let questions = 0;
    const predictor = sureOf('abcdefgh');
    const counting = {
      ...predictor,
      advance: (...question: Parameters<typeof predictor.advance>) => {
        if (++questions === 2) stop.abort();
        return predictor.advance(...question);
      },
    };
    await expect(best(counting, [], { signal: stop.signal })).rejects.toThrow('aborted');
    expect(questions).toBe(2);
  });

  it('finds the best of all suggestions there are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), PROBABILITIES, COSTS, async (seed, minimumProbability, wrongCost) => {
        const predictor = randomPredictor(seed);
        const options = { maxLength: 6, minimumProbability, wrongCost };
        const found = await best(predictor, [], options);
        const { steps, ids } = bestByTryingAll(predictor, options);
        const isLetter = (index: number) => /[a-h]/.test(vocabulary.decode(ids.slice(index, index + 1)));
        const letters = [...vocabulary.encode('abcdefgh')];
        const toCome = predictor.next(ids);
        const readingCost = (_: number, end: number) => {
          if (!isLetter(end - 1)) return 0;
          return end < ids.length ? Number(isLetter(end)) : letters.reduce((sum, id) => sum + toCome[id]!, 0);
        };
        const shown = steps.slice(0, bestLength(steps, { wrongCost, readingCost }));
        expect(found?.characters ?? []).toHaveLength(shown.length);
        expect(found?.probability ?? 1).toBeCloseTo(product(shown), 9);
      }),
      { numRuns: 200 },
    );
  });
});

describe('the beam search with an LSTM', () => {
  it('completes a sequence that the model is sure of', async () => {
    const predictor = await LstmPredictor.load(chainModel([...'abcdefgh\n😀']));
    try {
      const suggestion = await bestAfter(predictor, { path: 'a', before: '😀abc' });
      expect(suggestion?.text).toBe('defgh');
      expect(suggestion?.probability).toBeGreaterThan(0.99);
      const lines = await bestAfter(predictor, { path: 'a', before: 'abc' }, { multiline: true, maxLength: 15 });
      expect(lines?.text).toBe('defgh\n😀abcdefgh');
    } finally {
      await predictor.dispose();
    }
  });

  it("gives as a suggestion's probability the product of the model's own, no longer than allowed", async () => {
    const predictor = await LstmPredictor.load(randomModel({ vocabulary: 9, hidden: 16, layers: 1 }).bytes);
    try {
      const lengths = [];
      for (const before of ['', '\n', 'et', 'tea\n', 'ate ', 'oat\na']) {
        const options = { maxLength: 4, minimumProbability: 0.002 };
        const suggestion = await bestAfter(predictor, { path: 'a.ts', before }, options);
        if (suggestion === undefined) continue;
        const { vocabulary } = predictor;
        let state = await predictor.read(predictor.start(), [SEPARATOR, ...vocabulary.encode(`a.ts\n${before}`)]);
        let probability = 1;
        for (const id of vocabulary.encode(suggestion.text)) {
          probability *= predictor.next(state)[id]!;
          [state] = (await predictor.advance([state], [id])) as [typeof state];
        }
        expect(suggestion.probability).toBeCloseTo(probability, 6);
        expect(suggestion.probability).toBeGreaterThanOrEqual(0.002);
        lengths.push(suggestion.text.length);
      }
      expect(lengths.length).toBeGreaterThan(2);
      expect(Math.max(...lengths)).toBeLessThanOrEqual(4);
    } finally {
      await predictor.dispose();
    }
  });
});

/** Probabilities drawn anew for each text, a few of them large. */
function randomPredictor(seed: number) {
  return tablePredictor(vocabulary, (ids) => {
    const uniform = random(ids.reduce((hash, id) => Math.imul(hash ^ id, 0x01000193), seed));
    const weights = Float32Array.from({ length: vocabulary.size }, () => uniform() ** 12);
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return weights.map((weight) => weight / sum);
  });
}

interface Tried {
  /** Keystrokes saved by showing all of it. */
  readonly savings: number;
  /** Probability of each character. */
  readonly steps: readonly number[];
  readonly ids: readonly number[];
}

const PROBABILITIES = fc.constantFrom(0.125, 0.25, 0.5);
const COSTS = fc.constantFrom(0, 0.1, 1);

/** What saves the most keystrokes of all texts of the allowed length and probability. */
function bestByTryingAll(
  predictor: Predictor<readonly number[]>,
  { maxLength, minimumProbability, wrongCost }: Required<Pick<Wish, 'maxLength' | 'minimumProbability' | 'wrongCost'>>,
): Tried {
  const tryFrom = (ids: readonly number[], probability: number, steps: readonly number[]): Tried => {
    const wrong = steps.reduce((sum, _, index) => sum + 1 - product(steps.slice(0, index + 1)), 0);
    const savings = ids.length < SHORTEST_SUGGESTION ? 0 : probability * (ids.length - 1) - wrongCost * wrong;
    const here = { savings, steps, ids };
    if (ids.length === maxLength) return here;
    const next = predictor.next(ids);
    return vocabulary.characters.reduce<Tried>((best, character, index) => {
      const step = next[index + 2]!;
      if (character === '\n' || probability * step < minimumProbability) return best;
      const tried = tryFrom([...ids, index + 2], probability * step, [...steps, step]);
      return tried.savings > best.savings ? tried : best;
    }, here);
  };
  const best = tryFrom([], 1, []);
  return best.savings > 0 ? best : { savings: 0, steps: [], ids: [] };
}

function product(values: readonly number[]): number {
  return values.reduce((all, value) => all * value, 1);
}

describe('How much to show at once', () => {
  const byTryingAll = (steps: readonly number[]): number => {
    /** Of all ways to cut it up, what is saved on average. */
    const savings = (from: number): number => {
      let [best, probability] = [0, 1];
      for (let to = from + 1; to <= steps.length; to++) {
        probability *= steps[to - 1]!;
        if (to - from >= SHORTEST_SUGGESTION) best = Math.max(best, probability * (to - from - 1 + savings(to)));
      }
      return best;
    };
    let probability = 1;
    const values = steps.map((step, index) => {
      probability *= step;
      return index + 1 < SHORTEST_SUGGESTION ? 0 : probability * (index + savings(index + 1));
    });
    return values.indexOf(Math.max(...values)) + 1;
  };

  it('is what saves most keys, that of the rest included', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0.05, max: 1, noNaN: true }), { minLength: 3, maxLength: 9 }), (steps) => {
        expect(bestLength(steps)).toBe(byTryingAll(steps));
      }),
      { numRuns: 500, seed: 1 },
    );
  });

  it('is up to the end of a word, where that is likely not to be its end', () => {
    const costs = (half: number) => (_: number, end: number) => (end === 7 ? half : end === 4 ? 0 : 0.5);
    const steps = [1, 1, 1, 1, 0.65, 0.9, 0.9];
    expect(bestLength(steps, { readingCost: costs(0) })).toBe(4);
    expect(bestLength([1, 1, 1, 1, 0.9, 0.95, 0.95], { readingCost: costs(0) })).toBe(7);
    expect(bestLength([1, 1, 1, 1, 0.9, 0.95, 0.95], { readingCost: costs(0.5) })).toBe(4);
  });

  it('is all of what is sure', () => {
    expect(bestLength([1, 1, 1, 1])).toBe(4);
    expect(bestLength([0.9, 1, 1, 1])).toBe(4);
    expect(bestLength([1, 1, 1, 0.3, 1, 1])).toBe(3);
  });
});

describe('Waiting for the next characters', () => {
  it('pays where the next one decides, and not where all depends on a later one', () => {
    expect(isBetterLater([0.4, 1, 1, 1, 1], 0.8)).toBe(true);
    expect(isBetterLater([1, 1, 1, 1, 0.4], 0.8)).toBe(false);
    expect(isBetterLater([0.7, 1, 1, 1, 1], 0.8)).toBe(false);
  });

  it('never pays for whom nothing contradicts, or whom it costs nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: 1, maxLength: 20 }), (steps) => {
        expect(isBetterLater(steps, 0)).toBe(false);
        expect(isBetterLater([...steps.map(() => 1)], 10)).toBe(false);
      }),
    );
  });

  it('keeps a doubtful suggestion back, which is shown once its first character is typed', async () => {
    const predictor = predictorOf((before) => {
      if (before === '') return { a: 0.5, b: 0.5 };
      const next = 'abcdefgh'[before.length];
      return before.startsWith('a') && next !== undefined ? { [next]: 1 } : {};
    });
    const options = { minimumProbability: 0.3, contradictionCost: 1.2 };
    expect(await best(predictor, [], options)).toBeUndefined();
    expect((await best(predictor, [...vocabulary.encode('a')], options))?.text).toBe('bcdefgh');
    expect((await best(predictor, [], { minimumProbability: 0.3 }))?.text).toMatch(/^[ab]/);
  });

  it('is not shown where it hardly saves anything', async () => {
    const predictor = predictorOf((before) => {
      const next = 'abc'[before.length];
      return next === undefined ? {} : { [next]: 0.8 };
    });
    // Right with 0.8³, it saves two keys: 1.024 on average.
    expect((await best(predictor, [], { smallestSaving: 1 }))?.text).toBe('abc');
    expect(await best(predictor, [], { smallestSaving: 1.03 })).toBeUndefined();
  });
});
