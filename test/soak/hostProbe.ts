/**
 * An extension that edits and asks for completions from inside the extension host, as fast as answers come, and kills the
 * host when told to. It is asked over HTTP. Where there is no Inkling to be asked it can answer itself, see `constantly`.
 */
import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel';
import { existsSync, realpathSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import type { HeapInfo } from 'node:v8';
import type { Worker } from 'node:worker_threads';
import * as vscode from 'vscode';
import { random } from '../../src/base/random.ts';
import { mayCompleteBefore } from '../../src/completion/worker/client.ts';
import { textBefore } from '../../src/editor/workspace/documents.ts';
import type { Footprint } from './memory.ts';
import { isFrom } from './ownErrors.ts';

/** What came of some requests. */
export interface Requested {
  readonly answers: number;
  /** Answers that suggested something. */
  readonly suggested: number;
  /** Of the extension host, after every twentieth request. */
  readonly memory: readonly Footprint[];
  /** Inkling's promises that were rejected without anybody who cared, and its errors that nobody caught. */
  readonly unhandled: readonly string[];
}

/** An answer that has not come by then is one that was not asked for: nothing can be suggested there. */
const PATIENCE_MILLISECONDS = 300;
const MEASURED_EVERY = 20;
/** Said by Inkling with each answer, and here in its place. */
const ANSWERS = 'inkling:answer';
/** Of the extension host. Those of Node 24 say what is in their heaps. */
const workers = new Set<Worker & { getHeapStatistics?(): Promise<HeapInfo> }>();

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  process.on('worker', (worker: Worker) => {
    workers.add(worker);
    worker.once('exit', () => workers.delete(worker));
  });
  if (process.env['INKLING_PROBE_ANSWERS'] !== undefined) {
    context.subscriptions.push(
      vscode.languages.registerInlineCompletionItemProvider(
        { pattern: '**' },
        { provideInlineCompletionItems: constantly },
      ),
    );
  }
  const unhandled: string[] = [];
  const folders = foldersOfInkling(context);
  for (const event of ['unhandledRejection', 'uncaughtExceptionMonitor'] as const) {
    process.on(event, (error: unknown) => {
      const words = error instanceof Error ? String(error.stack) : String(error);
      if (isFrom(words, folders)) unhandled.push(words);
    });
  }
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    if (url.pathname === '/kill') process.kill(process.pid, 'SIGKILL');
    const count = Number(url.searchParams.get('count'));
    const seed = Number(url.searchParams.get('seed'));
    try {
      response.end(JSON.stringify({ ...(await requests(count, seed)), unhandled }));
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  });
  server.listen(0, '127.0.0.1', () => {
    writeFileSync(process.env['INKLING_PROBE']!, String((server.address() as AddressInfo).port));
  });
  context.subscriptions.push({ dispose: () => server.close() });
}

/** Where its code lies, that of its workers too, and what it keeps; none where it is not installed. */
function foldersOfInkling({ extensionPath, storageUri, globalStorageUri }: vscode.ExtensionContext): string[] {
  const inkling = vscode.extensions.getExtension('inkling.inkling');
  if (inkling === undefined) return [];
  // VS Code keeps the storages of extensions beside each other.
  const storages = [storageUri, globalStorageUri].flatMap((uri) => (uri === undefined ? [] : dirname(uri.fsPath)));
  const folders = [inkling.extensionPath, extensionPath, ...storages.map((folder) => join(folder, inkling.id))];
  return folders.flatMap((folder) => (existsSync(folder) ? [folder, realpathSync(folder)] : [folder]));
}

/**
 * Edits the active editor at random, and asks for a completion after each edit, until so many answers have come.
 *
 * @throws Error when hardly any come
 */
async function requests(count: number, seed: number): Promise<Omit<Requested, 'unhandled'>> {
  const editor = vscode.window.activeTextEditor!;
  const uniform = random(seed);
  const pick = (below: number) => Math.floor(uniform() * below);
  const memory: Footprint[] = [];
  let answers = 0;
  let suggested = 0;
  let answered: () => void = () => {};
  const onAnswer = (answer: unknown) => {
    answers++;
    if ((answer as { readonly suggestions: number }).suggestions > 0) suggested++;
    answered();
  };
  subscribe(ANSWERS, onAnswer);
  const original = editor.document.getText();
  const pieces = original.split(/(?<=\s)/);
  for (let request = 0; answers < count; request++) {
    if (request > 4 * count + 100) throw new Error(`Only ${answers} answers to ${request} requests.`);
    const { document } = editor;
    const at = document.positionAt(pick(lengthOf(document) + 1));
    await editor.edit((edit) => {
      if (request % 500 === 499) edit.replace(new vscode.Range(0, 0, document.lineCount, 0), original);
      else if (uniform() < 0.3)
        edit.delete(new vscode.Range(at, document.positionAt(document.offsetAt(at) + pick(30))));
      else edit.insert(at, uniform() < 0.9 ? pieces[pick(pieces.length)]! : '\u{1f600}\u0301\ud800\0\r\n');
    });
    const end = uniform() < 0.9 ? document.lineAt(at.line).range.end : at;
    editor.selection = new vscode.Selection(end, end);
    const answer = new Promise<void>((resolve) => {
      answered = resolve;
    });
    void vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
    // Every tenth is overtaken by the next.
    if (request % 10 !== 0) await Promise.race([answer, wait(PATIENCE_MILLISECONDS)]);
    if (request % MEASURED_EVERY === 0) memory.push(await footprint());
  }
  unsubscribe(ANSWERS, onAnswer);
  await editor.edit((edit) => edit.replace(new vscode.Range(0, 0, editor.document.lineCount, 0), original));
  return { answers, suggested, memory };
}

/** Of its text, without making one of it: what is measured should not be this. */
function lengthOf(document: vscode.TextDocument): number {
  return document.offsetAt(document.lineAt(document.lineCount - 1).range.end);
}

/** Looks at what Inkling looks at, and suggests the same each time. */
function constantly(document: vscode.TextDocument, position: vscode.Position): vscode.InlineCompletionItem[] {
  const after = document.getText(new vscode.Range(position, document.positionAt(document.offsetAt(position) + 400)));
  if (!mayCompleteBefore(after)) return [];
  channel(ANSWERS).publish({ characters: textBefore(document, position).length, suggestions: 1 });
  return [new vscode.InlineCompletionItem('constant(text);', new vscode.Range(position, position))];
}

async function footprint(): Promise<Footprint> {
  const heaps = await Promise.all([...workers].map((worker) => worker.getHeapStatistics!()));
  const { rss, heapUsed, heapTotal, external, arrayBuffers } = process.memoryUsage();
  const sumOf = (number: (heap: HeapInfo) => number) => heaps.reduce((sum, heap) => sum + number(heap), 0);
  return {
    resident: rss,
    heapUsed,
    heapTotal,
    external,
    arrayBuffers,
    workersHeapUsed: sumOf((heap) => heap.used_heap_size),
    workersHeapTotal: sumOf((heap) => heap.total_heap_size),
    workersExternal: sumOf((heap) => heap.external_memory),
  };
}

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
