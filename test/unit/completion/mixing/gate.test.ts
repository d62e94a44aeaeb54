import { describe, expect, it } from 'vitest';
import { random } from '../../../../src/base/random.ts';
import { Gate, VOICES, type Voice } from '../../../../src/completion/mixing/gate.ts';
import { Vocabulary } from '../../../../src/corpus/vocabulary.ts';

describe('The gate', () => {
  const vocabulary = Vocabulary.fromTexts(['aB(\n'], { minimumCount: 1 });
  const SIZE = vocabulary.size;
  const distribution = (uniform: () => number) => {
    const weights = Array.from({ length: SIZE }, () => uniform() ** 4 + 1e-6);
    const sum = weights.reduce((a, b) => a + b);
    return weights.map((weight) => weight / sum);
  };

  it('gives probabilities that sum to one, whoever speaks, also of what a voice holds impossible', () => {
    const gate = new Gate(vocabulary);
    const uniform = random(1);
    for (let step = 0; step < 1000; step++) {
      const [network, memory, document, words] = VOICES.map(() => distribution(uniform)) as [
        number[],
        number[],
        number[],
        number[],
      ];
      if (step % 7 === 0) network.fill(0).splice(2, 1, 1);
      const heard = {
        network: step % 3 === 1 ? undefined : network,
        memory: { probabilities: memory, matched: step % 25 },
        document: step % 5 === 2 && step % 3 !== 1 ? undefined : { probabilities: document, matched: step % 9 },
        words: step % 5 === 2 && step % 3 !== 1 ? undefined : { probabilities: words, matched: step % 7 },
      };
      const before = Array.from({ length: step % 4 }, (_, index) => (index * step) % SIZE);
      const mixed = gate.mix(heard, before);
      expect(mixed.reduce((a, b) => a + b)).toBeCloseTo(1, 9);
      for (const value of mixed) expect(value).toBeGreaterThan(0);
      gate.learn(step % SIZE);
      const { shares } = gate;
      expect(VOICES.reduce((sum, voice) => sum + shares[voice], 0)).toBeCloseTo(1, 9);
      if (heard.network === undefined) expect(shares.network).toBe(0);
      if (heard.document === undefined) expect(shares.document + shares.words).toBe(0);
    }
  });

  /** Characters of which one voice knows how probable they are; the others guess. */
  function listen(gate: Gate, trusted: Voice, steps: number, seed: number) {
    const uniform = random(seed);
    let [bits, least] = [0, 0];
    for (let step = 0; step < steps; step++) {
      const truth = distribution(uniform);
      let [id, left] = [0, uniform()];
      while (id < SIZE - 1 && left > truth[id]!) left -= truth[id++]!;
      const of = (voice: Voice) => (voice === trusted ? truth : distribution(uniform));
      const remembered = (voice: Voice) => ({ probabilities: of(voice), matched: 3 });
      const [memory, document, words] = [remembered('memory'), remembered('document'), remembered('words')];
      const mixed = gate.mix({ network: of('network'), memory, document, words }, [2, 3]);
      if (step >= steps * 0.6) {
        bits -= Math.log2(mixed[id]!);
        least -= Math.log2(truth[id]!);
      }
      gate.learn(id);
    }
    return { bits, least };
  }

  it.each(VOICES)('learns to listen to the %s where that is the one to be trusted', (trusted) => {
    const gate = new Gate(vocabulary);
    const { bits, least } = listen(gate, trusted, 5000, 2);
    expect(gate.shares[trusted]).toBeGreaterThan(0.7);
    expect(bits).toBeLessThan(least * 1.06);
  });

  it('turns to another when that is the one to be trusted from now on', () => {
    const gate = new Gate(vocabulary);
    listen(gate, 'memory', 20_000, 3);
    const { bits, least } = listen(gate, 'network', 5000, 4);
    expect(gate.shares.network).toBeGreaterThan(0.7);
    expect(bits).toBeLessThan(least * 1.1);
  });
});
