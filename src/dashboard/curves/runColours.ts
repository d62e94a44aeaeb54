/** The theme's colours for charts, most different first. */
const COLOURS = ['blue', 'orange', 'green', 'purple', 'red', 'yellow'].map((name) => `--vscode-charts-${name}`);
/** How a line is broken when all colours are taken: lengths of strokes and gaps, pixels. */
const DASHES: readonly (readonly number[])[] = [[], [6, 3], [2, 3], [8, 3, 2, 3]];

export interface LineStyle {
  /** A theme variable. */
  readonly colour: string;
  readonly dash: readonly number[];
}

const taken = new Map<string, number>();

/** A run keeps its style as long as the page lives, whichever runs come and go. */
export function styleOf(run: string): LineStyle {
  const index = taken.get(run) ?? taken.size;
  taken.set(run, index);
  return {
    colour: COLOURS[index % COLOURS.length]!,
    dash: DASHES[Math.floor(index / COLOURS.length) % DASHES.length]!,
  };
}
