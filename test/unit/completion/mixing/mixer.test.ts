import { describe, expect, it } from 'vitest';
import { random } from '../../../../src/base/random.ts';
import type { ExpertOutput } from '../../../../src/completion/experts/expert.ts';
import { type Mix, Mixer } from '../../../../src/completion/mixing/mixer.ts';
import { Vocabulary } from '../../../../src/corpus/vocabulary.ts';

const IDS = ['lstm', 'workspace', 'document', 'words'] as const;
type Id = (typeof IDS)[number];
const initialWeights = [0.5, 0.5] as const;
const PAIRS = [
  ['lstm', 'workspace'],
  ['lstm', 'document'],
  ['lstm', 'words'],
  ['workspace', 'document'],
  ['workspace', 'words'],
].map(([first, second]) => ({ first: first!, second: second!, initialWeights }));

describe('The mixer', () => {
  const vocabulary = Vocabulary.fromTexts(['aB(\n'], { minimumCount: 1 });
  const SIZE = vocabulary.size;
  const distribution = (uniform: () => number) => {
    const weights = Array.from({ length: SIZE }, () => uniform() ** 4 + 1e-6);
    const sum = weights.reduce((a, b) => a + b);
    return weights.map((weight) => weight / sum);
  };
  const outputsOf = (outputs: Partial<Record<Id, ExpertOutput | undefined>>) =>
    new Map(Object.entries(outputs).flatMap(([id, output]) => (output === undefined ? [] : [[id, output] as const])));

  it('gives probabilities that sum to one, whoever has an output, also of what an expert holds impossible', () => {
    const mixer = new Mixer(vocabulary, PAIRS);
    const uniform = random(1);
    for (let step = 0; step < 1000; step++) {
      const [network, workspace, document, words] = IDS.map(() => distribution(uniform)) as [
        number[],
        number[],
        number[],
        number[],
      ];
      if (step % 7 === 0) network.fill(0).splice(2, 1, 1);
      const isAlone = step % 5 === 2 && step % 3 !== 1;
      const outputs = outputsOf({
        lstm: step % 3 === 1 ? undefined : { probabilities: network },
        workspace: { probabilities: workspace, matched: step % 25 },
        document: isAlone ? undefined : { probabilities: document, matched: step % 9 },
        words: isAlone ? undefined : { probabilities: words, matched: step % 7 },
      });
      const before = Array.from({ length: step % 4 }, (_, index) => (index * step) % SIZE);
      const mix = mixer.mix(outputs, before);
      expect(mix.probabilities.reduce((a, b) => a + b)).toBeCloseTo(1, 9);
      for (const value of mix.probabilities) expect(value).toBeGreaterThan(0);
      mixer.learn(mix, step % SIZE);
      const weights = mixer.weightsOf(mix);
      expect([...weights.values()].reduce((a, b) => a + b)).toBeCloseTo(1, 9);
      expect([...weights.keys()].sort()).toEqual([...outputs.keys()].sort());
    }
  });

  it('gives mixes that are values: what is learnt of one changes none', () => {
    const mixer = new Mixer(vocabulary, PAIRS);
    const uniform = random(5);
    const outputs = outputsOf({
      lstm: { probabilities: distribution(uniform) },
      workspace: { probabilities: distribution(uniform), matched: 3 },
    });
    const [first, other] = [mixer.mix(outputs, [2]), mixer.mix(outputs, [3, 2])];
    const kept = structuredClone(first);
    mixer.learn(first, 2);
    const again = mixer.mix(outputs, [2]).probabilities;
    expect(again[2]).toBeGreaterThan(kept.probabilities[2]!);
    mixer.learn(other, 1);
    expect(structuredClone(first)).toEqual(kept);
  });

  it('gives the same probabilities alone as with all that is learnt from, and changes none that it gave', () => {
    const mixer = new Mixer(vocabulary, PAIRS);
    const uniform = random(6);
    const given: { readonly alone: Float32Array; readonly expected: Float32Array }[] = [];
    for (let step = 0; step < 200; step++) {
      const [lstm, workspace, document] = [distribution(uniform), distribution(uniform), distribution(uniform)];
      const outputs = outputsOf({
        lstm: { probabilities: lstm },
        workspace: { probabilities: workspace, matched: step % 25 },
        document: step % 3 === 0 ? undefined : { probabilities: document, matched: step % 9 },
      });
      const before = [step % SIZE];
      const alone = mixer.probabilities(outputs, before);
      const mix = mixer.mix(outputs, before);
      given.push({ alone, expected: Float32Array.from(mix.probabilities) });
      mixer.learn(mix, step % SIZE);
    }
    for (const { alone, expected } of given) expect(alone).toEqual(expected);
  });

  it('mixes no experts that are no pair', () => {
    const mixer = new Mixer(vocabulary, PAIRS);
    const outputs = outputsOf({ document: { probabilities: [1] }, words: { probabilities: [1] } });
    expect(() => mixer.mix(outputs, [])).toThrow('document, words');
  });

  /** Characters of which one expert knows how probable they are; the others guess. */
  function listen(mixer: Mixer, trusted: Id, steps: number, seed: number) {
    const uniform = random(seed);
    let [bits, least] = [0, 0];
    let mix: Mix | undefined;
    for (let step = 0; step < steps; step++) {
      const truth = distribution(uniform);
      let [id, left] = [0, uniform()];
      while (id < SIZE - 1 && left > truth[id]!) left -= truth[id++]!;
      const of = (one: Id) => (one === trusted ? truth : distribution(uniform));
      const counted = (one: Id) => ({ probabilities: of(one), matched: 3 });
      const [workspace, document, words] = [counted('workspace'), counted('document'), counted('words')];
      mix = mixer.mix(outputsOf({ lstm: { probabilities: of('lstm') }, workspace, document, words }), [2, 3]);
      if (step >= steps * 0.6) {
        bits -= Math.log2(mix.probabilities[id]!);
        least -= Math.log2(truth[id]!);
      }
      mixer.learn(mix, id);
    }
    return { bits, least, weight: mixer.weightsOf(mix!).get(trusted)! };
  }

  it.each(IDS)('learns to weigh the expert %s most where that is the one to be trusted', (trusted) => {
    const { bits, least, weight } = listen(new Mixer(vocabulary, PAIRS), trusted, 5000, 2);
    expect(weight).toBeGreaterThan(0.7);
    expect(bits).toBeLessThan(least * 1.06);
  });

  it('turns to another when that is the one to be trusted from now on', () => {
    const mixer = new Mixer(vocabulary, PAIRS);
    listen(mixer, 'workspace', 20_000, 3);
    const { bits, least, weight } = listen(mixer, 'lstm', 5000, 4);
    expect(weight).toBeGreaterThan(0.7);
    expect(bits).toBeLessThan(least * 1.1);
  });
});
