import { createBirpc } from 'birpc';
import { fromWire, toWire } from '../../src/dashboard/wireFormat.ts';
import type { Host, Page } from '../../src/protocol/page.ts';
import { CORPUS, curve, detailOf, evaluationsOf, NEXT, QUOTE_UNIT, RUNS, SAVINGS, TRACE, TRAINING } from './data.ts';

/** A call of the page, as it came. */
export type Call = readonly [name: string, ...values: unknown[]];

export type RemotePage = { [K in keyof Page]: (...args: Parameters<Page[K]>) => Promise<void> };

/** What the extension answers, from made-up data; and what it was asked. */
export class FakeHost {
  readonly calls: Call[] = [];
  readonly page: RemotePage;
  /** What a setting is refused with. */
  refusal: string | undefined;
  /** What asking for a curve fails with. */
  failure: string | undefined;

  /**
   * @param post brings a message to the page
   * @param on is told who listens to the page's messages
   */
  constructor(post: (message: unknown) => void, on: (listener: (message: unknown) => void) => void) {
    const answers: Host = {
      ready: () => {},
      run: () => {},
      setOption: async () => this.refusal,
      curve: async (run) => {
        if (this.failure !== undefined) throw new Error(this.failure);
        return curve(run.length + Number(run.slice(4)), 2000, 1.6);
      },
      renameRun: () => {},
      deleteRun: () => {},
      save: () => {},
      generate: async ({ prompt }) => `${prompt === '' ? 'export ' : ''}function written() {}`,
      show: () => {},
      character: async (index) => detailOf(index),
      unit: async () => QUOTE_UNIT,
      units: async () =>
        Array.from({ length: 100 }, (_, index) => ({
          layer: index % 2,
          unit: (index * 37) % 512,
          variance: 2 / (index + 1),
          mean: 0.1,
        })),
      unitsThatFollow: async () =>
        Array.from({ length: 20 }, (_, index) => ({ layer: 1, unit: 213 + index, correlation: 0.93 - index * 0.04 })),
      setSurprisalShown: () => {},
      excludedFiles: async () => [
        'node_modules/a/index.js',
        'dist/very/long/path/that/does/not/fit/into/a/narrow/page.js',
      ],
      cancelReplay: () => {},
    };
    const recording = Object.fromEntries(
      Object.entries(answers).map(([name, answer]) => [
        name,
        (...values: unknown[]) => {
          this.calls.push([name, ...values]);
          return (answer as (...values: unknown[]) => unknown)(...values);
        },
      ]),
    );
    this.page = createBirpc<Page, object>(recording, {
      post,
      on,
      serialize: toWire,
      deserialize: fromWire,
      timeout: 10_000,
    }) as unknown as RemotePage;
  }

  /** The last call of a function. */
  last(name: keyof Host): Call | undefined {
    return this.calls.findLast(([called]) => called === name);
  }

  /** A training that has gone on for a while. */
  async tellEverything(): Promise<void> {
    const points = curve(1, 6400);
    await this.page.runs(RUNS);
    await this.page.points('run-20', 0, points);
    await this.page.evaluations('run-20', evaluationsOf(points));
    await this.page.corpus(CORPUS);
    await this.page.next(NEXT);
    await this.page.trace(TRACE);
    await this.page.savings(SAVINGS);
    await this.page.state(TRAINING);
  }
}
