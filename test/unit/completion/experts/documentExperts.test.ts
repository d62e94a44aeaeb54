import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LONGEST_CONTEXT } from '../../../../src/completion/context/longestContext.ts';
import { DocumentCache, GrowingDocumentCache } from '../../../../src/completion/experts/documentCache.ts';
import { DOCUMENT_EXPERT } from '../../../../src/completion/experts/documentExpert.ts';
import type { ExpertOutput } from '../../../../src/completion/experts/expert.ts';
import { WORDS_EXPERT } from '../../../../src/completion/experts/wordsExpert.ts';
import { Vocabulary } from '../../../../src/corpus/vocabulary.ts';

const vocabulary = Vocabulary.fromTexts(['abcdefgh (){};,\n文'], { minimumCount: 1 });
const texts = fc.string({ unit: fc.constantFrom(...'abcd (){};\n文?'), maxLength: 120 });

/** What a workspace might expect: each character a little more than the one before. */
const workspace = Float32Array.from({ length: vocabulary.size }, (_, id) => id + 1);
const sum = workspace.reduce((a, b) => a + b);
for (const id of workspace.keys()) workspace[id]! /= sum;

/** What the experts of a document expect after a text, by its characters and by its words. */
async function expected(cache: DocumentCache, text: string, base = workspace): Promise<[ExpertOutput, ExpertOutput]> {
  const sources = {
    vocabulary,
    network: undefined,
    workspaceCounts: () => undefined,
    documentCache: (path: string) => (path === 'a' ? cache : undefined),
  };
  const ids = vocabulary.encode(text);
  const position = { context: ids.slice(-LONGEST_CONTEXT), document: 'a' };
  const outputs = [DOCUMENT_EXPERT, WORDS_EXPERT].map(async (registration) => {
    const expert = registration.create(sources)!;
    const state = await expert.read(expert.start(), ids);
    expect(expert.predict(state, { ...position, document: 'b' }, new Map())).toBeUndefined();
    return expert.predict(state, position, new Map([['workspace', { probabilities: base }]]))!;
  });
  return [await outputs[0]!, await outputs[1]!];
}

function grown(text: string): DocumentCache {
  const cache = new GrowingDocumentCache(vocabulary);
  cache.append(vocabulary.encode(text));
  return cache;
}

function mostProbable({ probabilities }: ExpertOutput): string {
  let best = 0;
  for (let id = 0; id < probabilities.length; id++) if (probabilities[id]! > probabilities[best]!) best = id;
  return vocabulary.characterOf(best);
}

describe('The experts of a document', () => {
  it('leave to the workspace what the document does not know', async () => {
    for (const { probabilities, matched } of await expected(new DocumentCache(vocabulary), 'ab')) {
      expect(matched).toBe(0);
      for (const id of workspace.keys()) expect(probabilities[id]).toBeCloseTo(workspace[id]!, 6);
    }
  });

  it('expect what stands in it, by words whatever stands between them', async () => {
    const cache = grown('abc(defgh);\nabc(defgh);\n');
    const likeliest = async (text: string) => (await expected(cache, text)).map(mostProbable);
    expect(await likeliest('abc(de')).toEqual(['f', 'f']);
    // Within the word it is clear to both; right behind other characters only by words.
    const [byCharacters, byWords] = await likeliest('abc, ');
    expect(byWords).toBe('d');
    expect(byCharacters).not.toBe('d');
  });

  it('give distributions, also of characters that they hold impossible', async () => {
    await fc.assert(
      fc.asyncProperty(texts, texts, async (text, before) => {
        const cache = grown(text);
        for (const base of [workspace, workspace.map((_, id) => Number(id === 5))]) {
          for (const { probabilities } of await expected(cache, before, base)) {
            for (let id = 0; id < vocabulary.size; id++) expect(probabilities[id]).toBeGreaterThanOrEqual(0);
            if (base === workspace) expect(Array.from(probabilities).reduce((a, b) => a + b)).toBeCloseTo(1, 5);
          }
        }
      }),
      { seed: 1 },
    );
  });

  it('know the same, learnt at once or as it grows, in the cache or character by character', async () => {
    await fc.assert(
      fc.asyncProperty(texts, texts, async (text, before) => {
        const [growing, learnt] = [new GrowingDocumentCache(vocabulary), new DocumentCache(vocabulary)];
        const sources = {
          vocabulary,
          network: undefined,
          workspaceCounts: () => undefined,
          documentCache: () => learnt,
        };
        const experts = [DOCUMENT_EXPERT, WORDS_EXPERT].map((registration) => registration.create(sources)!);
        let [states, context] = [experts.map((expert) => expert.start()), new Uint16Array(0)];
        for (const id of vocabulary.encode(text)) {
          growing.append([id]);
          for (const [index, expert] of experts.entries()) {
            expert.learn!(states[index], { context, document: 'a' }, id);
            states = states.with(index, await expert.read(states[index], [id]));
          }
          context = Uint16Array.from([...context, id].slice(-LONGEST_CONTEXT));
        }
        const whole = await expected(grown(text), before);
        expect(await expected(growing, before)).toEqual(whole);
        expect(await expected(learnt, before)).toEqual(whole);
      }),
      { seed: 2, numRuns: 50 },
    );
  });
});
