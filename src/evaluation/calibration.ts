import type { Policy } from '../completion/suggestion/policy.ts';
import type { Document } from '../corpus/document.ts';
import { inHashOrder } from '../corpus/split.ts';
import type { EvaluatedKnowledge } from './knowledge.ts';
import { type SimulationOptions, typedPart } from './simulate.ts';

/** Policy by which every candidate is compared, also those that would wait; less probable ones are never shown. */
const SHOWING_ALL = { minimumProbability: 0.05, costs: { contradictionCost: 0, smallestSaving: 0 } };
const BINS = 10;

/** Agreement of the probabilities that suggestions are right with the part of them that is. */
export interface Calibration {
  /** Number of suggestions: the best at each place, worth showing or not. */
  readonly candidates: number;
  /** Mean distance, over bins of equally many candidates, of their mean probability and the part that was right. */
  readonly expectedCalibrationError: number;
  readonly bins: readonly Bin[];
}

interface Bin {
  /** Mean probability of the candidates. */
  readonly probability: number;
  /** Part of the candidates that was right. */
  readonly right: number;
}

/** Types documents without accepting anything, and compares each continuation that is found with what comes. */
export async function calibration(
  { suggester, begin }: EvaluatedKnowledge,
  documents: readonly Document[],
  { characters, ...wish }: SimulationOptions,
): Promise<Calibration> {
  const { mixture } = suggester;
  const policy: Policy = { ...wish, trigger: 'automatic', ...SHOWING_ALL };
  const candidates: { readonly probability: number; readonly isRight: boolean }[] = [];
  let left = characters;
  for (const document of inHashOrder(documents)) {
    if (left <= 0) break;
    const { symbols, ids, first } = typedPart(document, mixture.vocabulary, left);
    left -= symbols.length;
    let state = begin(document.path);
    for (const [position, id] of ids.entries()) {
      if (position >= first) {
        const [found] = await suggester.continuationsAt(state, {}, policy);
        if (found !== undefined) {
          const comes = symbols.slice(position - first, position - first + [...found.text].length).join('');
          candidates.push({ probability: found.probability, isRight: comes === found.text });
        }
      }
      mixture.trainMixer(mixture.predict(state), id);
      mixture.learn(state, id);
      state = await mixture.read(state, [id]);
    }
  }
  return calibrationOf(candidates);
}

/** Source: Naeini et al., "Obtaining well calibrated probabilities using Bayesian binning", 2015, with equal-count bins. */
function calibrationOf(
  candidates: readonly { readonly probability: number; readonly isRight: boolean }[],
): Calibration {
  const sorted = [...candidates].sort((a, b) => a.probability - b.probability);
  const bins: Bin[] = [];
  let error = 0;
  for (let bin = 0; bin < BINS; bin++) {
    const within = sorted.slice((bin * sorted.length) / BINS, ((bin + 1) * sorted.length) / BINS);
    if (within.length === 0) continue;
    const probability = within.reduce((sum, one) => sum + one.probability, 0) / within.length;
    const right = within.filter(({ isRight }) => isRight).length / within.length;
    bins.push({ probability, right });
    error += (within.length / sorted.length) * Math.abs(probability - right);
  }
  return { candidates: sorted.length, expectedCalibrationError: error, bins };
}
