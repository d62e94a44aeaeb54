import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { AnswerCache, type Question } from '../../../../src/editor/completion/answerCache.ts';

const question: Question = { document: 'a.ts', before: 'const ', after: ';', beginning: '', isExplicit: false };

describe('answers that were given', () => {
  test('are found by all that they depend on', () => {
    const answers = new AnswerCache<number>(10);
    answers.set(question, 1);
    expect(answers.get({ ...question })).toBe(1);
    for (const other of [
      { document: 'b.ts' },
      { before: 'const  ' },
      { before: 'const', after: ' ;' },
      { beginning: 'x' },
      { isExplicit: true },
    ]) {
      expect(answers.get({ ...question, ...other })).toBeUndefined();
    }
  });

  test('are forgotten when there are too many, those given first before the others', () => {
    const answers = new AnswerCache<number>(2);
    const [first, second, third] = ['1', '2', '3'].map((before) => ({ ...question, before }));
    answers.set(first!, 1);
    answers.set(second!, 2);
    answers.set(first!, 1);
    answers.set(third!, 3);
    expect([first, second, third].map((one) => answers.get(one!))).toEqual([1, undefined, 3]);
  });

  test('hold none of the text that was asked about', () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const answers = new AnswerCache<readonly never[]>(100);
    const held = () => {
      collect();
      return process.memoryUsage().heapUsed;
    };
    const ask = (round: number) => {
      for (let index = 0; index < 100; index++)
        answers.set({ ...question, before: `${round} ${index} `.repeat(2000) }, []);
    };
    ask(0);
    answers.clear();
    const before = held();
    ask(1);
    // A hundred texts of 8 000 characters and more are a megabyte.
    expect(held() - before).toBeLessThan(200_000);
    expect(answers.get({ ...question, before: '1 99 '.repeat(2000) })).toEqual([]);
  });
});
