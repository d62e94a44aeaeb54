import { axis, hiddenLines, smoothing } from '../preferences.ts';
import { ends, type Heights, outline, type Range } from './columns.ts';
import { evaluationPlacesOf, placesOf, type ShownRun } from './comparing.ts';
import { type LineStyle, styleOf } from './runColours.ts';
import type { ColumnName } from './runCurve.ts';
import { smoothed } from './smoothing.ts';

/** With more runs than these, lines as they are would hide the smoothed ones. */
const MOST_RAW = 6;

export type LineKind = 'raw' | 'smooth' | 'heldOut';

/** One line of a picture. */
export interface Line extends LineStyle {
  readonly kind: LineKind;
  readonly run: string;
  readonly heights: Heights;
}

/** A picture's lines, over the same places. The faint ones come first, so that they lie below. */
export function linesOf(
  shown: readonly ShownRun[],
  column: ColumnName,
  range: Range,
  columns: number,
): readonly Line[] {
  const isHidden = (kind: string) => hiddenLines.value.includes(kind);
  const lines = shown.flatMap((one): Line[] => {
    const base = { ...styleOf(one.run.id), run: one.run.id };
    const made: Line[] = [];
    if (!isHidden('train') || column !== 'trainBits') {
      const { raw, smooth } = heightsOf(one, column, range, columns, smoothing.value);
      if (raw !== undefined && shown.length <= MOST_RAW) made.push({ ...base, kind: 'raw', heights: raw });
      made.push({ ...base, kind: 'smooth', heights: smooth });
    }
    if (column === 'trainBits' && !isHidden('heldOut')) {
      const bits = one.evaluations.map(({ heldOutBits }) => heldOutBits);
      made.push({ ...base, kind: 'heldOut', heights: ends(evaluationPlacesOf(one), bits, range, columns) });
    }
    return made;
  });
  const order: readonly LineKind[] = ['raw', 'smooth', 'heldOut'];
  return lines.sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
}

interface TrainHeights {
  /** Undefined where the smooth line is the raw one. */
  readonly raw: Heights | undefined;
  readonly smooth: Heights;
}

/** What was last computed from a column: of twenty runs nineteen do not grow. */
const known = new WeakMap<readonly number[], { readonly key: string; readonly heights: TrainHeights }>();

function heightsOf(shown: ShownRun, column: ColumnName, range: Range, columns: number, weight: number): TrainHeights {
  const [x, y] = [placesOf(shown), shown.curve.columns[column]];
  const key = [shown.curve.version, axis.value, weight, columns, ...range].join(' ');
  const found = known.get(y);
  if (found?.key === key) return found.heights;
  // Without smoothing the line itself is the raw one; the schedule has no noise.
  const isRaw = weight === 0 || column === 'learningRate';
  const heights = isRaw
    ? { raw: undefined, smooth: outline(x, y, range, columns) }
    : { raw: outline(x, y, range, columns), smooth: ends(x, smoothed(y, weight), range, columns) };
  known.set(y, { key, heights });
  return heights;
}
