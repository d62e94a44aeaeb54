import { describe, expect, it } from 'vitest';
import { DocumentStates } from '../../../../src/completion/context/documentStates.ts';
import { STATELESS } from '../../../../src/completion/experts/expert.ts';
import type { ExpertRegistration } from '../../../../src/completion/experts/registration.ts';
import { EXPERTS } from '../../../../src/completion/experts/registry.ts';
import { nextCharacter } from '../../../../src/completion/inspection/nextCharacter.ts';
import type { Predictor } from '../../../../src/completion/predictor.ts';
import type { Policy } from '../../../../src/completion/suggestion/policy.ts';
import { Suggester } from '../../../../src/completion/suggestion/suggester.ts';
import { Vocabulary } from '../../../../src/corpus/vocabulary.ts';
import { evaluatedKnowledge } from '../../../../src/evaluation/knowledge.ts';
import { mixtureScore } from '../../../../src/evaluation/mixtureScore.ts';
import { mixtureOf } from '../../../support/knowledge.ts';
import { tablePredictor } from '../../../support/tablePredictor.ts';

const vocabulary = Vocabulary.fromTexts(['abcdefghij\n.'], { minimumCount: 1 });

/** Knows that the alphabet goes on, which nobody else does here: all that it takes to add an expert. */
const ALPHABET: ExpertRegistration = {
  id: 'alphabet',
  pairs: [
    { with: 'lstm', initialWeights: [0.5, 0.5] },
    { with: 'workspace', initialWeights: [0.5, 0.5] },
  ],
  create: () => ({
    id: 'alphabet',
    ...STATELESS,
    predict: (_, { context }) => {
      const last = vocabulary.characterOf(context.at(-1) ?? 0);
      const next = vocabulary.idOf((last.codePointAt(0) ?? 0) + 1);
      const probabilities = new Float32Array(vocabulary.size).fill(0.1 / (vocabulary.size - 1));
      probabilities[next] = 0.9;
      return { probabilities };
    },
  }),
};

const guessing = tablePredictor(vocabulary, () =>
  new Float32Array(vocabulary.size).fill(1 / vocabulary.size),
) as Predictor;
const DOCUMENT = { path: 'a', text: 'abcdefghij\n'.repeat(3) };

describe('An expert that is registered', () => {
  it('is mixed, and measured with the others', async () => {
    const without = await mixtureScore(evaluatedKnowledge(guessing, []), [DOCUMENT]);
    const knowledge = evaluatedKnowledge(guessing, [], [...EXPERTS, ALPHABET]);
    const score = await mixtureScore(knowledge, [DOCUMENT]);
    expect(score.characters).toBe(without.characters);
    expect(score.bits).toBeLessThan(without.bits * 0.8);
  });

  it('suggests, and is shown with its weight and what it expects', async () => {
    const mixture = mixtureOf(vocabulary, { network: guessing }, [...EXPERTS, ALPHABET]);
    for (let i = 0; i < 50; i++) {
      for await (const _ of mixture.learnFrom(mixture.start(), vocabulary.encode('abcdefghij')));
    }
    const suggester = new Suggester(mixture, new DocumentStates(mixture));
    const policy: Policy = { trigger: 'automatic', maxLength: 5, minimumProbability: 0.1, multiline: false };
    const context = { path: 'a', before: 'ab', after: '' };
    const next = await nextCharacter(suggester, 'a', context, policy, new AbortController().signal);
    expect(next.suggestion.map(({ character }) => character).join('')).toBe('cdefg');
    const [lstm, alphabet] = next.experts;
    expect([lstm!.id, alphabet!.id]).toEqual(['lstm', 'alphabet']);
    expect(alphabet!.top[0]).toMatchObject({ character: 'c' });
    expect(alphabet!.weight).toBeGreaterThan(lstm!.weight);
    expect(lstm!.weight + alphabet!.weight).toBeCloseTo(1, 6);
  });
});
