import type { Curve } from '../../protocol/runs.ts';

export type ColumnName = keyof Curve;

/** The curve of one run, which grows at its end. */
export class RunCurve {
  readonly columns: Readonly<Record<ColumnName, number[]>> = {
    step: [],
    seconds: [],
    epochs: [],
    trainBits: [],
    learningRate: [],
    gradientNorm: [],
    charactersPerSecond: [],
  };

  /** Goes up with every change. */
  version = 0;

  get length(): number {
    return this.columns.step.length;
  }

  /** Replaces everything from an index on: a run that is resumed goes back to its checkpoint. */
  put(from: number, points: Curve): void {
    this.version++;
    for (const [name, column] of Object.entries(this.columns)) {
      column.length = Math.min(column.length, from);
      for (const value of points[name as ColumnName]) column.push(value);
    }
  }
}
