import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { CancellationToken, InlineCompletionContext, LogOutputChannel, Position, TextDocument } from 'vscode';
import type { CompletionClient } from '../../../../src/completion/worker/client.ts';
import { CompletionProvider } from '../../../../src/editor/completion/completionProvider.ts';
import type { Statistics } from '../../../../src/editor/completion/statistics.ts';

vi.mock('vscode', async () => {
  const fake = await import('../../../support/fakeVscode.ts');
  return {
    ...fake,
    InlineCompletionTriggerKind: { Invoke: 0, Automatic: 1 },
    InlineCompletionItem: class {
      readonly insertText: string;
      constructor(text: string) {
        this.insertText = text;
      }
    },
    Range: class {
      readonly start: object;
      readonly end: object;
      constructor(start: object, end: object) {
        [this.start, this.end] = [start, end];
      }
      with() {
        return this;
      }
    },
    window: { activeTextEditor: undefined },
    workspace: {
      ...fake.workspace,
      asRelativePath: () => 'a.ts',
      getWorkspaceFolder: () => undefined,
      onDidChangeTextDocument: () => ({ dispose: () => {} }),
    },
  };
});

const position = { translate: () => position } as unknown as Position;
const document = {
  uri: { scheme: 'file', toString: () => 'file:///a.ts' },
  languageId: 'typescript',
  version: 1,
  offsetAt: () => 0,
  positionAt: () => position,
  getText: () => '',
} as unknown as TextDocument;
const token = { isCancellationRequested: false, onCancellationRequested: () => ({ dispose: () => {} }) };

describe('Ghost text', () => {
  let answers: ((text: string) => void)[];
  let provider: CompletionProvider;

  beforeEach(() => {
    answers = [];
    const complete = () =>
      new Promise((resolve) => {
        answers.push((text) => resolve([{ text, characters: [...text].map(() => 1), probability: 1, replaces: 0 }]));
      });
    const client = { remote: { complete } } as unknown as CompletionClient;
    const statistics = { wrongCost: 1, acceptanceRate: 1, count: () => {} } as unknown as Statistics;
    provider = new CompletionProvider(client, statistics, { error: () => {} } as unknown as LogOutputChannel);
    provider.setReady(true);
  });

  /** Asked for by hand, each time anew. */
  async function ask(whileAsking = () => {}): Promise<unknown[]> {
    const context = { triggerKind: 0, selectedCompletionInfo: undefined } as unknown as InlineCompletionContext;
    const asked = provider.provideInlineCompletionItems(document, position, context, token as CancellationToken);
    whileAsking();
    answers.shift()?.('old');
    return (await asked).map(({ insertText }) => insertText);
  }

  it('is answered once for the same place', async () => {
    expect(await ask()).toEqual(['old']);
    expect(await ask()).toEqual(['old']);
    expect(answers).toEqual([]);
  });

  it.each<[string, () => void]>([
    ['something was learnt', () => provider.forgetAnswers()],
    ['another model came', () => provider.setReady(true)],
  ])('is asked for again when %s before the answer was there', async (_, change) => {
    expect(await ask(change)).toEqual(['old']);
    const asked = ask(() => answers.shift()!('new'));
    expect(await asked).toEqual(['new']);
  });
});
