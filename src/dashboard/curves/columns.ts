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
  eachColumn(x, y, range, columns, (column, points) => {
    let [low, high] = [points[0]!, points[0]!];
    for (const point of points) {
      if (y[point]! < y[low]!) low = point;
      if (y[point]! > y[high]!) high = point;
    }
    heights[2 * column] = y[Math.min(low, high)]!;
    if (low !== high) heights[2 * column + 1] = y[Math.max(low, high)]!;
  });
  return heights;
}

/** The last of each column: enough for a curve that is smooth. */
export function ends(x: readonly number[], y: readonly number[], range: Range, columns: number): Heights {
  const heights: Heights = new Array(2 * columns).fill(null);
  eachColumn(x, y, range, columns, (column, points) => {
    heights[2 * column] = y[points.at(-1)!]!;
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

function eachColumn(
  x: readonly number[],
  y: readonly number[],
  [from, to]: Range,
  columns: number,
  visit: (column: number, points: readonly number[]) => void,
): void {
  const columnOf = (place: number) =>
    Math.min(columns - 1, Math.max(0, Math.floor(((place - from) / (to - from)) * columns)));
  let points: number[] = [];
  let current = -1;
  // One point beyond each side, so that the line goes on to the edge.
  const first = Math.max(0, pointAt(x, from));
  for (let index = first; index < x.length; index++) {
    if (!Number.isFinite(y[index]!)) continue;
    const column = columnOf(x[index]!);
    if (column !== current) {
      if (points.length > 0) visit(current, points);
      points = [];
      current = column;
    }
    points.push(index);
    if (x[index]! > to) break;
  }
  if (points.length > 0) visit(current, points);
}
