import type { NumericOption, Options } from '../../protocol/page.ts';

/** Options of which there is no half. */
const WHOLE: ReadonlySet<NumericOption> = new Set(['hidden', 'layers']);

export type Validation =
  | { readonly type: 'valid'; readonly value: number }
  | { readonly type: 'invalid'; readonly minimum: number; readonly maximum: number; readonly isWhole: boolean };

/** Whether a text is a number that an option can have. 0 stands for *automatic*: an empty field, where a size is asked for. */
export function validated(text: string, name: NumericOption, options: Options): Validation {
  const { minimum, maximum } = options.bounds[name];
  const isWhole = WHOLE.has(name);
  if (isWhole && text.trim() === '') return { type: 'valid', value: 0 };
  const value = text.trim() === '' ? Number.NaN : Number(text.trim().replace(',', '.'));
  const lowest = isWhole ? Math.max(1, minimum) : minimum;
  const isValid =
    Number.isFinite(value) && value > 0 && value >= lowest && value <= maximum && (!isWhole || Number.isInteger(value));
  return isValid ? { type: 'valid', value } : { type: 'invalid', minimum: lowest, maximum, isWhole };
}
