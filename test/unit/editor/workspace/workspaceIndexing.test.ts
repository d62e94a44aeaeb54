import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LogOutputChannel } from 'vscode';
import type { CompletionClient } from '../../../../src/completion/worker/client.ts';
import { WorkspaceIndexing } from '../../../../src/editor/workspace/workspaceIndexing.ts';

/** Who listens to VS Code, by the name of the event. */
const listeners = vi.hoisted(() => new Map<string, Set<(value: unknown) => void>>());

vi.mock('vscode', async () => {
  const fake = await import('../../../support/fakeVscode.ts');
  const event = (name: string) => (listener: (value: unknown) => void) => {
    const all = listeners.get(name) ?? new Set();
    listeners.set(name, all.add(listener));
    return { dispose: () => void all.delete(listener) };
  };
  return {
    ...fake,
    window: {
      onDidChangeActiveTextEditor: event('editor'),
      onDidChangeTextEditorSelection: event('selection'),
    },
    workspace: {
      ...fake.workspace,
      isTrusted: true,
      textDocuments: [],
      workspaceFolders: [{ uri: { scheme: 'file', fsPath: '/folder' }, name: 'folder' }],
      createFileSystemWatcher: () => ({
        onDidChange: event('file'),
        onDidCreate: event('file'),
        onDidDelete: event('file'),
        dispose: () => {},
      }),
      onDidChangeConfiguration: event('configuration'),
      onDidChangeTextDocument: event('change'),
      onDidChangeWorkspaceFolders: event('folders'),
      onDidCloseTextDocument: event('close'),
      onDidGrantWorkspaceTrust: event('trust'),
    },
  };
});

const CARD = { characters: 10, milliseconds: 1, notices: [] };
const DELAY = 5000;
const INTERVAL = 60_000;

describe('a workspace that is indexed', () => {
  let answer: (card: object) => void;
  const refreshes: ((notices: string[]) => void)[] = [];
  let indexing: WorkspaceIndexing;

  beforeEach(() => {
    listeners.clear();
    refreshes.length = 0;
    vi.useFakeTimers();
    const remote = {
      indexWorkspace: (request: unknown) =>
        request === undefined
          ? Promise.resolve()
          : new Promise((resolve) => {
              answer = resolve;
            }),
      refresh: () => new Promise((resolve) => refreshes.push(resolve)),
    };
    const log = { info: () => {}, error: () => {} } as unknown as LogOutputChannel;
    indexing = new WorkspaceIndexing({ isRunning: true, remote } as unknown as CompletionClient, log);
  });
  afterEach(() => {
    indexing.dispose();
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });

  async function begin(): Promise<void> {
    const beginning = indexing.begin();
    answer(CARD);
    await beginning;
  }

  function changeFile(): void {
    for (const listener of listeners.get('file')!) listener({ scheme: 'file', path: '/folder/a.ts' });
  }

  it('is read again soon after its files have changed, and not too often', async () => {
    await begin();
    changeFile();
    await vi.advanceTimersByTimeAsync(DELAY);
    refreshes.shift()!(['a rule']);
    await vi.advanceTimersByTimeAsync(0);
    expect(indexing.notices).toEqual(['a rule']);
    changeFile();
    await vi.advanceTimersByTimeAsync(INTERVAL - 1);
    expect(refreshes).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(refreshes).toHaveLength(1);
  });

  it('says nothing of what was read of it when it has been forgotten meanwhile', async () => {
    await begin();
    changeFile();
    await vi.advanceTimersByTimeAsync(DELAY);
    await indexing.end();
    refreshes.shift()!(['a rule']);
    await vi.advanceTimersByTimeAsync(0);
    expect(indexing.notices).toEqual([]);
  });

  it('is listened to no more after the end, though it was still being read', async () => {
    const beginning = indexing.begin();
    indexing.dispose();
    answer(CARD);
    await beginning;
    expect([...(listeners.get('change') ?? [])]).toEqual([]);
  });
});
