import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect } from 'vitest';
import { LstmPredictor } from '../../../src/completion/experts/lstmPredictor.ts';
import { encodeDocument } from '../../../src/corpus/documents.ts';
import { chainModel, randomModel } from '../../support/models.ts';
import { missingInPython, PYTHON, PYTHON_ENVIRONMENT } from '../../support/python.ts';
import { it } from '../fixtures.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const SCRIPT = join(root, 'interop', 'onnxruntime', 'next_character.py');
const ALPHABET = [...'abcdefghijklmnopqrstuvwxyz\n./ü漢😀'];

describe('the example in docs/team-models.md', () => {
  it('is the script that can be run', () => {
    const [, shown] = /```python\n([\s\S]*?)```/.exec(readFileSync(join(root, 'docs', 'team-models.md'), 'utf8'))!;
    expect(shown).toBe(readFileSync(SCRIPT, 'utf8'));
  });

  const missing = missingInPython('numpy', 'onnxruntime');

  async function run(folder: string, model: Uint8Array, text: string): Promise<string[]> {
    const path = join(folder, 'model.onnx');
    await writeFile(path, model);
    const output = execFileSync(PYTHON, [SCRIPT, path, 'src/a.ts', text], {
      encoding: 'utf8',
      env: { ...PYTHON_ENVIRONMENT, PYTHONUTF8: '1' },
    });
    return output.split('\n');
  }

  it.skipIf(missing !== '')(`expects what Inkling expects${missing}`, async ({ folder }) => {
    const { bytes } = randomModel({ vocabulary: ALPHABET.length + 2, hidden: 12, layers: 2 }, { characters: ALPHABET });
    const text = 'a ü漢😀\nunknown: §';
    const lines = await run(folder, bytes, text);
    const predictor = await LstmPredictor.load(bytes);
    const { vocabulary } = predictor;
    const state = await predictor.read(predictor.start(), encodeDocument(vocabulary, { path: 'src/a.ts', text }));
    const probabilities = predictor.next(state);
    await predictor.dispose();
    const likeliest = Array.from(probabilities.toSorted((a, b) => b - a).slice(0, 10), (one) => one.toFixed(4));
    expect(lines.slice(0, 10).map((line) => line.slice(0, 6))).toEqual(likeliest);
    const best = vocabulary.characterOf(probabilities.indexOf(Math.max(...probabilities)));
    expect(lines[0]).toBe(`${likeliest[0]} '${best === '\n' ? '\\n' : best}'`);
  });

  it.skipIf(missing !== '')(`goes on as the model has learnt to${missing}`, async ({ folder }) => {
    const lines = await run(folder, chainModel(ALPHABET), 'abc');
    expect(lines[0]).toBe("1.0000 'd'");
    expect(lines.slice(10).join('\n')).toMatch(/^defghijklmnopqrstuvwxyz\n\.\/ü漢😀abc/);
  });
});
