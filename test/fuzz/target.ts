import fc from 'fast-check';

/** Something that is given bad input. */
export interface Target {
  readonly name: string;
  /** What must hold, whatever comes in. Each run tries one input. */
  readonly property: fc.IRawProperty<unknown>;
}

/** What came of some time with a target. */
export interface Tried {
  readonly runs: number;
  /** What did not hold, with the input and how to try it again. */
  readonly failure: string | undefined;
}

/** Tries a target with inputs that follow from the seed. */
export async function tryOut(
  { property }: Target,
  { seed, runs, milliseconds }: { readonly seed: number; readonly runs?: number; readonly milliseconds?: number },
): Promise<Tried> {
  const parameters: fc.Parameters<unknown> = {
    seed,
    numRuns: runs ?? Number.MAX_SAFE_INTEGER,
    ...(milliseconds === undefined ? {} : { interruptAfterTimeLimit: milliseconds }),
  };
  const details = await fc.check(property as fc.IAsyncProperty<unknown>, parameters);
  return { runs: details.numRuns, failure: details.failed ? fc.defaultReportMessage(details) : undefined };
}
