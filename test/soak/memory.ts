/** Median of the last tenth minus median of the second, bytes; what is needed once has been taken by then. */
export function growth(memory: readonly number[]): number {
  const medians = tenths(memory);
  return medians[9]! - medians[1]!;
}

/** The median of each tenth, bytes. */
export function tenths(memory: readonly number[]): number[] {
  return Array.from({ length: 10 }, (_, index) =>
    median(memory.slice((memory.length * index) / 10, (memory.length * (index + 1)) / 10)),
  );
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1]!;
}
