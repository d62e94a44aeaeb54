/** What an extension host holds, bytes. */
export interface Footprint {
  readonly resident: number;
  /** Of the main thread, as `process.memoryUsage` says. */
  readonly heapUsed: number;
  readonly heapTotal: number;
  /** Held by objects of the heap outside of it, typed arrays among them. */
  readonly external: number;
  readonly arrayBuffers: number;
  /** The same of all workers together. */
  readonly workersHeapUsed: number;
  readonly workersHeapTotal: number;
  readonly workersExternal: number;
}

/** Median of the last tenth minus median of the second, bytes; what is needed once has been taken by then. */
export function growth(memory: readonly number[]): number {
  const medians = tenths(memory);
  return medians[9]! - medians[1]!;
}

/**
 * Median of the last tenth minus the lowest from the second on, bytes: not less than {@link growth}. What is given back
 * late, as after a training, hides nothing.
 */
export function growthFromLowest(memory: readonly number[]): number {
  const medians = tenths(memory).slice(1);
  return medians.at(-1)! - Math.min(...medians);
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

/** Medians of all that is known of each tenth, MB, and what of it is in none of the heaps. */
export function tableOf(footprints: readonly Footprint[]): Record<string, string>[] {
  const of = (bytes: (footprint: Footprint) => number) => tenths(footprints.map(bytes));
  const columns = {
    resident: of(({ resident }) => resident),
    heap: of(({ heapTotal }) => heapTotal),
    'of it used': of(({ heapUsed }) => heapUsed),
    external: of(({ external }) => external),
    'array buffers': of(({ arrayBuffers }) => arrayBuffers),
    "workers' heaps": of(({ workersHeapTotal }) => workersHeapTotal),
    'of these used': of(({ workersHeapUsed }) => workersHeapUsed),
    "workers' external": of(({ workersExternal }) => workersExternal),
    'all else': of(elsewhere),
  };
  return columns.resident.map((_, tenth) =>
    Object.fromEntries(Object.entries(columns).map(([name, medians]) => [name, (medians[tenth]! / 1e6).toFixed(1)])),
  );
}

/** Native code and what it has allocated, for which no heap knows. */
function elsewhere(footprint: Footprint): number {
  const { resident, heapTotal, external, workersHeapTotal, workersExternal } = footprint;
  return resident - heapTotal - external - workersHeapTotal - workersExternal;
}
