/** Sum of the values from one index up to another. */
export function sumWithin(values: ArrayLike<number>, start: number, end: number): number {
  let total = 0;
  for (let index = start; index < end; index++) total += values[index]!;
  return total;
}

/** Value that so great a part of all lies below; 0 of none. */
function quantile(values: readonly number[], part: number): number {
  if (values.length === 0) return 0;
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))]!;
}

/** Times of which half are no longer than `p50`, and 95 of 100 no longer than `p95`. */
export interface Latency {
  /** Milliseconds. */
  readonly p50: number;
  readonly p95: number;
}

/** @param milliseconds of each */
export function latencyOf(milliseconds: readonly number[]): Latency {
  return { p50: quantile(milliseconds, 0.5), p95: quantile(milliseconds, 0.95) };
}
