import { describe, expect, it } from 'vitest';
import { DocumentStates } from '../../../src/completion/context/documentStates.ts';
import { STATELESS } from '../../../src/completion/experts/expert.ts';
import type { ExpertRegistration } from '../../../src/completion/experts/registration.ts';
import { EXPERTS } from '../../../src/completion/experts/registry.ts';
import type { Predictor } from '../../../src/completion/predictor.ts';
import { Suggester } from '../../../src/completion/suggestion/suggester.ts';
import { Vocabulary } from '../../../src/corpus/vocabulary.ts';
import { type EvaluatedKnowledge, evaluatedKnowledge } from '../../../src/evaluation/knowledge.ts';
import { type SimulationOptions, simulate } from '../../../src/evaluation/simulate.ts';
import { mixtureOf } from '../../support/knowledge.ts';
import { tablePredictor } from '../../support/tablePredictor.ts';

const vocabulary = Vocabulary.fromTexts(['abcdefghijklmnopqrstuvwxyz\n. /']);
const HEADER = 'a.ts\n';

/** Knows what comes next in one text, surely, but for some places. */
function knowing(text: string, wrong: Readonly<Record<number, string>> = {}): EvaluatedKnowledge {
  const network = tablePredictor(vocabulary, (ids) => {
    const probabilities = new Float32Array(vocabulary.size);
    const position = ids.length - 1 - HEADER.length;
    const symbol = wrong[position] ?? text[position] ?? '\n';
    probabilities[vocabulary.encode(symbol)[0]!] = 1;
    return probabilities;
  });
  const mixture = mixtureOf(vocabulary, { network: network as Predictor }, EXPERTS.slice(0, 1));
  const suggester = new Suggester(mixture, new DocumentStates(mixture));
  return { suggester, begin: () => mixture.start() };
}

const OPTIONS: SimulationOptions = { characters: 1000, maxLength: 120, minimumProbability: 0.25, multiline: false };

describe('Simulated typing', () => {
  it('presses one key for each line that is foretold', async () => {
    const text = 'first line\nsecond line\n';
    const result = await simulate(knowing(text), [{ path: 'a.ts', text }], OPTIONS);
    expect(result).toMatchObject({
      characters: text.length,
      keystrokes: 4, // each line, and the end of each
      shown: 2,
      accepted: 2,
      acceptanceRate: 1,
      wrongPerAcceptedCharacter: 0,
    });
    expect(result.keystrokeSavings).toBeCloseTo(1 - 4 / text.length, 12);
  });

  it('types on where a suggestion is wrong somewhere, and counts what was shown in vain', async () => {
    const text = 'abcdefgh';
    const knowledge = knowing(text, { 3: 'x' });
    const result = await simulate(knowledge, [{ path: 'a.ts', text }], { ...OPTIONS, maxLength: 8 });
    // abcx… is shown once, and stays while abc is typed; e… is shown after d.
    expect(result).toMatchObject({ keystrokes: 5, shown: 2, accepted: 1 });
    expect(result.wrongPerAcceptedCharacter).toBeCloseTo(5 / 4, 12);
  });

  it('is shown nothing that saves less than two keys', async () => {
    const text = 'abc';
    const two = await simulate(knowing('ab'), [{ path: 'a.ts', text: 'ab' }], OPTIONS);
    expect(two).toMatchObject({ keystrokes: 2, shown: 0, accepted: 0, keystrokeSavings: 0 });
    const three = await simulate(knowing(text), [{ path: 'a.ts', text }], OPTIONS);
    expect(three).toMatchObject({ keystrokes: 1, shown: 1, accepted: 1 });
  });

  it('types whole files in the order of their hashes, and cuts the last', async () => {
    const documents = ['a.ts', 'b.ts', 'c.ts'].map((path) => ({ path, text: 'abcdefghij' }));
    const read: string[] = [];
    const network = tablePredictor(vocabulary, () => new Float32Array(vocabulary.size).fill(1 / vocabulary.size));
    // An expert that learns nothing, and says of what it is told.
    const listener: ExpertRegistration = {
      id: 'listener',
      pairs: [],
      create: () => ({
        id: 'listener',
        ...STATELESS,
        predict: () => undefined,
        learn: (_, { context }, id) => {
          if (context.length === 0) read.push('');
          else read.push(read.pop() + vocabulary.characterOf(id));
        },
      }),
    };
    const experts = [...EXPERTS.filter(({ id }) => id === 'workspace'), listener];
    const knowledge = evaluatedKnowledge(network as Predictor, [], experts);
    const result = await simulate(knowledge, documents, { ...OPTIONS, characters: 25 });
    expect(result.characters).toBe(25);
    // `printf a.ts | md5sum` begins with a5, that of b.ts with b0, that of c.ts with e0.
    expect(read).toEqual(['a.ts\nabcdefghij', 'b.ts\nabcdefghij', 'c.ts\nabcde']);
    expect(result.accepted).toBeGreaterThan(0);
  });
});
