/**
 * An extension that measures from inside the extension host, for `npm run bench:editor`: when it serves after its
 * activation, how long each answer takes, and the lag of the event loop. It is asked over HTTP.
 */
import { subscribe } from 'node:diagnostics_channel';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import * as vscode from 'vscode';

/** What is measured between `/start` and `/stop`. */
export interface Measured {
  /** Milliseconds that each answer took for which the model ran. */
  readonly answers: readonly number[];
  /** How many of these suggested something. */
  readonly suggested: number;
  /** Answers that came from what was kept. */
  readonly cached: number;
  /** The event loop's lag at the 99th percentile, and at most; milliseconds. */
  readonly lag99: number;
  readonly lagMaximum: number;
}

const SAMPLING_MILLISECONDS = 5;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const answers: { milliseconds: number; ranModel: boolean; suggestions: number }[] = [];
  const lag = monitorEventLoopDelay({ resolution: SAMPLING_MILLISECONDS });
  let serving: number | undefined;
  let indexed: number | undefined;
  let start = performance.now();
  subscribe('inkling:answer', (answer) => void answers.push(answer as (typeof answers)[number]));
  subscribe('inkling:serving', () => {
    serving ??= performance.now() - start;
  });
  // The second is what it is called in packages of before.
  for (const channel of ['inkling:indexed', 'inkling:remembering']) {
    subscribe(channel, () => {
      indexed ??= performance.now() - start;
    });
  }

  const routes: Record<string, () => unknown> = {
    '/serving': () => ({ serving, indexed }),
    '/start': () => {
      answers.length = 0;
      lag.reset();
      lag.enable();
    },
    '/stop': () => {
      lag.disable();
      const ran = answers.filter(({ ranModel }) => ranModel);
      return {
        answers: ran.map(({ milliseconds }) => milliseconds),
        suggested: ran.filter(({ suggestions }) => suggestions > 0).length,
        cached: answers.length - ran.length,
        lag99: lag.percentile(99) / 1e6 - SAMPLING_MILLISECONDS,
        lagMaximum: lag.max / 1e6 - SAMPLING_MILLISECONDS,
      } satisfies Measured;
    },
  };
  const server = createServer((request, response) => {
    response.end(JSON.stringify(routes[request.url ?? '']?.() ?? null));
  });
  server.listen(0, '127.0.0.1', () => {
    writeFileSync(process.env['INKLING_PROBE']!, String((server.address() as AddressInfo).port));
  });
  context.subscriptions.push({ dispose: () => server.close() });

  const inkling = vscode.extensions.getExtension('inkling.inkling');
  start = performance.now();
  await inkling?.activate();
}
