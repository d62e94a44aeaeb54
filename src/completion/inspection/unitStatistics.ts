import type { Inspected } from '../../lstm/inspection.ts';
import type { Feature, UnitMatch, UnitName, UnitSummary } from '../../protocol/inspection.ts';
import { FEATURES } from './features.ts';

/** Sums over a text, for the variance of each unit's cell state and its correlation with each feature. */
export class UnitStatistics {
  readonly #layers: number;
  readonly #hidden: number;
  readonly #sum: Float64Array;
  readonly #squares: Float64Array;
  readonly #products: readonly Float64Array[];
  readonly #featureSum = new Float64Array(FEATURES.length);
  readonly #featureSquares = new Float64Array(FEATURES.length);
  #count = 0;

  constructor(layers: number, hidden: number) {
    this.#layers = layers;
    this.#hidden = hidden;
    const units = layers * hidden;
    this.#sum = new Float64Array(units);
    this.#squares = new Float64Array(units);
    this.#products = FEATURES.map(() => new Float64Array(units));
  }

  add({ layers }: Inspected, time: number, features: readonly number[]): void {
    this.#count++;
    for (const [number, value] of features.entries()) {
      this.#featureSum[number]! += value;
      this.#featureSquares[number]! += value * value;
    }
    for (let layer = 0; layer < this.#layers; layer++) {
      const cell = layers[layer]!.cell;
      for (let unit = 0; unit < this.#hidden; unit++) {
        const index = layer * this.#hidden + unit;
        const value = cell[time * this.#hidden + unit]!;
        this.#sum[index]! += value;
        this.#squares[index]! += value * value;
        for (let number = 0; number < features.length; number++) {
          this.#products[number]![index]! += value * features[number]!;
        }
      }
    }
  }

  /** Largest variance first. */
  summaries(): UnitSummary[] {
    return this.#units()
      .map((name, index) => ({ ...name, mean: this.#sum[index]! / this.#count, variance: this.#variance(index) }))
      .sort((a, b) => b.variance - a.variance);
  }

  /** Most closely correlated first; none where the feature never changes. */
  matches(feature: Feature): UnitMatch[] {
    const number = FEATURES.indexOf(feature);
    const n = this.#count;
    const featureMean = this.#featureSum[number]! / n;
    const featureVariance = this.#featureSquares[number]! / n - featureMean ** 2;
    if (!(featureVariance > 1e-9)) return [];
    return this.#units()
      .map((name, index) => {
        const covariance = this.#products[number]![index]! / n - (this.#sum[index]! / n) * featureMean;
        const variance = this.#variance(index);
        return { ...name, correlation: variance > 1e-12 ? covariance / Math.sqrt(variance * featureVariance) : 0 };
      })
      .sort((a, b) => Math.abs(b.correlation) - Math.abs(a.correlation));
  }

  #variance(index: number): number {
    return Math.max(0, this.#squares[index]! / this.#count - (this.#sum[index]! / this.#count) ** 2);
  }

  #units(): UnitName[] {
    return Array.from(this.#sum, (_, index) => ({
      layer: Math.floor(index / this.#hidden),
      unit: index % this.#hidden,
    }));
  }
}
