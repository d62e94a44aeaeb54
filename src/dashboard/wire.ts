import { createBirpc } from 'birpc';
import type { Host, Page } from '../protocol/page.ts';
import { fromWire, toWire } from './wireFormat.ts';

/** What VS Code gives a webview, once. */
export interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

/** The host's functions, each answering with a promise. */
export type RemoteHost = {
  [K in keyof Host]: (...args: Parameters<Host[K]>) => Promise<Awaited<ReturnType<Host[K]>>>;
};

export const vscode: VsCodeApi = acquireVsCodeApi();

/** Answers what the host tells, and returns what it can be asked. */
export function connect(page: Page): RemoteHost {
  const rpc = createBirpc<Host, Page>(page, {
    post: (message) => vscode.postMessage(message),
    on: (listener) => window.addEventListener('message', ({ data }) => listener(data)),
    serialize: toWire,
    deserialize: fromWire,
    timeout: -1,
  });
  return rpc as unknown as RemoteHost;
}
