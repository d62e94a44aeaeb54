import { availableParallelism } from 'node:os';
import { UserFacingError } from '../base/errors.ts';

export interface NumberRule {
  readonly option: string;
  readonly minimum: number;
  readonly maximum: number;
  /** Fractions are refused. */
  readonly whole?: boolean;
}

/**
 * Parser of a numeric option for commander.
 *
 * @throws UserFacingError (usage) for what is no number or outside the bounds
 */
export function numberWithin({ option, minimum, maximum, whole = false }: NumberRule): (text: string) => number {
  return (text) => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (Number.isFinite(value) && value >= minimum && value <= maximum && (!whole || Number.isInteger(value))) {
      return value;
    }
    const kind = whole ? 'a whole number' : 'a number';
    throw new UserFacingError(`--${option} must be ${kind} from ${minimum} to ${maximum}, not "${text}".`, 'usage');
  };
}

/** Threads by default: half the cores, at least one, as a machine that trains is a machine somebody works on. */
export function defaultThreads(): number {
  return Math.max(1, Math.floor(availableParallelism() / 2));
}

export const threadsRule: NumberRule = { option: 'threads', minimum: 1, maximum: 256, whole: true };
export const seedRule: NumberRule = { option: 'seed', minimum: 0, maximum: 2 ** 31 - 1, whole: true };
