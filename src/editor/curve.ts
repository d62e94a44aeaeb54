import type { Curve } from '../dashboard/messages.ts';

/** The columns of a curve, in the order that they are written down in. */
export const COLUMNS = [
  'step',
  'seconds',
  'epochs',
  'trainBits',
  'learningRate',
  'gradientNorm',
  'charactersPerSecond',
] as const satisfies readonly (keyof Curve)[];

/** One row: means over the steps since the row before it, and where it ends. */
export type CurvePoint = { readonly [Column in keyof Curve]: number };

/** A {@link GrowingCurve} at rest: each column as base64 of 32-bit floats, which is quick to write and to read. */
export interface StoredCurve {
  readonly origin: number;
  readonly stride: number;
  readonly inLast: number;
  readonly columns: Readonly<Record<keyof Curve, string>>;
}

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
    if (this.length > 0 && this.#inLast < this.#stride) {
      const last = this.length - 1;
      this.#set(last, this.#merged(last, this.#at(last), point));
      this.#inLast++;
      return last;
    }
    const isFull = this.length >= this.#maximum;
    if (isFull) this.#halve();
    this.#set(this.length, point);
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
    for (const name of COLUMNS) this.#columns[name].length = end;
    this.#inLast = this.#stride;
    return end;
  }

  #halve(): void {
    const merged = Array.from({ length: this.length / 2 }, (_, pair) =>
      this.#merged(2 * pair, this.#at(2 * pair), this.#at(2 * pair + 1)),
    );
    for (const name of COLUMNS) this.#columns[name] = merged.map((point) => point[name]);
    this.#stride *= 2;
  }

  /** A point and the one that follows it as one; means are weighted by steps, speeds by the time that these took. */
  #merged(index: number, first: CurvePoint, second: CurvePoint): CurvePoint {
    const before = index === 0 ? this.#origin : this.#columns.step[index - 1]!;
    const [a, b] = [first.step - before, second.step - first.step];
    const mean = (name: keyof Curve) => (a * first[name] + b * second[name]) / (a + b);
    return {
      step: second.step,
      seconds: second.seconds,
      epochs: second.epochs,
      trainBits: mean('trainBits'),
      learningRate: mean('learningRate'),
      gradientNorm: mean('gradientNorm'),
      charactersPerSecond: (a + b) / (a / first.charactersPerSecond + b / second.charactersPerSecond),
    };
  }

  #at(index: number): CurvePoint {
    return columnsFrom((name) => this.#columns[name][index]!);
  }

  #set(index: number, point: CurvePoint): void {
    for (const name of COLUMNS) this.#columns[name][index] = point[name];
  }
}

function columnsFrom<T>(column: (name: keyof Curve) => T): Record<keyof Curve, T> {
  return Object.fromEntries(COLUMNS.map((name) => [name, column(name)])) as Record<keyof Curve, T>;
}

function numberFrom(value: unknown): number {
  if (typeof value === 'number' && value >= 0) return value;
  throw new Error('A number is missing.');
}
