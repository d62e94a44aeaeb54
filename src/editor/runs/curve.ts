import type { Curve, StoredCurve } from '../../protocol/runs.ts';

/** Where a point ends. */
const ENDS = ['step', 'seconds', 'epochs'] as const;
/** Means over a point's steps. */
const MEANS = ['trainBits', 'learningRate', 'gradientNorm'] as const;

export const COLUMNS: readonly (keyof Curve)[] = [...ENDS, ...MEANS, 'charactersPerSecond'];

/** One row: means over the steps since the row before it, and where it ends. */
export type CurvePoint = { readonly [Column in keyof Curve]: number };

export const MOST_POINTS = 10_000;

/**
 * The points of a run, a bounded number of them: when there is no room for more, each two neighbours become one, and
 * from then on it takes twice as many to make one.
 */
export class GrowingCurve {
  readonly #maximum: number;
  /** The step before the first point's. */
  readonly #origin: number;
  readonly #columns: Record<keyof Curve, number[]>;
  /** How many points that were told make one that is kept. */
  #stride = 1;
  /** How many the last one is made of. */
  #inLast = 0;

  /**
   * @param origin the step that the run begins with
   * @param maximum points that are kept, an even number
   */
  constructor(origin = 0, maximum = MOST_POINTS) {
    this.#origin = origin;
    this.#maximum = maximum;
    this.#columns = columnsFrom(() => []);
  }

  /** @throws when it is not what {@link store} gave */
  static restore({ origin, stride, inLast, columns }: StoredCurve): GrowingCurve {
    const curve = new GrowingCurve(numberFrom(origin));
    curve.#stride = numberFrom(stride);
    curve.#inLast = numberFrom(inLast);
    for (const name of COLUMNS) {
      const { buffer, byteOffset, byteLength } = Buffer.from(columns[name], 'base64');
      curve.#columns[name] = Array.from(new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength)));
    }
    const { length } = curve;
    if (length > MOST_POINTS || COLUMNS.some((name) => curve.#columns[name].length !== length)) {
      throw new Error('Its columns do not belong together.');
    }
    return curve;
  }

  store(): StoredCurve {
    const columns = columnsFrom((name) =>
      Buffer.from(Float32Array.from(this.#columns[name]).buffer).toString('base64'),
    );
    return { origin: this.#origin, stride: this.#stride, inLast: this.#inLast, columns };
  }

  get length(): number {
    return this.#columns.step.length;
  }

  /** The points from an index on. */
  points(from = 0): Curve {
    return columnsFrom((name) => this.#columns[name].slice(from));
  }

  /** @returns the index from which on points have changed */
  append(point: CurvePoint): number {
    const last = this.length - 1;
    if (last >= 0 && this.#inLast < this.#stride) {
      this.#push(point);
      this.#merge(last, last, last + 1);
      this.#cut(last + 1);
      this.#inLast++;
      return last;
    }
    const isFull = this.length >= this.#maximum;
    if (isFull) this.#halve();
    this.#push(point);
    this.#inLast = 1;
    return isFull ? 0 : this.length - 1;
  }

  /**
   * Forgets what lies after a step.
   *
   * @returns the number of points that are left
   */
  cutAfter(step: number): number {
    const end = this.#columns.step.findIndex((other) => other > step);
    if (end === -1) return this.length;
    this.#cut(end);
    this.#inLast = this.#stride;
    return end;
  }

  #halve(): void {
    const pairs = this.length / 2;
    for (let pair = 0; pair < pairs; pair++) this.#merge(pair, 2 * pair, 2 * pair + 1);
    this.#cut(pairs);
    this.#stride *= 2;
  }

  /**
   * Makes one point of two neighbours, in place: means are weighted by steps, speeds by the time that these took.
   *
   * @param into where it goes; the points before are merged already
   */
  #merge(into: number, first: number, second: number): void {
    const { step, charactersPerSecond: speed } = this.#columns;
    const a = step[first]! - (into === 0 ? this.#origin : step[into - 1]!);
    const b = step[second]! - step[first]!;
    speed[into] = (a + b) / (a / speed[first]! + b / speed[second]!);
    for (const name of MEANS) {
      const column = this.#columns[name];
      column[into] = (a * column[first]! + b * column[second]!) / (a + b);
    }
    for (const name of ENDS) this.#columns[name][into] = this.#columns[name][second]!;
  }

  #push(point: CurvePoint): void {
    for (const name of COLUMNS) this.#columns[name].push(point[name]);
  }

  #cut(length: number): void {
    for (const name of COLUMNS) this.#columns[name].length = length;
  }
}

function columnsFrom<T>(column: (name: keyof Curve) => T): Record<keyof Curve, T> {
  return Object.fromEntries(COLUMNS.map((name) => [name, column(name)])) as Record<keyof Curve, T>;
}

function numberFrom(value: unknown): number {
  if (typeof value === 'number' && value >= 0) return value;
  throw new Error('A number is missing.');
}
