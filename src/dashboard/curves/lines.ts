import { hiddenLines, smoothing } from '../preferences.ts';
import { ends, type Heights, outline, type Range } from './columns.ts';
import { evaluationPlacesOf, placesOf, type ShownRun } from './comparing.ts';
import { type LineStyle, styleOf } from './runColours.ts';
import type { ColumnName } from './runCurve.ts';
import { smoothed } from './smoothing.ts';

/** With more runs than these, lines as they are would hide the smoothed ones. */
const MOST_RAW = 6;

type LineKind = 'raw' | 'smooth' | 'heldOut';

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
  // Without smoothing the line itself is the raw one; the schedule has no noise.
  const isSmoothed = smoothing.value > 0 && column !== 'learningRate';
  const lines = shown.flatMap((one): Line[] => {
    const base = { ...styleOf(one.run.id), run: one.run.id };
    const [x, y] = [placesOf(one), one.curve.columns[column]];
    const made: Line[] = [];
    if (!isHidden('train') || column !== 'trainBits') {
      if (isSmoothed && shown.length <= MOST_RAW) {
        made.push({ ...base, kind: 'raw', heights: outline(x, y, range, columns) });
      }
      const heights = isSmoothed
        ? ends(x, smoothedOnce(one, column, smoothing.value), range, columns)
        : outline(x, y, range, columns);
      made.push({ ...base, kind: 'smooth', heights });
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

interface Smoothed {
  readonly version: number;
  readonly weight: number;
  readonly values: readonly number[];
}

/** What was last smoothed of each column: of twenty runs nineteen do not grow. */
const known = new WeakMap<readonly number[], Smoothed>();

function smoothedOnce({ curve }: ShownRun, column: ColumnName, weight: number): readonly number[] {
  const values = curve.columns[column];
  const { version } = curve;
  let found = known.get(values);
  if (found?.version !== version || found.weight !== weight) {
    found = { version, weight, values: smoothed(values, weight) };
    known.set(values, found);
  }
  return found.values;
}
