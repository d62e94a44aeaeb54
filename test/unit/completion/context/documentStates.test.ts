import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DocumentStates } from '../../../../src/completion/context/documentStates.ts';
import type { Predictor } from '../../../../src/completion/predictor.ts';
import { SEPARATOR, Vocabulary } from '../../../../src/corpus/vocabulary.ts';
import { tablePredictor } from '../../../support/tablePredictor.ts';

const vocabulary = Vocabulary.fromJSON({ characters: '\nabcdefghijklmnopqrstuvwxyz./ 😀' });

/** Remembers all it has read, and counts it. */
function countingPredictor() {
  const predictor = tablePredictor(vocabulary, () => new Float32Array(vocabulary.size));
  const counting = {
    read: 0,
    predictor: {
      ...predictor,
      read: async (state, ids) => {
        counting.read += ids.length;
        return predictor.read(state, ids);
      },
    } as Predictor<readonly number[]>,
  };
  return counting;
}

const idsOf = (path: string, text: string) => [SEPARATOR, ...vocabulary.encode(`${path}\n${text}`)];

describe('states of documents', () => {
  it('are those after the header and the text before the cursor', async () => {
    const { predictor } = countingPredictor();
    expect(await new DocumentStates(predictor).at('d', 'a.b', 'hello\r\nworld')).toEqual(idsOf('a.b', 'hello\nworld'));
  });

  it('cost one character of reading for each that is typed', async () => {
    const counting = countingPredictor();
    const states = new DocumentStates(counting.predictor);
    const text = 'abcdefghij'.repeat(50);
    await states.at('d', 'a', text);
    counting.read = 0;
    await states.at('d', 'a', `${text}x`);
    await states.at('d', 'a', `${text}xy`);
    expect(counting.read).toBe(2);
    await states.at('d', 'a', `${text}x`); // a character taken back
    expect(counting.read).toBe(2);
  });

  it('cost, after an edit, what follows it', async () => {
    const counting = countingPredictor();
    const states = new DocumentStates(counting.predictor, { interval: 10 });
    const text = 'abcdefghij'.repeat(50);
    await states.at('d', 'a', text);
    counting.read = 0;
    await states.at('d', 'a', `${text.slice(0, 470)}z${text.slice(470)}`);
    expect(counting.read).toBeLessThanOrEqual(31 + 10);
  });

  it('of a long document are of its last part, which begins at one place while some more is typed', async () => {
    const counting = countingPredictor();
    const states = new DocumentStates(counting.predictor, { contextLength: 100, interval: 10 });
    let text = 'abcdefghi\n'.repeat(40);
    await states.at('d', 'a', text);
    counting.read = 0;
    for (let typed = 0; typed < 200; typed++) {
      text += 'x';
      const state = await states.at('d', 'a', text);
      expect(state.length).toBeLessThanOrEqual(2 + 1 + 150);
      expect(state.length).toBeGreaterThan(100);
    }
    expect(counting.read).toBeLessThan(200 + 5 * 160);
  });

  it('are, whatever was typed, deleted and visited before, those of reading it anew', async () => {
    const letters = fc.string({ unit: fc.constantFrom(...'ab\n😀'), maxLength: 120 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom('d', 'e', 'f'), letters), { maxLength: 20 }),
        async (visits) => {
          const { predictor } = countingPredictor();
          const states = new DocumentStates(predictor, { contextLength: 40, interval: 8, documents: 2 });
          for (const [document, text] of visits) {
            const fresh = new DocumentStates(predictor, { contextLength: 40, interval: 8 });
            expect(await states.at(document, 'p', text)).toEqual(await fresh.at(document, 'p', text));
          }
        },
      ),
      { numRuns: 100, seed: 1 },
    );
  });

  it('keep what was read when reading is broken off', async () => {
    const counting = countingPredictor();
    const states = new DocumentStates(counting.predictor, { interval: 10 });
    const abort = new AbortController();
    const { read } = counting.predictor;
    counting.predictor.read = async (state, ids) => {
      if (counting.read > 200) abort.abort(new Error('enough'));
      return read(state, ids);
    };
    const text = 'abcdefghij'.repeat(50);
    await expect(states.at('d', 'a', text, abort.signal)).rejects.toThrow('enough');
    const before = counting.read;
    await states.at('d', 'a', text);
    expect(counting.read).toBe(text.length + 3);
    expect(before).toBeLessThan(250);
  });

  it('are kept of the documents used last', async () => {
    const counting = countingPredictor();
    const states = new DocumentStates(counting.predictor, { documents: 2 });
    for (const document of ['d', 'e', 'd', 'f']) await states.at(document, 'a', 'hello');
    counting.read = 0;
    await states.at('d', 'a', 'hello');
    expect(counting.read).toBe(0);
    await states.at('e', 'a', 'hello');
    expect(counting.read).toBeGreaterThan(0);
    counting.read = 0;
    states.forget('e');
    await states.at('e', 'a', 'hello');
    expect(counting.read).toBeGreaterThan(0);
  });
});
