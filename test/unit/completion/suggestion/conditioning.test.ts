import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Continuation, search } from '../../../../src/completion/suggestion/beamSearch.ts';
import { ConditionedPredictor } from '../../../../src/completion/suggestion/conditioning.ts';
import { typedFurther, withSuggestion } from '../../../../src/completion/suggestion/typedPast.ts';
import { Vocabulary } from '../../../../src/corpus/vocabulary.ts';
import type { TypedPast } from '../../../../src/protocol/suggestions.ts';
import { tablePredictor } from '../../../support/tablePredictor.ts';

const FREE = {
  ...{ maxLength: 120, minimumProbability: 0.25, multiline: false, count: 1 },
  ...{ wrongCost: 0, contradictionCost: 0, smallestSaving: 0 },
};

const vocabulary = Vocabulary.fromTexts(['abcdefgh\n']);
const LETTERS = ['a', 'b', 'c'];
const LENGTH = 4;

/** Any distribution over the letters, another after each text. */
function predictorOf(weight: (text: string) => number) {
  return tablePredictor(vocabulary, (ids) => {
    const text = vocabulary.decode(Uint16Array.from(ids));
    const weights = LETTERS.map((letter) => weight(text + letter));
    const sum = weights.reduce((a, b) => a + b);
    const probabilities = new Float32Array(vocabulary.size);
    for (const [index, letter] of LETTERS.entries())
      probabilities[vocabulary.encode(letter)[0]!] = weights[index]! / sum;
    return probabilities;
  });
}

/** All texts of a length. */
function texts(length: number): string[] {
  return length === 0 ? [''] : texts(length - 1).flatMap((text) => LETTERS.map((letter) => text + letter));
}

/** Probability of each character of a text, by the chain rule. */
function stepsOf(next: (text: string) => Float32Array, text: string): number[] {
  return [...text].map((letter, index) => next(text.slice(0, index))[vocabulary.encode(letter)[0]!]!);
}

const product = (values: readonly number[]) => values.reduce((a, b) => a * b, 1);

describe('A predictor that knows what was typed past', () => {
  it("expects every text as probably as Bayes' rule says", async () => {
    const anyText = fc
      .array(fc.constantFrom(...LETTERS), { minLength: 1, maxLength: LENGTH })
      .map((all) => all.join(''));
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyText, { maxLength: 3 }),
        fc.double({ min: 0, max: 0.99, noNaN: true }),
        fc.nat(),
        async (past, acceptanceRate, seed) => {
          const predictor = predictorOf(
            (text) => 1 + (([...text].reduce((hash, c) => hash * 31 + c.charCodeAt(0), seed) >>> 0) % 7),
          );
          const next = (text: string) => predictor.next([...vocabulary.encode(text)]);
          const typedPast = past.reduce<readonly TypedPast[]>(
            (all, text) => withSuggestion(all, { text, characters: stepsOf(next, text) }),
            [],
          );
          const conditioned = new ConditionedPredictor(predictor, acceptanceRate);
          const probabilityOf = async (text: string) => {
            let state = conditioned.at([], typedPast);
            const steps: number[] = [];
            for (const id of vocabulary.encode(text)) {
              steps.push(conditioned.next(state)[id]!);
              [state] = (await conditioned.advance([state], [id])) as [typeof state];
            }
            return product(steps);
          };
          const likelihood = (text: string) =>
            typedPast.some((one) => text.startsWith(one.text)) ? 1 - acceptanceRate : 1;
          const all = texts(LENGTH);
          const joint = all.map((text) => product(stepsOf(next, text)) * likelihood(text));
          const sum = joint.reduce((a, b) => a + b);
          for (const [index, text] of all.entries())
            expect(await probabilityOf(text)).toBeCloseTo(joint[index]! / sum, 4);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('is as it was where nothing was typed past', () => {
    const predictor = predictorOf(() => 1);
    const conditioned = new ConditionedPredictor(predictor, 1);
    expect(conditioned.next(conditioned.at([], []))).toEqual(predictor.next([]));
  });

  it('computes nothing anew where the search begins with what is known already', () => {
    let computed = 0;
    const predictor = predictorOf(() => {
      computed++;
      return 1;
    });
    const conditioned = new ConditionedPredictor(predictor, 1);
    const typedPast = [{ text: 'ab', characters: [0.5, 0.5] }];
    const expected = conditioned.next(conditioned.at([], typedPast));
    const known = predictor.next([]);
    computed = 0;
    expect(conditioned.next(conditioned.at([], typedPast, known))).toEqual(expected);
    expect(computed).toBe(0);
  });

  it('believes in what is certain, whatever was typed past', () => {
    const predictor = predictorOf((text) => (text.endsWith('a') ? 1 : 0));
    const conditioned = new ConditionedPredictor(predictor, 1);
    const state = conditioned.at([], [{ text: 'aaa', characters: [1, 1, 1] }]);
    expect(conditioned.next(state)).toEqual(predictor.next([]));
  });

  it('suggests the sure beginning of what was doubtful in the end', async () => {
    // abcd, then e or f: all of it is suggested at first, and once a was typed only what is the same in both.
    const long = 'abcdefgh';
    const predictor = tablePredictor(vocabulary, (ids) => {
      const probabilities = new Float32Array(vocabulary.size);
      const other = ids.length === 5 && vocabulary.decode(Uint16Array.from(ids)) !== long.slice(0, 5);
      const letter = other ? '\n' : (long[ids.length] ?? '\n');
      const probability = ids.length === 4 ? 0.7 : 1;
      probabilities[vocabulary.encode(letter)[0]!] = probability;
      if (probability < 1) probabilities[vocabulary.encode('\n')[0]!] = 1 - probability;
      return probabilities;
    });
    const [first] = (await search(predictor, [], FREE)) as [Continuation];
    expect(first.text).toBe(long);
    const typedPast = typedFurther([first], 'a');
    const conditioned = new ConditionedPredictor(predictor, 0.95);
    const second = (await search(conditioned, conditioned.at([...vocabulary.encode('a')], typedPast), FREE))[0];
    expect(second?.text).toBe('bcd');
  });
});

describe('What is typed past', () => {
  const past = (text: string): TypedPast => ({ text, characters: [...text].map((_, index) => index / 10) });

  it('is what goes on with what is typed, without that', () => {
    expect(typedFurther([past('😀bc'), past('abc'), past('😀')], '😀')).toEqual([
      { text: 'bc', characters: [0.1, 0.2] },
    ]);
  });

  it('holds none that begins another', () => {
    expect(withSuggestion([past('abc')], past('abcd'))).toEqual([past('abc')]);
    expect(withSuggestion([past('abcd'), past('x')], past('ab'))).toEqual([past('x'), past('ab')]);
  });
});
