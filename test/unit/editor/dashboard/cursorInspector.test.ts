import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CompletionClient } from '../../../../src/completion/worker/client.ts';
import { CursorInspector } from '../../../../src/editor/dashboard/cursorInspector.ts';

/** What VS Code says, by the name of the event. */
const events = vi.hoisted(() => new Map<string, (value: unknown) => void>());

vi.mock('vscode', async () => {
  const fake = await import('../../../support/fakeVscode.ts');
  const { Emitter } = await import('../../../../src/base/emitter.ts');
  const event = (name: string) => (listener: (value: unknown) => void) => {
    events.set(name, listener);
    return { dispose: () => {} };
  };
  return {
    ...fake,
    EventEmitter: class extends Emitter<unknown> {
      dispose() {}
    },
    Range: class {},
    window: {
      onDidChangeActiveTextEditor: event('editor'),
      onDidChangeTextEditorSelection: event('selection'),
    },
    workspace: {
      ...fake.workspace,
      asRelativePath: () => 'a.ts',
      getWorkspaceFolder: () => undefined,
      onDidChangeTextDocument: event('change'),
      onDidCloseTextDocument: event('close'),
    },
  };
});

const DELAY = 30;
const editor = {
  document: {
    uri: { scheme: 'file', toString: () => 'file:///a.ts' },
    languageId: 'typescript',
    offsetAt: () => 0,
    positionAt: () => ({}),
    lineAt: () => ({ rangeIncludingLineBreak: { start: { line: 0 } } }),
    getText: () => 'text',
  },
  selection: { isEmpty: true, active: {} },
};

describe('who follows the cursor', () => {
  const answers: ((answer: object) => void)[] = [];
  const told: unknown[] = [];
  let inspector: CursorInspector;

  beforeEach(() => {
    answers.length = 0;
    told.length = 0;
    vi.useFakeTimers();
    const ask = () => new Promise((resolve) => answers.push(resolve));
    inspector = new CursorInspector({ remote: { next: ask, trace: ask } } as unknown as CompletionClient, {
      hasModel: () => true,
      canPredict: () => true,
      wrongCost: () => 1,
    });
    inspector.onNext((next) => told.push(next));
    inspector.onTrace((trace) => told.push(trace));
    events.get('editor')!(editor);
    inspector.show(['next', 'inside']);
  });
  afterEach(() => {
    inspector.dispose();
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });

  it('looks once for keys that follow each other closely', async () => {
    for (let key = 0; key < 3; key++) events.get('change')!(editor);
    await vi.advanceTimersByTimeAsync(DELAY);
    for (const answer of answers) answer({});
    await vi.advanceTimersByTimeAsync(0);
    expect(told).toEqual([{ before: 'text' }, { title: 'a.ts:1' }]);
  });

  it('tells nothing of a document that was closed before the answer came', async () => {
    await vi.advanceTimersByTimeAsync(DELAY);
    events.get('close')!(editor.document);
    await vi.advanceTimersByTimeAsync(DELAY);
    expect(told).toEqual([undefined, undefined]);
    for (const answer of answers) answer({});
    await vi.advanceTimersByTimeAsync(0);
    expect(told).toEqual([undefined, undefined]);
  });
});
