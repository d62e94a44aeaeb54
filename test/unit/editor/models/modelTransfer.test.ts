import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Transfer, type TransferOptions } from '../../../../src/editor/models/modelTransfer.ts';
import { cardOf } from '../../../support/models.ts';

const editor = vi.hoisted(() => ({
  answers: [] as (string | undefined)[],
  asked: [] as { message: string; detail: string }[],
}));

vi.mock('vscode', async () => ({
  ...(await import('../../../support/fakeVscode.ts')),
  Uri: class {
    scheme: string;
    fsPath: string;
    constructor(fsPath: string, scheme = 'file') {
      [this.fsPath, this.scheme] = [fsPath, scheme];
    }
    static file(path: string) {
      return new this(path);
    }
    toString() {
      return `${this.scheme}:${this.fsPath}`;
    }
  },
  window: {
    showInformationMessage: async (message: string, options: { readonly detail?: string }) => {
      editor.asked.push({ message, detail: options?.detail ?? '' });
      return editor.answers.shift();
    },
  },
}));

const { Uri } = (await import('vscode')) as unknown as { Uri: new (path: string, scheme?: string) => object };

/** What Import Model… and Export Model… do, with a worker and a training that only note what is asked of them. */
describe('Import Model…', () => {
  let done: string[];
  let training: { state: { type: string }; isRunning: boolean };
  let models: { hasOwn: boolean; named: string | undefined };
  let unknownPart: number;

  beforeEach(() => {
    [done, unknownPart] = [[], 0];
    training = { state: { type: 'idle' }, isRunning: false };
    models = { hasOwn: false, named: undefined };
    [editor.answers, editor.asked] = [[], []];
  });

  function transfer(): Transfer {
    const card = cardOf({ vocabulary: 40, hidden: 4, layers: 1 });
    const note = (what: string) => async () => void done.push(what);
    return new Transfer({
      client: {
        remote: {
          appraise: async () => ({ card, digest: '00ff', coverage: { unknownPart, examples: ['漢', '字'] } }),
          adopt: note('adopted'),
          exportWithCard: async () => '/a/b.md',
        },
      },
      training: Object.assign(training, { files: { model: '/storage/model.onnx' }, forgetRun: note('forgot the run') }),
      models: Object.assign(models, { onImported: note('serves') }),
      pages: { show: note('showed the card') },
      log: { info: () => {} },
    } as unknown as TransferOptions);
  }

  const importing = (isWanted?: unknown) => transfer().importModel(new Uri('/models/team.onnx'), isWanted);
  const IMPORTED = ['adopted', 'forgot the run', 'serves'];

  it('changes nothing before it is wanted', async () => {
    editor.answers = [undefined];
    await importing();
    expect(editor.asked).toMatchObject([{ message: 'Import the model team.onnx?' }]);
    expect(editor.asked[0]!.detail).toMatch(/34,567 characters of text, and needs 2\.13 bits.*\n\nTrained 2026-01-02/s);
    expect(done).toEqual([]);
  });

  it('imports at a word, and after a look at the card at another', async () => {
    editor.answers = ['Import'];
    await importing();
    expect(done).toEqual(IMPORTED);
    [done, editor.answers] = [[], ['Show Card', 'Import']];
    await importing();
    expect(done).toEqual(['showed the card', ...IMPORTED]);
    [done, editor.answers] = [[], ['Show Card', 'Do Not Import']];
    await importing();
    expect(done).toEqual(['showed the card']);
  });

  it('does not ask again who says that it is wanted', async () => {
    await importing(true);
    expect([editor.asked, done]).toEqual([[], IMPORTED]);
  });

  it('says what the model does not know, what it replaces, and what goes on serving', async () => {
    unknownPart = 0.004;
    await importing();
    expect(editor.asked[0]!.detail).not.toMatch(/does not know|place of|given up|does not change/);
    [unknownPart, models.hasOwn, models.named] = [0.25, true, '/models/other.onnx'];
    training.state.type = 'paused';
    await importing();
    expect(editor.asked[1]!.detail).toMatch(
      /does not know 25 % .* such as 漢 字.*takes the place.*paused training is given up.*What serves does not change/s,
    );
  });

  it('waits for a training that has begun meanwhile', async () => {
    editor.answers = ['Import'];
    training.isRunning = true;
    await expect(importing()).rejects.toThrow('A training is running: import the model when it has ended.');
    expect(done).toEqual([]);
  });

  it('takes files of this machine only', async () => {
    await expect(transfer().importModel(new Uri('/a.onnx', 'vscode-vfs'), true)).rejects.toThrow(
      'vscode-vfs:/a.onnx is not a file on this machine.',
    );
  });

  it('exports the own model of the workspace, and says where one is that it has not', async () => {
    await transfer().exportModel(new Uri('/a/b.onnx'));
    models.named = '/models/team.onnx';
    await transfer().exportModel(new Uri('/a/b.onnx'));
    models.hasOwn = true;
    await transfer().exportModel(new Uri('/a/b.onnx'));
    expect(editor.asked.map(({ message }) => message)).toEqual([
      'There is no model to export yet: train one first.',
      'This workspace has no model of its own to export. The one that serves is the file /models/team.onnx.',
      'The model is in /a/b.onnx, and its card in /a/b.md.',
    ]);
  });
});
