import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { initialParameters } from '../../../src/lstm/initialise.ts';
import { parameterSlots, slotView } from '../../../src/lstm/network.ts';
import type { Plan } from '../../../src/protocol/trainerState.ts';
import { planOf } from '../../../src/training/plan.ts';
import { warmUpCosine } from '../../../src/training/schedule.ts';
import { missingInPython, runInterop } from '../../support/python.ts';

const PYTORCH = fileURLToPath(new URL('../../../interop/pytorch', import.meta.url));
const CHARACTERS = 10_000_000;

/** What train.py decides: plans, and learning rates by how much of the budget is used up. */
interface Decided {
  readonly plans: readonly Record<string, number>[];
  readonly rates: readonly number[];
}

/** What Inkling decides for a default training that reads all the text so often. */
function planFor(hidden: number, epochs: number): Plan {
  const options = { recipe: 'default', budget: { epochs }, threads: 1, seed: 1, hidden } as const;
  return planOf(options, 100, CHARACTERS, { hidden, layers: 1, epochs });
}

const withoutPython = missingInPython();
const withoutPyTorch = missingInPython('numpy', 'torch', 'safetensors');

describe.skipIf(withoutPython)(`train.py and Inkling, where nothing is asked for${withoutPython}`, () => {
  const hiddens = [1, 128, 163, 164, 256, 511, 512, 1024];
  const epochs = [0.5, 1, 1.99, 2, 4.99, 5, 7.99, 8, 20];
  const networks = hiddens.flatMap((hidden) => epochs.map((times) => ({ hidden, epochs: times })));
  const PEAK = 0.016;
  const fractions = Array.from({ length: 102 }, (_, index) => index / 100); // to just beyond the budget
  const STEPS = { hidden: 512, batch: 100, time_steps: 50 };
  const others = [{ ...STEPS, steps: (5 * CHARACTERS) / (100 * 50) }, { ...STEPS, minutes: 10_000 }, {}];
  let folder: string;
  let plans: Decided['plans'];
  let rates: Decided['rates'];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'inkling-defaults-'));
    const path = join(folder, 'cases.json');
    const cases = { characters: CHARACTERS, options: [...networks, ...others], peak: PEAK, fractions };
    await writeFile(path, JSON.stringify(cases));
    ({ plans, rates } = await runInterop<Decided>('training_plan.py', PYTORCH, path));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each(hiddens)('plan the same for %i hidden units, however often the text is read', (hidden) => {
    const planned = plans.slice(0, networks.length).filter((plan) => plan['hidden'] === hidden);
    expect(planned).toMatchObject(
      epochs.map((times) => {
        const { shape, graph, learningRate } = planFor(hidden, times);
        return {
          layers: shape.layers,
          time_steps: graph.timeSteps,
          learning_rate: learningRate,
          dropout: graph.dropout,
          seed: 1,
        };
      }),
    );
  });

  it('count the epochs of steps, and none where only the time is known', () => {
    const [steps, minutes] = plans.slice(networks.length);
    expect(steps).toMatchObject({ dropout: planFor(512, 5).graph.dropout });
    expect(steps!['dropout']).toBeGreaterThan(0);
    expect(minutes).toMatchObject({ dropout: 0 });
  });

  it('differ in lanes, and in that train.py has a size', () => {
    expect(plans.at(-1)).toMatchObject({ batch: 128, hidden: 512, layers: 1 });
    expect(planFor(512, 1).graph.batch).toBe(32);
  });

  it('have the same learning rate at any part of the budget', () => {
    expect(rates).toHaveLength(fractions.length);
    for (const [index, fraction] of fractions.entries()) {
      expect(rates[index], String(fraction)).toBeCloseTo(warmUpCosine(PEAK, fraction), 15);
    }
  });
});

describe.skipIf(withoutPyTorch)(`the network that train.py begins with${withoutPyTorch}`, () => {
  const shape = { vocabulary: 60, hidden: 32, layers: 2 };
  let begun: { adam: object; tensors: Record<string, { least: number; most: number; sum: number }> };

  beforeAll(async () => {
    begun = await runInterop('initial_network.py', PYTORCH, ...Object.values(shape).map(String));
  });

  it('has the optimizer of Inkling', () => {
    expect({ kind: 'adam', ...begun.adam }).toEqual(planFor(256, 1).graph.optimizer);
  });

  it('has weights from the same ranges as in Inkling, and the same biases', () => {
    const parameters = initialParameters(shape, 1);
    const names: Record<string, string> = {
      'output.W': 'output.weight',
      'output.B': 'output.bias',
      ...Object.fromEntries(
        [0, 1].flatMap((layer) => [
          [`lstm.${layer}.W`, `lstm.weight_ih_l${layer}`],
          [`lstm.${layer}.R`, `lstm.weight_hh_l${layer}`],
          [`lstm.${layer}.B`, `lstm.bias_ih_l${layer}`],
        ]),
      ),
    };
    for (const slot of parameterSlots(shape)) {
      const values = slotView(parameters, slot);
      const { least, most, sum } = begun.tensors[names[slot.name]!]!;
      const [ourLeast, ourMost] = [Math.min(...values), Math.max(...values)];
      if (slot.name.endsWith('.B')) {
        expect({ least, most, sum }, slot.name).toEqual({
          least: ourLeast,
          most: ourMost,
          sum: values.reduce((total, value) => total + value, 0),
        });
      } else {
        // Of more than a thousand numbers drawn, the most and the least are within a hundredth of the bounds.
        expect(Math.abs(most / ourMost - 1), slot.name).toBeLessThan(0.01);
        expect(Math.abs(least / ourLeast - 1), slot.name).toBeLessThan(0.01);
      }
    }
  });
});
