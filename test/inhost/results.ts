import { readFileSync } from 'node:fs';

interface Test {
  readonly fullTitle: string;
  readonly duration?: number;
  readonly err: { readonly message?: string; readonly stack?: string };
}

export interface Results {
  readonly passed: readonly string[];
  /** Titles, each with what went wrong. */
  readonly failed: readonly string[];
}

/** What the suite inside the extension host wrote. */
export function readResults(path: string): Results {
  const { passes, failures }: Record<'passes' | 'failures', Test[]> = JSON.parse(readFileSync(path, 'utf8'));
  return {
    passed: passes.map(({ fullTitle, duration }) => `${fullTitle} (${duration} ms)`),
    failed: failures.map(({ fullTitle, err }) => `${fullTitle}: ${err.message}\n${err.stack}`),
  };
}
