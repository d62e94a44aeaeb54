/** A range of the horizontal axis. */
export type Range = readonly [from: number, to: number];
/** `null` where there is nothing: what uPlot draws a line over. */
export type Heights = (number | null)[];

/**
 * Where points can be in a picture of so many columns: two places in each. Every curve is put on the same places, so
 * that twenty runs of ten thousand points cost no more than what can be seen of them.
 */
export function places([from, to]: Range, columns: number): number[] {
  const width = (to - from) / (2 * columns);
  return Array.from({ length: 2 * columns }, (_, index) => from + (index + 0.5) * width);
}

/** Lowest and highest of each column, in their order: the line through them looks like that through all points. */
export function outline(x: readonly number[], y: readonly number[], range: Range, columns: number): Heights {
  const heights: Heights = new Array(2 * columns).fill(null);
  eachPoint(x, y, range, columns, (column, value) => {
    const [first, second] = [heights[2 * column]!, heights[2 * column + 1]!];
    if (first === null) {
      heights[2 * column] = value;
    } else if (second === null) {
      if (value !== first) heights[2 * column + 1] = value;
    } else if (value < Math.min(first, second) || value > Math.max(first, second)) {
      // What is farthest on the other side stays, and came before.
      const isLowest = value < Math.min(first, second);
      heights[2 * column] = isLowest ? Math.max(first, second) : Math.min(first, second);
      heights[2 * column + 1] = value;
    }
  });
  return heights;
}

/** The last of each column: enough for a curve that is smooth. */
export function ends(x: readonly number[], y: readonly number[], range: Range, columns: number): Heights {
  const heights: Heights = new Array(2 * columns).fill(null);
  eachPoint(x, y, range, columns, (column, value) => {
    heights[2 * column] = value;
  });
  return heights;
}

/** The point at or before a place, -1 before all of them; `x` ascends. */
export function pointAt(x: readonly number[], place: number): number {
  let [low, high] = [0, x.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (x[middle]! <= place) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Visits points in their order, and one beyond each side of the range: the line is to go on to the edge. */
function eachPoint(
  x: readonly number[],
  y: readonly number[],
  [from, to]: Range,
  columns: number,
  visit: (column: number, value: number) => void,
): void {
  const scale = columns / (to - from);
  for (let index = Math.max(0, pointAt(x, from)); index < x.length; index++) {
    const [place, value] = [x[index]!, y[index]!];
    if (Number.isFinite(value)) {
      visit(Math.min(columns - 1, Math.max(0, Math.floor((place - from) * scale))), value);
    }
    if (place > to) return;
  }
}
