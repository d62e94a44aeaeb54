import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Memento } from 'vscode';
import type { CompletionClient } from '../../../../src/completion/worker/client.ts';
import { SurprisalDecorations } from '../../../../src/editor/completion/surprisalDecorations.ts';

const editor = vi.hoisted(() => ({
  document: {
    uri: { scheme: 'file', path: '/work/a.ts', fsPath: '/work/a.ts', toString: () => 'file:///work/a.ts' },
    version: 1,
    eol: 1,
    getText: () => 'const strange = 1;\n',
  },
  underlined: 0,
  setDecorations: (_: unknown, decorations: readonly unknown[]) => {
    editor.underlined = decorations.length;
  },
}));

vi.mock('vscode', async () => {
  const nothing = () => ({ dispose: () => {} });
  const fake = await import('../../../support/fakeVscode.ts');
  return {
    ...fake,
    workspace: {
      ...fake.workspace,
      onDidChangeTextDocument: nothing,
      asRelativePath: () => 'a.ts',
      getWorkspaceFolder: () => undefined,
    },
    window: {
      activeTextEditor: editor,
      visibleTextEditors: [editor],
      onDidChangeActiveTextEditor: nothing,
      createTextEditorDecorationType: nothing,
    },
    Range: class {},
    ThemeColor: class {},
    OverviewRulerLane: { Right: 4 },
    EndOfLine: { LF: 1, CRLF: 2 },
  };
});

describe('What the network did not expect', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('is underlined, and no more when there is no network any longer', async () => {
    let isReady = true;
    const found = [{ start: 6, end: 13, bits: 9 }];
    const client = { remote: { surprisingParts: async () => found } } as unknown as CompletionClient;
    const memory = { get: () => true, update: async () => {} } as unknown as Memento;
    const decorations = new SurprisalDecorations(client, () => isReady, memory);
    decorations.again();
    await vi.advanceTimersByTimeAsync(1000);
    expect(editor.underlined).toBe(1);
    isReady = false;
    decorations.again();
    await vi.advanceTimersByTimeAsync(1000);
    expect(editor.underlined).toBe(0);
    decorations.dispose();
  });
});
