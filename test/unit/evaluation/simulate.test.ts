import { describe, expect, it } from 'vitest';
import { ContextMemory } from '../../../src/completion/experts/kneserNeyModel.ts';
import { MemoryPredictor } from '../../../src/completion/experts/memoryPredictor.ts';
import { Vocabulary } from '../../../src/corpus/vocabulary.ts';
import { simulate } from '../../../src/evaluation/simulate.ts';
import { tablePredictor } from '../../support/tablePredictor.ts';

const vocabulary = Vocabulary.fromTexts(['abcdefghijklmnopqrstuvwxyz\n. /']);
const HEADER = 'a.ts\n';

/** Knows what comes next in one text, surely, but for some places. */
function knowing(text: string, wrong: Readonly<Record<number, string>> = {}) {
  return tablePredictor(vocabulary, (ids) => {
    const probabilities = new Float32Array(vocabulary.size);
    const position = ids.length - 1 - HEADER.length;
    const symbol = wrong[position] ?? text[position] ?? '\n';
    probabilities[vocabulary.encode(symbol)[0]!] = 1;
    return probabilities;
  });
}

describe('Simulated typing', () => {
  it('presses one key for each line that is foretold', async () => {
    const text = 'first line\nsecond line\n';
    const result = await simulate({ predictor: knowing(text) }, [{ path: 'a.ts', text }], { characters: 1000 });
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
    const predictor = knowing(text, { 3: 'x' });
    const result = await simulate({ predictor }, [{ path: 'a.ts', text }], { characters: 1000, maxLength: 8 });
    // abcx… is shown once, and stays while abc is typed; e… is shown after d.
    expect(result).toMatchObject({ keystrokes: 5, shown: 2, accepted: 1 });
    expect(result.wrongPerAcceptedCharacter).toBeCloseTo(5 / 4, 12);
  });

  it('is shown nothing that saves less than two keys', async () => {
    const text = 'abc';
    const options = { characters: 1000 };
    const two = await simulate({ predictor: knowing('ab') }, [{ path: 'a.ts', text: 'ab' }], options);
    expect(two).toMatchObject({ keystrokes: 2, shown: 0, accepted: 0, keystrokeSavings: 0 });
    const three = await simulate({ predictor: knowing(text) }, [{ path: 'a.ts', text }], options);
    expect(three).toMatchObject({ keystrokes: 1, shown: 1, accepted: 1 });
  });

  it('types whole files in the order of their hashes, and cuts the last', async () => {
    const documents = ['a.ts', 'b.ts', 'c.ts'].map((path) => ({ path, text: 'abcdefghij' }));
    const read: string[] = [];
    const memory = new ContextMemory(vocabulary.size);
    const result = await simulate(
      {
        predictor: new MemoryPredictor(vocabulary, memory),
        typed: (_, ids, position) => {
          memory.learn(ids, position, position + 1);
          if (position === ids.length - 1) read.push(vocabulary.decode(ids));
        },
      },
      documents,
      { characters: 25 },
    );
    expect(result.characters).toBe(25);
    // `printf a.ts | md5sum` begins with a5, that of b.ts with b0, that of c.ts with e0.
    expect(read).toEqual(['a.ts\nabcdefghij', 'b.ts\nabcdefghij', 'c.ts\nabcde']);
    expect(result.accepted).toBeGreaterThan(0);
  });
});
