import { hiddenLines, smoothing } from '../preferences.ts';
import { ends, type Heights, outline, type Range } from './columns.ts';
import { evaluationPlacesOf, placesOf, type ShownRun } from './comparing.ts';
import { type LineStyle, styleOf } from './runColours.ts';
import type { ColumnName } from './runCurve.ts';
import { smoothed } from './smoothing.ts';

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
  const weight = smoothing.value;
  const lines = shown.flatMap((one): Line[] => {
    const [x, y] = [placesOf(one), one.curve.columns[column]];
    const base = { ...styleOf(one.run.id), run: one.run.id };
    const made: Line[] = [];
    if (!isHidden('train') || column !== 'trainBits') {
      // Without smoothing the line itself is the raw one; the schedule has no noise.
      const isRaw = weight === 0 || column === 'learningRate';
      if (!isRaw) made.push({ ...base, kind: 'raw', heights: outline(x, y, range, columns) });
      made.push({
        ...base,
        kind: 'smooth',
        heights: isRaw ? outline(x, y, range, columns) : ends(x, smoothed(y, weight), range, columns),
      });
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
