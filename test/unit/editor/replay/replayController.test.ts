import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { LogOutputChannel, Memento } from 'vscode';
import { WorkerDiedError } from '../../../../src/base/workerRpc.ts';
import { ReplayController } from '../../../../src/editor/replay/replayController.ts';
import type {
  ReplayFigures,
  ReplayListener,
  ReplayOutcome,
  ReplayRequest,
  TypingFigures,
} from '../../../../src/protocol/replay.ts';
import { settings } from '../../../support/fakeVscode.ts';

interface Folder {
  readonly uri: { readonly scheme: string; readonly fsPath: string };
  readonly name: string;
}

const editor = vi.hoisted(() => ({
  folders: undefined as Folder[] | undefined,
  picked: undefined as Folder | undefined,
  /** Something is typed into a document; undefined: nobody listens. */
  type: undefined as ((scheme: string) => void) | undefined,
  warnings: [] as string[],
  extensions: [] as { readonly packageJSON: unknown }[],
}));

/** The worker, as the test has it. */
const worker = vi.hoisted(() => ({
  listener: undefined as ReplayListener | undefined,
  requests: [] as ReplayRequest[],
  cancelled: 0,
  gaveWay: 0,
  ended: 0,
  answer: async (): Promise<ReplayOutcome> => ({ type: 'cancelled' }),
}));

vi.mock('vscode', async () => {
  const { Emitter } = await import('../../../../src/base/emitter.ts');
  const fake = await import('../../../support/fakeVscode.ts');
  return {
    ...fake,
    EventEmitter: class {
      readonly #emitter = new Emitter<void>();
      readonly event = this.#emitter.event;
      fire(): void {
        this.#emitter.fire();
      }
      dispose(): void {}
    },
    extensions: {
      get all() {
        return editor.extensions;
      },
    },
    workspace: {
      ...fake.workspace,
      get workspaceFolders() {
        return editor.folders;
      },
      onDidChangeTextDocument: (listener: (event: unknown) => void) => {
        editor.type = (scheme) => listener({ document: { uri: { scheme } } });
        return {
          dispose: () => {
            editor.type = undefined;
          },
        };
      },
    },
    window: {
      showWarningMessage: async (message: string) => void editor.warnings.push(message),
      showWorkspaceFolderPick: async () => editor.picked,
    },
  };
});

vi.mock('../../../../src/evaluation/replay/client.ts', () => ({
  ReplayClient: class {
    readonly isRunning = true;
    readonly remote = {
      replay: (request: ReplayRequest) => {
        worker.requests.push(request);
        return worker.answer();
      },
      cancel: async () => void worker.cancelled++,
      giveWay: async () => void worker.gaveWay++,
    };
    constructor(_file: string, listener: ReplayListener) {
      worker.listener = listener;
    }
    async end(): Promise<void> {
      worker.ended++;
    }
    async dispose(): Promise<void> {
      worker.ended++;
    }
  },
}));

const one = { characters: 5000, ideal: { written: 0.4, saved: 0.3 }, human: { written: 0.2, saved: 0.1 }, silent: 0.1 };
const typing: TypingFigures = {
  all: one,
  kinds: [{ kind: 'newLines', ...one }],
  languages: [{ name: '.ts', ...one }],
  shown: 10,
  accepted: 5,
};
const FIGURES: ReplayFigures = {
  ...{ version: 1, date: '2026-11-24T10:00:00.000Z', whose: 'own', commits: 3, least: 1000, wordsPerMinute: 45 },
  ...{ network: { type: 'none' }, memories: typing },
};
const EXAMPLE = { path: 'a.ts', before: 'const ', text: 'secretPlans = 1;', right: 16 };
const DONE: ReplayOutcome = {
  ...{ type: 'done', figures: FIGURES, examples: { largest: [EXAMPLE], wrong: [] }, notices: ['A notice.'] },
};

function folder(fsPath: string): Folder {
  return { uri: { scheme: 'file', fsPath }, name: fsPath };
}

describe('What would have been saved', () => {
  let kept: Map<string, unknown>;
  let serving: { readonly path: string; readonly isTrainedHere: boolean } | undefined;
  const lines: unknown[][] = [];
  let shown: number;
  const show = () => {
    shown++;
  };

  function controller(): ReplayController {
    const write = (...line: unknown[]) => void lines.push(line);
    return new ReplayController({
      ...{ workerFile: '', storage: '/storage', learnt: '/storage/learnt.json' },
      memento: {
        get: (key: string) => kept.get(key),
        update: async (key: string, value: unknown) =>
          void (value === undefined ? kept.delete(key) : kept.set(key, value)),
      } as unknown as Memento,
      models: {
        get serving() {
          return serving;
        },
      },
      log: { info: write, error: write } as unknown as LogOutputChannel,
    });
  }

  beforeEach(() => {
    settings.clear();
    lines.length = 0;
    shown = 0;
    [kept, serving] = [new Map(), undefined];
    Object.assign(editor, { folders: [folder('/w/a')], picked: undefined, warnings: [], extensions: [] });
    Object.assign(worker, { requests: [], cancelled: 0, gaveWay: 0, ended: 0, answer: async () => DONE });
  });

  it('is asked of a worker that is there for as long as it takes, and of which figures alone are kept', async () => {
    const replays = controller();
    const told: (number | undefined)[] = [];
    replays.onDidChange(() => told.push(replays.savings.progress));
    worker.answer = async () => {
      worker.listener!.onProgress(0.5);
      return DONE;
    };
    await replays.run(show);
    expect(told).toEqual([0, 0.5, undefined]);
    expect(worker.ended).toBe(1);
    expect(replays.savings).toEqual({ figures: FIGURES, examples: DONE.examples, notices: ['A notice.'] });
    expect(JSON.stringify([[...kept], lines])).not.toContain('secretPlans');
    const again = controller();
    expect(again.savings).toEqual({ figures: FIGURES, notices: [] });
    expect(again.hasFigures).toBe(true);
  });

  it('is asked for as the settings have suggestions, with the model that serves', async () => {
    settings.set('inkling.completions.minimumConfidence', 0.5);
    settings.set('inkling.completions.maxLength', 80);
    settings.set('inkling.memory.maxCharacters', 300_000);
    settings.set('inkling.completions.languages', { '*': true, plaintext: false, yaml: false });
    settings.set('files.associations', { '*.Foo': 'yaml', Brewfile: 'ruby', 'docs/**': 'yaml', '*.bar': 5 });
    settings.set('inkling.training.exclude', ['generated']);
    editor.extensions = [
      { packageJSON: { contributes: { languages: [{ id: 'typescript', extensions: ['.ts', '.MTS'] }] } } },
      { packageJSON: { contributes: { languages: [{ id: 'yaml', filenames: ['Pipfile'] }, 5, { extensions: [] }] } } },
      { packageJSON: undefined },
    ];
    serving = { path: '/storage/model.onnx', isTrainedHere: true };
    await controller().run(show);
    expect(worker.requests[0]).toMatchObject({
      ...{ minimumProbability: 0.5, maxLength: 80, multiline: true, maximum: 300_000, scan: { maxFileBytes: 2 ** 20 } },
      folder: { path: '/w/a', exclude: ['generated'] },
      offered: { '.ts': true, '.mts': true, pipfile: false, '.foo': false, brewfile: true },
      othersOffered: false,
      model: { path: '/storage/model.onnx', learnt: '/storage/learnt.json' },
      temporary: join('/storage', 'replay'),
    });
    expect(Object.keys(worker.requests[0]!.offered)).toHaveLength(5);
    serving = { path: '/team.onnx', isTrainedHere: false };
    await controller().run(show);
    expect(worker.requests[1]!.model).toEqual({ path: '/team.onnx', learnt: undefined });
  });

  it('is asked of one folder among several, which the user chooses, or of none', async () => {
    editor.folders = [folder('/w/front'), folder('/w/back')];
    const replays = controller();
    await replays.run(show);
    expect([worker.requests, replays.isRunning, editor.warnings, shown]).toEqual([[], false, [], 0]);
    editor.picked = editor.folders[1];
    await replays.run(show);
    expect(worker.requests[0]!.folder).toMatchObject({ path: '/w/back', name: 'back' });
    expect(shown).toBe(1);
  });

  it('is said in a sentence not to be known without a folder', async () => {
    editor.folders = undefined;
    const replays = controller();
    await replays.run(show);
    expect(editor.warnings).toEqual(['Inkling types anew what was committed in a folder: open one first.']);
    expect(replays.savings.problem).toBe(editor.warnings[0]);
  });

  it('is said why it is not known, beside the figures of before, until it is asked for again', async () => {
    const replays = controller();
    await replays.run(show);
    const message = 'There is no history.';
    worker.answer = async () => ({ type: 'refused', message });
    await replays.run(show);
    expect(editor.warnings).toEqual([message]);
    expect(replays.savings).toMatchObject({ problem: message, figures: FIGURES });
    worker.answer = async () => {
      throw new WorkerDiedError('it ran out of memory');
    };
    await replays.run(show);
    expect(replays.savings.problem).toBe('What Inkling would have saved was not found out: it ran out of memory.');
    worker.answer = async () => DONE;
    await replays.run(show);
    expect(replays.savings.problem).toBeUndefined();
    expect(worker.ended).toBe(4);
  });

  it('is found out once at a time, and ends without a word when that is taken back', async () => {
    const replays = controller();
    let answer: ((outcome: ReplayOutcome) => void) | undefined;
    worker.answer = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    const first = replays.run(show);
    await vi.waitFor(() => expect(answer).toBeDefined());
    await replays.run(show);
    expect(worker.requests).toHaveLength(1);
    expect(shown).toBe(2);
    replays.cancel();
    expect(worker.cancelled).toBe(1);
    answer!(DONE); // it was done just then
    await first;
    expect([replays.isRunning, replays.hasFigures, kept.size, editor.warnings]).toEqual([false, false, 0, []]);
  });

  it('waits for whoever types', async () => {
    const replays = controller();
    worker.answer = async () => {
      editor.type!('output');
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(worker.gaveWay).toBe(0);
      for (let key = 0; key < 5; key++) editor.type!('file');
      await vi.waitFor(() => expect(worker.gaveWay).toBe(1));
      return DONE;
    };
    await replays.run(show);
    expect([worker.gaveWay, editor.type, replays.hasFigures]).toEqual([1, undefined, true]);
  });

  it('is forgotten, also while it is found out', async () => {
    const replays = controller();
    await replays.run(show);
    let answer: ((outcome: ReplayOutcome) => void) | undefined;
    worker.answer = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    void replays.run(show);
    await vi.waitFor(() => expect(answer).toBeDefined());
    const forgetting = replays.forget();
    expect(worker.cancelled).toBe(1);
    answer!(DONE);
    await forgetting;
    expect([replays.savings, replays.hasFigures, kept.size]).toEqual([{ notices: [] }, false, 0]);
    expect(worker.ended).toBe(2);
  });

  it('says that the memory is off where it is, and takes no damaged figures', async () => {
    settings.set('inkling.memory.enabled', false);
    const replays = controller();
    await replays.run(show);
    expect(replays.savings.notices.at(-1)).toMatch(/^The memory is off/);
    kept.set('inkling.savings', { ...FIGURES, memories: { ...typing, shown: 'many' } });
    expect(controller().savings).toEqual({ notices: [] });
  });
});
