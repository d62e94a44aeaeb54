import { random } from '../../base/random.ts';
import { header } from '../../corpus/document.ts';
import { SEPARATOR, UNKNOWN } from '../../corpus/vocabulary.ts';
import type { Predictor } from '../predictor.ts';

export interface GenerateOptions {
  /** How the text begins. Default: empty. */
  readonly prompt?: string;
  /**
   * Path that stands before the text, relative to the folder. Without one the prompt stands at the very start of a
   * document, where paths stand: for an empty prompt a path is generated, and then the file to it.
   */
  readonly path?: string;
  /** Code points to generate. Default: 400. */
  readonly length?: number;
  /**
   * Probabilities are raised to the power of 1/temperature: 1 draws from the predictor's own distribution, less prefers
   * what is probable, 0 always takes the most probable character. Default: 0.5.
   */
  readonly temperature?: number;
  /** Default: 1. */
  readonly seed?: number;
  /** Ends the writing between two characters, with the signal's reason thrown. */
  readonly signal?: AbortSignal;
}

/**
 * Text drawn from a predictor, character by character. Unknown characters and separators are never drawn.
 *
 * @returns what follows the prompt
 */
export async function generate<State>(
  predictor: Predictor<State>,
  { prompt = '', path, length = 400, temperature = 0.5, seed = 1, signal }: GenerateOptions = {},
): Promise<string> {
  const uniform = random(seed);
  const before = path === undefined ? prompt : header(path) + prompt;
  let state: State = await predictor.read(predictor.start(), [SEPARATOR, ...predictor.vocabulary.encode(before)]);
  const ids: number[] = [];
  while (ids.length < length) {
    const id = draw(predictor.next(state), temperature, uniform());
    if (id === undefined) break;
    ids.push(id);
    signal?.throwIfAborted();
    const [next] = await predictor.advance([state], [id]);
    state = next!;
  }
  return predictor.vocabulary.decode(ids);
}

/**
 * Id drawn by its probability at a temperature.
 *
 * @param uniform in [0, 1)
 * @returns undefined when no character has any probability
 */
function draw(probabilities: Float32Array, temperature: number, uniform: number): number | undefined {
  const most = mostProbable(probabilities);
  if (most === undefined || temperature <= 0) return most;
  // Divided by the largest, so that a low temperature does not make all of them vanish.
  const weights = Float64Array.from(probabilities, (probability, id) =>
    isCharacter(id) ? (probability / probabilities[most]!) ** (1 / temperature) : 0,
  );
  let left = uniform * weights.reduce((sum, weight) => sum + weight, 0);
  for (let id = 0; id < weights.length; id++) {
    left -= weights[id]!;
    if (left < 0) return id;
  }
  return most; // rounding left a rest
}

function mostProbable(probabilities: Float32Array): number | undefined {
  let most: number | undefined;
  for (let id = 0; id < probabilities.length; id++) {
    if (isCharacter(id) && probabilities[id]! > (most === undefined ? 0 : probabilities[most]!)) most = id;
  }
  return most;
}

function isCharacter(id: number): boolean {
  return id !== UNKNOWN && id !== SEPARATOR;
}
