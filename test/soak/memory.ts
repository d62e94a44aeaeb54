/** Median of the last tenth minus median of the second, bytes; what is needed once has been taken by then. */
export function growth(memory: readonly number[]): number {
  const tenth = (index: number) => memory.slice((memory.length * index) / 10, (memory.length * (index + 1)) / 10);
  return median(tenth(9)) - median(tenth(1));
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1]!;
}
