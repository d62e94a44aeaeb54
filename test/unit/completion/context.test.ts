import { describe, expect, it } from 'vitest';
import { CONTEXT_LENGTH, stateAtCursor } from '../../../src/completion/context.ts';
import { SEPARATOR, Vocabulary } from '../../../src/corpus/vocabulary.ts';
import { tablePredictor } from '../../support/tablePredictor.ts';

const vocabulary = Vocabulary.fromJSON({ characters: '\nabcxyz./😀' });
const predictor = tablePredictor(vocabulary, () => new Float32Array(vocabulary.size));

/** What the predictor reads after the separator. */
async function readAtCursor(path: string, before: string): Promise<string> {
  const [first, ...ids] = await stateAtCursor(predictor, path, before);
  expect(first).toBe(SEPARATOR);
  return vocabulary.decode(ids);
}

describe('the state at a cursor', () => {
  it('comes from separator, path and the text before, as in training', async () => {
    expect(await readAtCursor('b/a.c', 'ab\nc')).toBe('b/a.c\nab\nc');
  });

  it('does not depend on how lines end', async () => {
    expect(await readAtCursor('a', 'a\r\nb\rc')).toBe('a\na\nb\nc');
  });

  it('comes from the last part of a long text, from a start of a line near the cut', async () => {
    const lines = 'abcxyz\n'.repeat(CONTEXT_LENGTH);
    const read = await readAtCursor('a', lines);
    expect(read.length).toBeGreaterThan(CONTEXT_LENGTH - 7);
    expect(read.startsWith('a\nabcxyz\nabcxyz\n')).toBe(true);
  });

  it('comes from the middle of a line when that is very long', async () => {
    const read = await readAtCursor('a', `${'x'.repeat(3 * CONTEXT_LENGTH)}\nabc`);
    expect(read).toBe(`a\n${'x'.repeat(CONTEXT_LENGTH - 4)}\nabc`);
  });

  it('never begins in the middle of a character', async () => {
    const read = await readAtCursor('a', `${'😀'.repeat(CONTEXT_LENGTH)}x`);
    expect(read).toBe(`a\n${'😀'.repeat(CONTEXT_LENGTH / 2 - 1)}x`);
  });
});
