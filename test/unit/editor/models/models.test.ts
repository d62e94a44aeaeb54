import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { LogOutputChannel, Memento } from 'vscode';
import type { CompletionClient } from '../../../../src/completion/worker/client.ts';
import { Models } from '../../../../src/editor/models/models.ts';
import { readModelFile } from '../../../../src/lstm/modelFile.ts';
import { randomModel } from '../../../support/models.ts';
import { folderWith } from '../../corpus/temporaryFolder.ts';

const editor = vi.hoisted(() => ({ path: '' as unknown, isTrusted: true, warnings: [] as string[] }));

vi.mock('vscode', async () => {
  const nothing = () => ({ dispose: () => {} });
  return {
    ...(await import('../../../support/fakeVscode.ts')),
    window: { showWarningMessage: async (message: string) => void editor.warnings.push(message) },
    workspace: {
      get isTrusted() {
        return editor.isTrusted;
      },
      workspaceFolders: undefined,
      onDidGrantWorkspaceTrust: nothing,
      onDidChangeConfiguration: nothing,
      getConfiguration: () => ({ get: () => editor.path }),
    },
  };
});

describe('The model that serves', () => {
  let folder: string;
  let loaded: string | undefined;
  /** The worker has unloaded a model when this has ended. */
  let unloading: Promise<unknown>;
  let kept: Map<string, unknown>;
  const own = () => join(folder, 'storage', 'model.onnx');
  const team = () => join(folder, 'team.onnx');

  /** A client whose worker reads models, and nothing else. */
  function models(isSupported = true): Models {
    const remote = {
      load: async (path: string) => {
        const { card } = await readModelFile(path);
        loaded = path;
        return card;
      },
      unload: async () => {
        loaded = undefined;
        await unloading;
      },
    };
    return new Models({
      client: { isRunning: true, remote } as unknown as CompletionClient,
      own: own(),
      memento: {
        get: (key: string) => kept.get(key),
        update: async (key: string, value: unknown) => void kept.set(key, value),
      } as unknown as Memento,
      isSupported,
      log: { info: () => {}, error: () => {} } as unknown as LogOutputChannel,
    });
  }

  beforeEach(async () => {
    folder = await folderWith({});
    await mkdir(join(folder, 'storage'));
    for (const [seed, path] of [own(), team()].entries()) {
      await writeFile(path, randomModel({ vocabulary: 12, hidden: 4, layers: 1 }, { seed: seed + 1 }).bytes);
    }
    [loaded, kept, unloading] = [undefined, new Map(), Promise.resolve()];
    Object.assign(editor, { path: '', isTrusted: true, warnings: [] });
  });

  it("is the workspace's own where the setting names none", async () => {
    const serving = models();
    await serving.choose();
    expect(loaded).toBe(own());
    expect(serving.state).toMatchObject({ type: 'ready', origin: { type: 'trained' } });
  });

  it('is the one that the setting names, also when the workspace has trained another', async () => {
    editor.path = team();
    const serving = models();
    await serving.choose();
    await serving.onTrained();
    expect(loaded).toBe(team());
    expect([serving.named, serving.hasOwn]).toEqual([team(), true]);
    serving.dispose();
  });

  it("is the workspace's own while the named one cannot be used, which is told once", async () => {
    editor.path = join(folder, 'nowhere.onnx');
    const serving = models();
    await serving.choose();
    await serving.onTrained();
    expect(loaded).toBe(own());
    expect(serving.problem).toMatch(/nowhere\.onnx: it does not exist\.$/);
    expect(editor.warnings).toHaveLength(1);
    expect(editor.warnings[0]).toMatch(/until then the model of this workspace serves\.$/);
    editor.path = team();
    await serving.choose();
    expect([loaded, serving.problem]).toEqual([team(), undefined]);
    serving.dispose();
  });

  it('is none when the named one breaks and there is no other, not the one that was', async () => {
    await rm(own());
    editor.path = team();
    const serving = models();
    await serving.choose();
    await writeFile(team(), 'something else');
    await serving.choose();
    expect([loaded, serving.state.type, serving.hasOwn]).toEqual([undefined, 'none', false]);
    expect(editor.warnings[0]).toMatch(/until then no model serves\.$/);
    serving.dispose();
  });

  it('is none, and a damaged one of the workspace is said to be so', async () => {
    await writeFile(own(), 'something else');
    const serving = models();
    await serving.choose();
    expect([loaded, serving.state.type, serving.hasOwn]).toEqual([undefined, 'broken', false]);
  });

  it('is the one that was chosen last, though another was still about to go', async () => {
    const serving = models();
    await serving.choose();
    unloading = new Promise((resolve) => setTimeout(resolve, 100));
    await Promise.all([serving.end(), serving.choose()]);
    expect(loaded).toBe(own());
    expect(serving.state.type).toBe('ready');
    serving.dispose();
  });

  it('stays when the new one of a training cannot be read', async () => {
    const serving = models();
    await serving.choose();
    await writeFile(own(), 'something else');
    await serving.onTrained();
    expect([loaded, serving.state.type]).toEqual([own(), 'ready']);
  });

  it('remembers what it was imported from, until it is trained further or forgotten', async () => {
    const serving = models();
    await serving.onImported('/models/ci.onnx');
    expect(serving.state).toMatchObject({ origin: { type: 'imported', name: 'ci.onnx' } });
    await serving.onTrained();
    expect(serving.state).toMatchObject({ origin: { type: 'trained' } });
    await serving.onImported('/models/ci.onnx');
    await serving.end();
    expect([...kept.values()]).toEqual([undefined]);
    expect([loaded, serving.state.type]).toEqual([undefined, 'none']);
  });

  it.each([
    ['the workspace is not trusted', false, true, 'untrusted'],
    ['no network can run on this platform', true, false, 'none'],
  ])('is none when %s, and no file is read', async (_, isTrusted, isSupported, type) => {
    Object.assign(editor, { isTrusted, path: team() });
    const serving = models(isSupported);
    await serving.choose();
    expect([loaded, serving.state.type, editor.warnings]).toEqual([undefined, type, []]);
  });

  it('is said to be relative to nothing without a folder', async () => {
    editor.path = 'team.onnx';
    const serving = models();
    await serving.choose();
    expect(loaded).toBe(own());
    expect(serving.problem).toBe('The model team.onnx cannot be found without a folder: open one first.');
  });
});
