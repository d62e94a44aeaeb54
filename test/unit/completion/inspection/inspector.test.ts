import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contextIds } from '../../../../src/completion/context/contextIds.ts';
import { DocumentStates } from '../../../../src/completion/context/documentStates.ts';
import { LstmPredictor } from '../../../../src/completion/experts/lstmPredictor.ts';
import { featuresOf } from '../../../../src/completion/inspection/features.ts';
import { Inspector } from '../../../../src/completion/inspection/inspector.ts';
import { nextCharacter } from '../../../../src/completion/inspection/nextCharacter.ts';
import type { Predictor } from '../../../../src/completion/predictor.ts';
import type { Policy } from '../../../../src/completion/suggestion/policy.ts';
import { Suggester } from '../../../../src/completion/suggestion/suggester.ts';
import { mixtureOf } from '../../../support/knowledge.ts';
import { randomModel, someCharacters } from '../../../support/models.ts';
import { logSoftmax, type NaiveStep, naiveLstm } from '../../../support/naiveLstm.ts';
import { largestDifference } from '../../../support/numerics.ts';

const shape = { vocabulary: 30, hidden: 8, layers: 2 };
const model = randomModel(shape, { characters: someCharacters(28) });
const BEFORE = 'she said that\n';
/** Longer than what is read in one run. */
const TEXT = 'the sun had come out. '.repeat(8).trimEnd();
const request = { document: 'file:///a', path: 'a.ts', before: BEFORE, text: TEXT };
const never = new AbortController().signal;

let predictor: LstmPredictor;
let inspector: Inspector;

beforeEach(async () => {
  predictor = await LstmPredictor.load(model.bytes);
  inspector = new Inspector(predictor, new DocumentStates(predictor));
});
afterEach(() => predictor.dispose());

/** Everything by the equations: what was read before, and the text. */
function naive(before = BEFORE, text = TEXT): { before: NaiveStep[]; steps: NaiveStep[] } {
  const context = contextIds(predictor.vocabulary, 'a.ts', before);
  const all = naiveLstm(shape, model.parameters, [...context, ...predictor.vocabulary.encode(text)]);
  return { before: all.slice(0, context.length), steps: all.slice(context.length) };
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('a trace', () => {
  it('has surprise, gates and cells as the equations give them', async () => {
    const { before, steps } = naive();
    const ids = [...predictor.vocabulary.encode(TEXT)];
    const trace = await inspector.trace(request, never);
    expect(trace.characters.join('')).toBe(TEXT);
    const logits = [before.at(-1)!, ...steps].map((step) => logSoftmax(step.logits));
    const surprise = ids.map((id, index) => -logits[index]![id]! / Math.LN2);
    expect(largestDifference(Float32Array.from(trace.surprisal), surprise)).toBeLessThan(1e-4);
    for (let layer = 0; layer < shape.layers; layer++) {
      const of = (what: 'i' | 'o' | 'f') => steps.map((step) => mean(step.layers[layer]![what]));
      expect(largestDifference(Float32Array.from(trace.input[layer]!), of('i'))).toBeLessThan(1e-5);
      expect(largestDifference(Float32Array.from(trace.output[layer]!), of('o'))).toBeLessThan(1e-5);
      expect(largestDifference(Float32Array.from(trace.forget[layer]!), of('f'))).toBeLessThan(1e-5);
      const cells = steps.map((step) => mean(step.layers[layer]!.cell.map(Math.abs)));
      expect(largestDifference(Float32Array.from(trace.cell[layer]!), cells)).toBeLessThan(1e-5);
    }
  });

  it('gives a unit after each character', async () => {
    await inspector.trace(request, never);
    const expected = naive().steps.map((step) => step.layers[1]!.cell[3]!);
    expect(largestDifference(Float32Array.from(inspector.unit({ layer: 1, unit: 3 })), expected)).toBeLessThan(1e-5);
    expect(inspector.unit({ layer: 2, unit: 0 })).toEqual([]);
  });

  it.each([0, 1, 63, 64, TEXT.length - 1])('fills in the equations at character %i', async (index) => {
    await inspector.trace(request, never);
    const detail = inspector.character(index)!;
    const { before, steps } = naive();
    const previous = [...before, ...steps][before.length + index - 1]!;
    const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
    for (const [number, layer] of detail.layers.entries()) {
      const naiveLayer = steps[index]!.layers[number]!;
      expect(largestDifference(Float32Array.from(layer.cBefore), previous.layers[number]!.cell)).toBeLessThan(1e-5);
      expect(largestDifference(Float32Array.from(layer.c), naiveLayer.cell)).toBeLessThan(1e-5);
      for (let unit = 0; unit < shape.hidden; unit++) {
        const { zi, zf, zo, zg, i, f, o, g, cBefore, c, h } = layer;
        expect(i[unit]).toBeCloseTo(sigmoid(zi[unit]!), 5);
        expect(f[unit]).toBeCloseTo(sigmoid(zf[unit]!), 5);
        expect(o[unit]).toBeCloseTo(sigmoid(zo[unit]!), 5);
        expect(g[unit]).toBeCloseTo(Math.tanh(zg[unit]!), 5);
        expect(c[unit]).toBeCloseTo(f[unit]! * cBefore[unit]! + i[unit]! * g[unit]!, 5);
        expect(h[unit]).toBeCloseTo(o[unit]! * Math.tanh(c[unit]!), 5);
      }
    }
    expect(detail.expected).toHaveLength(10);
    const after = inspector.character(index + 1);
    if (after !== undefined) expect(after.expected).toEqual(detail.next);
  });

  it('has nothing to say about characters that it does not have', async () => {
    expect(inspector.character(0)).toBeUndefined();
    await inspector.trace(request, never);
    expect(inspector.character(TEXT.length)).toBeUndefined();
  });

  it('ends when nobody waits for it any more', async () => {
    const abort = new AbortController();
    const tracing = inspector.trace(request, abort.signal);
    abort.abort();
    await expect(tracing).rejects.toThrow(/abort/i);
  });
});

describe('the next character', () => {
  it('has the most probable candidates first, and the entropy of them all', async () => {
    const mixture = mixtureOf(predictor.vocabulary, { network: predictor as Predictor });
    const suggester = new Suggester(mixture, new DocumentStates(mixture));
    const policy: Policy = { trigger: 'automatic', maxLength: 10, minimumProbability: 0.9, multiline: false };
    const next = await nextCharacter(suggester, 'a', { path: 'a.ts', before: BEFORE, after: '' }, policy, never);
    expect(next.experts).toMatchObject([{ id: 'lstm', weight: 1, top: next.top }]);
    const probabilities = logSoftmax(naive().before.at(-1)!.logits).map(Math.exp);
    const sorted = [...probabilities].sort((a, b) => b - a).slice(0, 10);
    expect(
      largestDifference(
        Float32Array.from(next.top, ({ probability }) => probability),
        sorted,
      ),
    ).toBeLessThan(1e-5);
    const entropy = -probabilities.reduce((sum, p) => sum + p * Math.log2(p), 0);
    expect(next.entropy).toBeCloseTo(entropy, 4);
  });
});

describe('units', () => {
  const text = '(the sun) had\n  come (out (of it))\n'.repeat(4);

  it('are sorted by the variance of their cell state', async () => {
    const units = await inspector.units({ path: 'a.ts', text });
    expect(units).toHaveLength(shape.layers * shape.hidden);
    const steps = naive('', text).steps;
    for (const { layer, unit, mean: average, variance } of units) {
      const cells = steps.map((step) => step.layers[layer]!.cell[unit]!);
      expect(average).toBeCloseTo(mean(cells), 4);
      expect(variance).toBeCloseTo(mean(cells.map((cell) => (cell - mean(cells)) ** 2)), 4);
    }
    const variances = units.map(({ variance }) => variance);
    expect(variances).toEqual([...variances].sort((a, b) => b - a));
  });

  it('that follow a feature are sorted by correlation', async () => {
    const matches = await inspector.unitsThatFollow('brackets', { path: 'a.ts', text });
    const depth = [...featuresOf(text, 'a.ts').brackets];
    const steps = naive('', text).steps;
    for (const { layer, unit, correlation } of matches) {
      const cells = steps.map((step) => step.layers[layer]!.cell[unit]!);
      expect(correlation).toBeCloseTo(pearson(cells, depth), 4);
    }
    const sizes = matches.map(({ correlation }) => Math.abs(correlation));
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
  });

  it('follow nothing that never changes', async () => {
    expect(await inspector.unitsThatFollow('comments', { path: 'a.ts', text })).toEqual([]);
  });
});

describe('surprise', () => {
  it('is that of a trace from the start of the document', async () => {
    const { offset, bits } = await inspector.surprisals({ path: 'a.ts', text: TEXT }, never);
    const trace = await inspector.trace({ ...request, before: '' }, never);
    expect(offset).toBe(0);
    expect(largestDifference(Float32Array.from(bits), trace.surprisal)).toBeLessThan(1e-4);
  });

  it('is looked for at the end of a long document', async () => {
    const text = `${'the sun\n'.repeat(5000)}out`;
    const { offset, bits } = await inspector.surprisals({ path: 'a.ts', text }, never);
    expect(offset).toBeGreaterThan(0);
    expect(offset + bits.length).toBe(text.length);
    expect(text[offset - 1]).toBe('\n');
  });
});

function pearson(x: readonly number[], y: readonly number[]): number {
  const [mx, my] = [mean(x), mean(y)];
  const covariance = mean(x.map((value, index) => (value - mx) * (y[index]! - my)));
  const deviation = (values: readonly number[], m: number) => Math.sqrt(mean(values.map((value) => (value - m) ** 2)));
  return covariance / (deviation(x, mx) * deviation(y, my));
}
